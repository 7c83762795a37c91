"""Not a robot: ALTCHA proof of work, no third party. Owns the table of spent solutions.

A challenge is signed, never stored; what is stored is the digest of a solution that was spent, until it would
have expired anyway.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import altcha
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from identity.foundation import tokens
from identity.foundation.errors import ChallengeFailed
from identity.foundation.unit_of_work import UnitOfWork

ALGORITHM = "PBKDF2/SHA-256"
COST = 2_000
"""PBKDF2 rounds a try."""
FEWEST_TRIES, MOST_TRIES = 200, 600
"""Where the counter to find lies: about a second of a phone's work."""
LIFETIME = timedelta(minutes=20)
LONGEST_SOLUTION = 4096


class SpentChallenge(SQLModel, table=True):
    """A solution that was used."""

    __tablename__ = "spent_challenges"

    signature_digest: str = Field(primary_key=True, max_length=64)
    expires_at: datetime = Field(index=True)


@dataclass(frozen=True)
class Challenge:
    """`payload` is the JSON that an ALTCHA client solves."""

    payload: str
    expires_at: datetime


def issue(work: UnitOfWork) -> Challenge:
    """A fresh challenge; nothing is written."""
    expires_at = work.now + LIFETIME
    challenge = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=FEWEST_TRIES + tokens.new_number(MOST_TRIES - FEWEST_TRIES),
        expires_at=int(expires_at.timestamp()),
        hmac_secret=work.keyring.digest("altcha", "challenge"),
        hmac_key_secret=work.keyring.digest("altcha", "key"),
    )
    return Challenge(json.dumps(challenge.to_dict(), separators=(",", ":")), expires_at)


def require(work: UnitOfWork, solution: str | None) -> None:
    """Spend a solution where this deployment asks for one; ChallengeFailed when missing, wrong, old or spent."""
    if work.settings.challenge == "required":
        demand(work, solution)


def demand(work: UnitOfWork, solution: str | None) -> None:
    """Spend a solution whatever the settings: an operator under attack asks everybody."""
    if work.settings.is_demo and solution == "demo":
        return
    if not solution or len(solution) > LONGEST_SOLUTION or not _solved(work, solution):
        raise ChallengeFailed
    try:
        with work.session.begin_nested():
            work.session.add(
                SpentChallenge(
                    signature_digest=tokens.digest(_signature(solution)), expires_at=work.now + LIFETIME
                )
            )
    except IntegrityError:
        raise ChallengeFailed from None


def purge(work: UnitOfWork) -> None:
    """Forget solutions that have expired by themselves."""
    work.session.exec(delete(SpentChallenge).where(SpentChallenge.expires_at < work.now))  # type: ignore[arg-type]


def _solved(work: UnitOfWork, solution: str) -> bool:
    pairs = zip(
        work.keyring.digests("altcha", "challenge"), work.keyring.digests("altcha", "key"), strict=True
    )
    return any(
        altcha.verify_solution(solution, challenge_secret, hmac_key_secret=key_secret).verified
        for challenge_secret, key_secret in pairs
    )


def _signature(solution: str) -> str:
    """The challenge's own signature: the same however the solution around it is spelt."""
    try:
        payload: Any = json.loads(base64.b64decode(solution))
        return str(payload["challenge"]["signature"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise ChallengeFailed from None
