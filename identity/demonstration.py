"""The demonstration: both seeds' operators, invented subscribers, keys, and the portal's client. Stands on all wings.

Its activation keys are drawn from the deployment's secret, so that they can be printed again at every start; no
other key of Parvis can be.
"""

from datetime import timedelta

from sqlalchemy import exists
from sqlmodel import col, select

from identity.directory import demo as directory
from identity.directory import operators
from identity.directory.subscribers import Subscriber
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import demo as oidc
from identity.proof import activation_key, key_form
from identity.proof.activation_key import ActivationKey, NewKey

KEY_LIFETIME = timedelta(days=365)


def load(units: Units) -> None:
    """Load or complete the demonstration; the same however often."""
    with units.begin() as work:
        directory.load(work)
        oidc.load(work)
        activation_key.store(work, _missing_keys(work))


def unused_key(work: UnitOfWork) -> str | None:
    """An activation key that nobody has used, as printed; None once all are."""
    holders = _holders(work, directory.LOUDUNAIS.slug)
    return _key(work, holders[0]) if holders else None


def hints(units: Units) -> list[str]:
    """What to open and what to try, a line each."""
    url = units.settings.public_url
    with units.read() as work:
        key = unused_key(work) or "all used"
        contracts = _holders(work, directory.MARSEILLE.slug)
    return [
        "",
        f"  Parvis is at {url}",
        f"    GraphiQL                  {url}/graphql",
        f"    Mailbox                   {url}/demo/mailbox",
        f"    Discovery                 {url}/.well-known/openid-configuration",
        *(f"    {one.name:<26}{one.url(units.settings)}" for one in oidc.NEIGHBOURS),
        "",
        "  Try",
        f"    an activation key         {key}   operator {directory.LOUDUNAIS.slug}",
        f"    contract and meter        {_contract(contracts)}   operator {directory.MARSEILLE.slug}",
        "    challengeSolution         demo",
        f"    clientId                  {oidc.CLIENT_ID}",
        "",
    ]


def _holders(work: UnitOfWork, slug: str) -> list[Subscriber]:
    """The operator's open subscribers that nobody has linked yet."""
    statement = (
        select(Subscriber)
        .where(
            Subscriber.operator_id == operators.get(work, slug).id,
            col(Subscriber.account_id).is_(None),
            col(Subscriber.closed_on).is_(None),
        )
        .order_by(col(Subscriber.contract_number))
    )
    return list(work.session.exec(statement))


def _contract(holders: list[Subscriber]) -> str:
    return f"{holders[0].contract_number} and {holders[0].meter_folded}" if holders else "all used"


def _missing_keys(work: UnitOfWork) -> list[NewKey]:
    has_key = exists().where(col(ActivationKey.subscriber_id) == Subscriber.id)
    statement = select(Subscriber.id).where(~has_key)
    missing = set(work.session.exec(statement))
    return [
        NewKey(holder.operator_id, holder.id or 0, _digest(work, holder), work.now, work.now + KEY_LIFETIME)
        for holder in _holders(work, directory.LOUDUNAIS.slug)
        if holder.id in missing
    ]


def _digest(work: UnitOfWork, holder: Subscriber) -> str:
    return activation_key.digest(work.keyring, holder.operator_id, _folded(work, holder))


def _key(work: UnitOfWork, holder: Subscriber) -> str:
    return key_form.printed(_folded(work, holder)).reveal()


def _folded(work: UnitOfWork, holder: Subscriber) -> str:
    seed = bytes.fromhex(work.keyring.digest("demo-key", holder.contract_number))
    body = "".join(key_form.ALPHABET[byte % 32] for byte in seed[: key_form.LENGTH - 1])
    return next(body + check for check in key_form.ALPHABET if key_form.is_checked(body + check))
