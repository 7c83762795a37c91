"""What a run of the OpenID Foundation's conformance suite needs of a database: a citizen of whom everything is known,
and the suite's clients. Stands on accounts and oidc; how the suite itself is configured is the command line's.

Limits are off while the suite runs, so such a database holds nobody else.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from identity.accounts import account as accounts
from identity.accounts import passwords
from identity.accounts.account import Account, Credentials
from identity.accounts.profiles import Profile
from identity.directory.subscribers import Civility, LegalNature
from identity.foundation import emails, tokens
from identity.foundation.settings import SettingsError
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.oidc import conformance_clients, signing_keys
from identity.oidc.conformance_clients import Suite as Suite

PUBLISHED_FOR = timedelta(minutes=10)
"""How long a retired key stays published here: longer than any module takes."""
EMAIL = "conformance@example.org"
PROFILE = Profile(
    LegalNature.INDIVIDUAL,
    family_name="Martin",
    given_name="Camille",
    civility=Civility.MADAM,
    mobile="+33639980001",
)
FURTHER: dict[str, Any] = {
    "middle_name": "Claude",
    "nickname": "Cam",
    "preferred_username": "camille.martin",
    "profile": "https://example.org/camille",
    "picture": "https://example.org/camille.png",
    "website": "https://camille.example.org/",
    "gender": "female",
    "birthdate": "1984-04-12",
    "zoneinfo": "Europe/Paris",
    "address": {
        "formatted": "3 rue des Lavoirs\n86200 Loudun\nFrance",
        "street_address": "3 rue des Lavoirs",
        "postal_code": "86200",
        "locality": "Loudun",
        "region": "Nouvelle-Aquitaine",
        "country": "France",
    },
    "contracts": [
        {
            "operator": "conformance",
            "operator_name": "Eau de la conformité",
            "services": ["WATER"],
            "contract_number": "C-1",
        }
    ],
}
"""What an invented citizen is known by beside the profile; address and contract as if there were one."""


@dataclass(frozen=True)
class Ready:
    """What the suite is told: each secret is made now and shown by nothing later."""

    suite: Suite
    password: Secret
    secrets: dict[str, Secret]
    """By client."""
    keys: list[dict[str, Any]]
    """The private JWKS of the first and of the second client of each FAPI pair."""


def load(units: Units, suite: Suite, keys: list[dict[str, Any]] | None = None) -> Ready:
    """Make the citizen and the clients, or make them anew; SettingsError where the database holds somebody else."""
    password, keys = tokens.new_token(), keys or conformance_clients.new_keys()
    hashed = passwords.hash(units.settings, password.reveal())
    with units.begin() as work:
        require_alone(work)
        _settle(work, hashed)
        secrets = conformance_clients.load(work, suite, keys)
    return Ready(suite, password, secrets, keys)


def require_alone(work: UnitOfWork) -> None:
    """Require a database that holds no citizen but the suite's; SettingsError."""
    others = select(Account.id).where(col(Account.email_folded) != emails.fold(EMAIL)).limit(1)
    if work.session.exec(others).first():
        raise SettingsError(
            "This database holds citizens, and a conformance run lifts every limit: "
            "give it one of its own with PARVIS_DATABASE_URL."
        )


def rotate(units: Units) -> None:
    """Rotate the signing keys, and forget those that were retired a while ago: a run of hours rotates often."""
    with units.begin() as work:
        signing_keys.rotate(work)
        signing_keys.forget_retired(work, work.now - PUBLISHED_FOR)


def _settle(work: UnitOfWork, password_hash: str) -> None:
    account, _ = accounts.find_or_create(work, PROFILE, Credentials(EMAIL, password_hash, "en"))
    account.password_hash, account.further_claims = password_hash, FURTHER
    account.updated_at = work.now
    work.session.add(account)
    accounts.void_credentials(work, account)
