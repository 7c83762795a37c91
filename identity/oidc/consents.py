"""Consents: what a person lets a service read and which resources of others it may use, once asked. Owns their
table; the page that asks belongs to `api`.

Our own applications need none. Withdrawing one ends every grant of that person to that service.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Text, bindparam, cast, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.accounts.actors import Actor
from identity.foundation import audit, prepared
from identity.foundation.columns import JSON_DOCUMENT
from identity.foundation.errors import NotFound
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import backchannel, clients
from identity.oidc.granted import GRANTS
from identity.oidc.resources import Served


class Consent(SQLModel, table=True):
    """One person's leave for one service."""

    __tablename__ = "oidc_consents"

    account_id: str = Field(foreign_key="accounts.id", primary_key=True, max_length=36)
    client_id: str = Field(foreign_key="oidc_clients.id", primary_key=True, max_length=128, index=True)
    scope: str = Field(max_length=1000)
    resources: dict[str, str] = Field(default_factory=dict, sa_type=JSON_DOCUMENT)
    """URI -> the name under which the person was shown it."""
    granted_at: datetime


@dataclass(frozen=True)
class Asked:
    """What a person is asked for."""

    scope: str
    resources: Mapping[str, str] = field(default_factory=dict)
    """URI -> name, as shown."""


@dataclass(frozen=True)
class Given:
    """A consent, as its owner reads it."""

    client_id: str
    client_name: str
    scopes: list[str]
    granted_at: datetime


@dataclass(frozen=True)
class Leave:
    """What a person let a service have, and when they last said so."""

    scopes: frozenset[str]
    resources: Mapping[str, str]
    granted_at: datetime

    def covers(self, asked: Asked) -> bool:
        """Is all of this in it, each resource under the name that it has today?"""
        return (
            self.scopes.issuperset(asked.scope.split()) and self.resources.items() >= asked.resources.items()
        )


_TABLE = Consent.__table__  # type: ignore[attr-defined]
_FIND = prepared.Statement(
    select(_TABLE.c.scope, cast(_TABLE.c.resources, Text).label("resources"), _TABLE.c.granted_at).where(
        _TABLE.c.account_id == bindparam("account_id"), _TABLE.c.client_id == bindparam("client_id")
    )
)
_OF_ACCOUNT = (
    select(_TABLE.c.client_id, clients.TABLE.c.name, _TABLE.c.scope, _TABLE.c.granted_at)
    .join(clients.TABLE, clients.TABLE.c.id == _TABLE.c.client_id)
    .order_by(_TABLE.c.granted_at, _TABLE.c.client_id)
)


def of_account(work: UnitOfWork, account_id: str) -> list[Given]:
    """What this account has consented to, the oldest first."""
    rows = work.execute(_OF_ACCOUNT.where(_TABLE.c.account_id == account_id))
    return [Given(row.client_id, row.name, row.scope.split(), row.granted_at) for row in rows]


def find(work: UnitOfWork, account_id: str, client_id: str) -> Leave | None:
    """What this account lets this client have, or None where it was never asked."""
    rows = work.run(_FIND, account_id=account_id, client_id=client_id)
    if not rows:
        return None
    return Leave(frozenset(rows[0].scope.split()), json.loads(rows[0].resources), rows[0].granted_at)


def named(served: Iterable[Served]) -> dict[str, str]:
    """These resources as a person is told of them."""
    return {one.uri: one.name for one in served}


def remember(work: UnitOfWork, account_id: str, client_id: str, asked: Asked) -> None:
    """Keep that this account lets this client have what was asked, beside what it had."""
    key = (_TABLE.c.account_id == account_id, _TABLE.c.client_id == client_id)
    former = work.execute(
        select(_TABLE.c.scope, _TABLE.c.resources).where(*key).with_for_update()
    ).one_or_none()
    scope, resources = (former.scope, former.resources) if former else ("", {})
    whole = " ".join(dict.fromkeys([*scope.split(), *asked.scope.split()]))
    values = {"scope": whole, "resources": {**resources, **asked.resources}, "granted_at": work.now}
    if work.execute(update(_TABLE).where(*key).values(**values)).rowcount == 0:
        _add(work, values | {"account_id": account_id, "client_id": client_id})
    audit.record(work, "consent.given", account_id=account_id, subject=f"oidc_clients:{client_id}")


def withdraw(work: UnitOfWork, actor: Actor, client_id: str) -> None:
    """Forget a consent, end every token that came of it and let the service know; NotFound where there is none."""
    key = (_TABLE.c.account_id == actor.account.id, _TABLE.c.client_id == client_id)
    if work.execute(delete(_TABLE).where(*key)).rowcount == 0:
        raise NotFound("consent")
    backchannel.announce(work, actor.account.id, client_id)
    work.execute(
        update(GRANTS)
        .where(
            GRANTS.c.account_id == actor.account.id,
            GRANTS.c.client_id == client_id,
            GRANTS.c.revoked_at.is_(None),
        )
        .values(revoked_at=work.now)
    )
    audit.record(work, "consent.withdrawn", account_id=actor.account.id, subject=f"oidc_clients:{client_id}")


def _add(work: UnitOfWork, values: dict[str, object]) -> None:
    """A first consent; where another tab gave one at this very moment, that one stands."""
    try:
        with work.session.begin_nested():
            work.execute(insert(_TABLE), values)
    except IntegrityError:
        return
