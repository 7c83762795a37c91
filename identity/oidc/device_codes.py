"""Requests of devices without a keyboard: desks, kiosks, meters (RFC 8628). Owns their table.

The device holds a long code and asks again and again; the person types a short one at their own screen, in the
letters of our keys, and decides. The long code is kept as a digest; the short one could be guessed, so it is kept
under the deployment's secret and guesses are counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import rate_limits, tokens
from identity.foundation.columns import BIG_ID
from identity.foundation.errors import KeyMalformed
from identity.foundation.rate_limits import Rule
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc.clients import Client
from identity.oidc.granted import Terms
from identity.oidc.issued import REMEMBERED
from identity.proof import key_form

LIFETIME = timedelta(minutes=10)
INTERVAL = 5
"""Seconds between two questions of a device, and how many more each hasty one costs."""
SYMBOLS = 8
PURPOSE = "device-code"
OF_ONE_PERSON = Rule("device-guess-account", 10, 900)
FROM_ONE_NETWORK = Rule("device-guess-network", 60, 900)


class DeviceCode(SQLModel, table=True):
    """A device that waits for a person."""

    __tablename__ = "oidc_device_codes"

    digest: str = Field(primary_key=True, max_length=64)
    user_code_digest: str = Field(max_length=64, unique=True)
    client_id: str = Field(foreign_key="oidc_clients.id", max_length=128, index=True, ondelete="CASCADE")
    scope: str = Field(max_length=1000)
    resources: str = Field(default="", max_length=4200)
    """Resource URIs separated by spaces."""
    interval: int = INTERVAL
    polled_at: datetime | None = None
    grant_id: int | None = Field(
        default=None, foreign_key="oidc_grants.id", sa_type=BIG_ID, index=True, ondelete="CASCADE"
    )
    """What the person granted, once they did."""
    denied_at: datetime | None = None
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


@dataclass(frozen=True)
class Opened:
    """The two codes: told to the device here and never again."""

    device_code: Secret
    user_code: str
    """`XXXX-XXXX`."""


@dataclass(frozen=True)
class Held:
    """A device's request as it was found."""

    digest: str
    client_id: str
    terms: Terms
    interval: int
    polled_at: datetime | None
    grant_id: int | None
    denied_at: datetime | None
    expires_at: datetime
    used_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """May the person still decide?"""
        return self.grant_id is None and self.denied_at is None and now < self.expires_at


TABLE = DeviceCode.__table__  # type: ignore[attr-defined]
_ADD = insert(TABLE)
_FIND = select(TABLE).where(TABLE.c.digest == bindparam("key")).with_for_update()
_FIND_TYPED = select(TABLE).where(TABLE.c.user_code_digest.in_(bindparam("keys", expanding=True)))
_POLLED = (
    update(TABLE)
    .where(TABLE.c.digest == bindparam("key"))
    .values(polled_at=bindparam("now"), interval=bindparam("seconds"))
)
_OPEN = (TABLE.c.digest == bindparam("key"), TABLE.c.grant_id.is_(None), TABLE.c.denied_at.is_(None))
_APPROVE = update(TABLE).where(*_OPEN).values(grant_id=bindparam("granted"))
_DENY = update(TABLE).where(*_OPEN).values(denied_at=bindparam("now"))
_CLAIM = (
    update(TABLE)
    .where(TABLE.c.digest == bindparam("key"), TABLE.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)


def issue(work: UnitOfWork, client: Client, terms: Terms) -> Opened:
    """A new pair of codes, good for ten minutes."""
    device_code = tokens.new_token()
    values = {
        "digest": tokens.digest(device_code.reveal()),
        "client_id": client.id,
        "scope": terms.scope,
        "resources": " ".join(terms.resources),
        "interval": INTERVAL,
        "expires_at": work.now + LIFETIME,
    }
    while True:
        user_code = tokens.new_symbols(key_form.ALPHABET, SYMBOLS)
        try:
            with work.session.begin_nested():
                work.execute(_ADD, values | {"user_code_digest": work.keyring.digest(PURPOSE, user_code)})
        except IntegrityError:
            continue  # one in a million millions: another device waits under these letters
        return Opened(device_code, key_form.printed(user_code).reveal())


def find(work: UnitOfWork, device_code: str) -> Held | None:
    """The request of this device, locked; None where there is none."""
    return find_digest(work, tokens.digest(device_code))


def find_digest(work: UnitOfWork, digest: str) -> Held | None:
    """The same by its digest."""
    row = work.execute(_FIND, {"key": digest}).one_or_none()
    return _held(row) if row else None


def find_typed(work: UnitOfWork, typed: str, account_id: str) -> Held | None:
    """The request that a person means, while they may decide; RateLimited for whoever guesses."""
    rate_limits.spend(work, OF_ONE_PERSON.of(account_id), FROM_ONE_NETWORK.of(work.visitor.network))
    try:
        folded = key_form.fold(typed)
    except KeyMalformed:
        return None
    row = work.execute(_FIND_TYPED, {"keys": work.keyring.digests(PURPOSE, folded)}).one_or_none()
    held = _held(row) if row else None
    return held if held and held.is_open(work.now) else None


def poll(work: UnitOfWork, held: Held) -> bool:
    """Note that the device asked; False where it asked too soon, and must wait five seconds longer from now on."""
    hasty = held.polled_at is not None and work.now < held.polled_at + timedelta(seconds=held.interval)
    seconds = held.interval + (INTERVAL if hasty else 0)
    work.execute(_POLLED, {"key": held.digest, "now": work.now, "seconds": seconds})
    return not hasty


def approve(work: UnitOfWork, held: Held, grant_id: int) -> bool:
    """Give the device what the person granted; of N decisions one counts."""
    return work.execute(_APPROVE, {"key": held.digest, "granted": grant_id}).rowcount == 1


def deny(work: UnitOfWork, held: Held) -> bool:
    """Refuse it; of N decisions one counts."""
    return work.execute(_DENY, {"key": held.digest, "now": work.now}).rowcount == 1


def claim(work: UnitOfWork, held: Held) -> bool:
    """Use it up; of N at the same moment one succeeds."""
    return work.execute(_CLAIM, {"key": held.digest, "now": work.now}).rowcount == 1


def purge(work: UnitOfWork) -> None:
    """Forget what ended long ago."""
    work.execute(delete(TABLE).where(TABLE.c.expires_at < work.now - REMEMBERED))


def _held(row: object) -> Held:
    values = row._asdict()  # type: ignore[attr-defined]
    terms = Terms(values["scope"], tuple(values["resources"].split()))
    return Held(terms=terms, **{name: values[name] for name in _PLAIN})


_PLAIN = tuple(name for name in Held.__dataclass_fields__ if name != "terms")
