"""Requests for an account without a key, for the agents who decide: list, recognise, approve, reject.

Nothing is created here: an approval names the subscriber and e-mails a link; the person who follows it makes
the account.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col, select

from identity.backoffice import keys
from identity.directory import operators
from identity.directory.operators import Operator
from identity.foundation import audit, links
from identity.foundation.errors import Conflict, NotFound
from identity.foundation.links import Errand, Purpose
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail import messages
from identity.proof import account_request, contract, letterhead
from identity.proof.account_request import AccountRequest, State

LIFETIME = timedelta(days=7)
"""Of the link that an approval sends."""
LONGEST_REASON = 1000

_TABLE = AccountRequest.__table__  # type: ignore[attr-defined]


def listed(work: UnitOfWork, operator_slug: str | None, state: State | None) -> Sequence[AccountRequest]:
    """The requests of one operator or all, in one state or any, the oldest first; OperatorNotFound."""
    statement = select(AccountRequest).order_by(col(AccountRequest.created_at), col(AccountRequest.id))
    if operator_slug is not None:
        operator = operators.get(work, operator_slug)
        statement = statement.where(AccountRequest.operator_id == operator.id)
    if state is not None:
        statement = statement.where(AccountRequest.state == state)
    return work.session.exec(statement).all()


def get(work: UnitOfWork, reference: str) -> AccountRequest:
    """The request of this reference; NotFound."""
    request = account_request.find(work, reference)
    if request is None:
        raise NotFound(f"No request bears the reference {reference}.")
    return request


def approve(work: UnitOfWork, reference: str, contract_number: str, agent: str) -> AccountRequest:
    """Recognise the person as the holder of a contract, and e-mail the link that makes the account.

    NotFound (reference, contract); Conflict: not confirmed yet, decided already, contract closed or linked.
    """
    request = get(work, reference)
    operator = work.session.get_one(Operator, request.operator_id)
    subscriber_id = _free_subscriber(work, operator, contract_number)
    _decide(work, request, State.APPROVED, subscriber_id=subscriber_id, decided_by=agent)
    _post_approval(work, operator, request)
    audit.record(
        work,
        "request.approved",
        operator_id=operator.id,
        subject=f"account_requests:{request.id}",
        agent=agent,
    )
    return request


def resend(work: UnitOfWork, reference: str, agent: str) -> AccountRequest:
    """E-mail an approved request's link anew, the former one expired perhaps; NotFound, Conflict."""
    request = get(work, reference)
    if request.state is not State.APPROVED or request.activated_at is not None:
        raise Conflict(f"Request {request.reference} awaits no activation.")
    operator = work.session.get_one(Operator, request.operator_id)
    _post_approval(work, operator, request)
    audit.record(
        work, "request.resent", operator_id=operator.id, subject=f"account_requests:{request.id}", agent=agent
    )
    return request


def reject(work: UnitOfWork, reference: str, reason: str, agent: str) -> AccountRequest:
    """Decline, and tell the person why; NotFound, Conflict: not confirmed yet, or decided already."""
    request = get(work, reference)
    operator = work.session.get_one(Operator, request.operator_id)
    said = " ".join(reason.split())[:LONGEST_REASON]
    _decide(work, request, State.REJECTED, reason=said, decided_by=agent)
    messages.request_rejected(
        work,
        letterhead.of(work, operator),
        request.addressee,
        reference=request.reference,
        reason=said,
    )
    audit.record(
        work,
        "request.rejected",
        operator_id=operator.id,
        subject=f"account_requests:{request.id}",
        agent=agent,
    )
    return request


def _decide(work: UnitOfWork, request: AccountRequest, state: State, **decision: str | int) -> None:
    """Leave SUBMITTED; of two agents who decide at the same moment one succeeds."""
    if request.state is State.UNCONFIRMED:
        raise Conflict(f"Request {request.reference} awaits the confirmation of its e-mail.")
    statement = update(_TABLE).where(_TABLE.c.id == request.id, _TABLE.c.state == State.SUBMITTED)
    if work.execute(statement.values(state=state, updated_at=work.now, **decision)).rowcount != 1:
        raise Conflict(f"Request {request.reference} has been decided already.")
    work.session.refresh(request)


def _free_subscriber(work: UnitOfWork, operator: Operator, contract_number: str) -> int:
    """The one subscriber of this contract whom an account may be linked to; NotFound, Conflict."""
    rows = keys.spelt(work, operator, contract_number)
    if len(rows) > 1:
        numbers = ", ".join(row.contract_number for row in rows)
        raise Conflict(f"Contract {contract_number} may be any of {numbers}.")
    if flaw := contract.flaw(rows[0], work.now):
        told = "is closed" if flaw == "closed" else "has an account already"
        raise Conflict(f"Contract {contract_number} {told}.")
    return int(rows[0].id)


def _post_approval(work: UnitOfWork, operator: Operator, request: AccountRequest) -> None:
    token = links.issue(work, Errand(Purpose.ACTIVATE_ACCOUNT, str(request.id), request.email, LIFETIME))
    messages.request_approved(
        work,
        letterhead.of(work, operator),
        request.addressee,
        token=token,
        reference=request.reference,
        expires_at=work.now + LIFETIME,
    )
