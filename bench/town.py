"""The town that is measured: an operator, subscribers by the thousand, keys and accounts. Written past the forms."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from bench import servers
from identity import migrations
from identity.accounts import account as accounts
from identity.accounts import passwords
from identity.accounts.profiles import Profile
from identity.directory import communes, operators
from identity.directory.operators import NewOperator, ProofMethod, ServiceKind
from identity.directory.subscribers import LegalNature, Subscriber
from identity.foundation import settings as settings_
from identity.foundation.unit_of_work import Units, open_engine
from identity.proof import activation_key
from identity.proof.activation_key import NewKey

OPERATOR = "bench"
KEYS = 2_000
PASSWORD = "Kx9#mPq2vL-bench"
BATCH = 20_000


def found(folder: Path, subscribers: int) -> Units:
    """A migrated database with so many subscribers, the first thousands of whom hold keys."""
    env = servers.environment(folder)
    settings = settings_.load(env)
    migrations.upgrade(settings.database_url)
    units = Units(open_engine(settings), settings)
    with units.begin() as work:
        communes.load(work)
        operator = operators.add(
            work,
            NewOperator(
                slug=OPERATOR, name="Bench", services=[ServiceKind.WASTE], communes=["86137"],
                proof_methods=[ProofMethod.ACTIVATION_KEY, ProofMethod.CONTRACT_AND_METER],
            ),
        )  # fmt: skip
        for start in range(0, subscribers, BATCH):
            _subscribe(work.session, operator.id or 0, range(start, min(start + BATCH, subscribers)))
    return units


def _subscribe(session, operator_id, numbers):  # type: ignore[no-untyped-def]
    rows = [
        {"operator_id": operator_id, "contract_number": f"{number:07}", "contract_folded": f"{number:07}",
         "meter_folded": f"M{number:07}", "family_name": "TEST", "given_name": "Jean", "address_line1": "1 RUE",
         "postcode": "86200", "city": "LOUDUN"}
        for number in numbers
    ]  # fmt: skip
    session.connection().execute(insert(Subscriber), rows)


def issue_keys(units: Units, count: int = KEYS) -> list[str]:
    """Keys of the first subscribers, as printed."""
    drawn = []
    with units.begin() as work:
        operator = operators.get(work, OPERATOR)
        for number in range(1, count + 1):
            key, digest = activation_key.draw(work.keyring, operator.id or 0)
            drawn.append(
                (
                    key.reveal(),
                    NewKey(operator.id or 0, number, digest, work.now, work.now + timedelta(days=1)),
                )
            )
        activation_key.store(work, [key for _, key in drawn])
    return [printed for printed, _ in drawn]


def open_account(units: Units, email: str) -> str:
    """An account with the bench's password; its id."""
    hashed = passwords.hash(units.settings, PASSWORD)
    with units.begin() as work:
        profile, credentials = (
            Profile(LegalNature.COMPANY, "Test", "Jean"),
            accounts.Credentials(email, hashed, "fr"),
        )
        account, _ = accounts.find_or_create(work, profile, credentials)
        return account.id
