"""What a signed-in person does with the account: profile, password, contracts, sessions."""

from dataclasses import dataclass

from identity.accounts import account as accounts
from identity.accounts import actors, credentials, password_policy, passwords, pending, profiles, sessions
from identity.accounts.actors import Actor, Identify
from identity.accounts.contracts import Contract
from identity.accounts.profiles import Profile
from identity.directory.operators import Operator
from identity.directory.subscribers import Subscriber
from identity.foundation import audit, links
from identity.foundation.errors import Fault, InvalidInput, LinkInvalid, NotFound, ProofRefused
from identity.foundation.links import Purpose
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.mail import messages
from identity.proof import methods, ticket

LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Linked(Contract):
    """A contract that was added, and what the person was about if they registered anew for it."""

    continue_with: str | None = None
    is_elsewhere: bool = False
    """Is this another browser than the one that registered?"""


def update(work: UnitOfWork, actor: Actor, profile: Profile, language: str | None) -> Actor:
    """Change the profile, and the language if given; InvalidInput names every field that does not fit."""
    cleaned, faults = profiles.check(profile, "profile")
    if language is not None and language not in LANGUAGES:
        faults.append(Fault(("locale",), "INVALID"))
    if faults:
        raise InvalidInput(faults)
    for name, value in vars(cleaned).items():
        setattr(actor.account, name, value)
    actor.account.language = language or actor.account.language
    actor.account.updated_at = work.now
    work.session.add(actor.account)
    audit.record(work, "profile.updated", account_id=actor.account.id)
    return actor


def change_password(units: Units, identify: Identify, current: str, new: str) -> None:
    """Choose another password; ends the other sessions. InvalidInput on `currentPassword` or `newPassword`."""
    identify_again = actors.require_password(units, identify, current, ("currentPassword",))
    with units.begin() as work:
        account = identify(work).account
        personal = [*accounts.profile_of(account).names, account.email]
        if faults := password_policy.faults(new, ("newPassword",), personal):
            raise InvalidInput(faults)
    password_hash = passwords.hash(units.settings, new)
    with units.begin() as work:
        account = identify_again(work).account
        credentials.replace_password(work, account, password_hash)
        audit.record(work, "password.changed", account_id=account.id)


def link_contract(work: UnitOfWork, actor: Actor, proof_token: str) -> Linked:
    """Add a contract by a proof token of either kind, or by the mailed link of a registration.

    Refuses with ProofExpired, or ProofRefused where the proof no longer stands.
    """
    mailed = _mailed_proof(work, actor, proof_token)
    proof = mailed or ticket.require(work, proof_token)
    if not methods.settle(work, proof, actors.hold(work, actor).account.id):
        raise ProofRefused
    if mailed:
        pending.confirm(work, mailed)
    subscriber = work.session.get_one(Subscriber, proof.subscriber_id, populate_existing=True)
    audit.record(work, "contract.linked", account_id=actor.account.id, subject=f"subscribers:{subscriber.id}")
    messages.contract_linked(
        work,
        credentials.letterhead_of(work, actor.account),
        accounts.addressee(actor.account),
        contract_number=subscriber.contract_number,
    )
    operator = work.session.get_one(Operator, subscriber.operator_id)
    way = (mailed.continue_with, not pending.is_of_this_browser(work, mailed)) if mailed else (None, False)
    return Linked(subscriber, operator, subscriber.linked_at or work.now, *way)


def revoke_session(work: UnitOfWork, actor: Actor, session_id: str) -> None:
    """End one of one's own sessions; NotFound for any other."""
    if not sessions.close(work, session_id, actor.account.id):
        raise NotFound("session")
    audit.record(work, "session.revoked", account_id=actor.account.id, subject=f"sessions:{session_id}")


def _mailed_proof(work: UnitOfWork, actor: Actor, token: str) -> pending.Registration | None:
    """The proof behind « you already have an account »: good for the account of the address it was mailed to."""
    if links.look(work, token).purpose is not Purpose.LINK_CONTRACT:
        return None
    registration = pending.hold(work, links.require(work, token, Purpose.LINK_CONTRACT))
    if registration is None or registration.email_folded != actor.account.email_folded:
        raise LinkInvalid  # and the link stays good for whom it was meant
    links.redeem(work, token, Purpose.LINK_CONTRACT)
    if not registration.waits(work.now):
        raise ProofRefused
    return registration
