"""No key: asking a human for an account. Submit, confirm the e-mail, follow by reference, activate.

Agents decide in the back office. Nothing of the directory is touched before the approved person activates,
and nothing here tells whether an e-mail or a contract is known.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update

from identity.directory import operators
from identity.directory.operators import Operator
from identity.foundation import audit, challenge, emails, links, rate_limits, tokens
from identity.foundation.errors import (
    Fault,
    InvalidInput,
    LinkExpired,
    LinkInvalid,
    LinkUsed,
    RequestsClosed,
    TermsOutdated,
)
from identity.foundation.links import Errand, Purpose
from identity.foundation.rate_limits import Rule
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail import messages
from identity.proof import account_request, contract, letterhead, request_form
from identity.proof.account_request import AccountRequest, State
from identity.proof.request_form import RequestedAccount as RequestedAccount

LIFETIME = timedelta(hours=48)
PER_NETWORK = Rule("request/network/hour", 10, 3_600), Rule("request/network/day", 30, 86_400)
PER_EMAIL = Rule("request/email/hour", 3, 3_600), Rule("request/email/day", 6, 86_400)
FOLLOWED = Rule("request/followed/hour", 60, 3_600), Rule("request/followed/day", 300, 86_400)

_TABLE = AccountRequest.__table__  # type: ignore[attr-defined]


def submit(work: UnitOfWork, asked: RequestedAccount, found: Sequence[Fault] = ()) -> AccountRequest:
    """Write the request down and e-mail a link to confirm it; the answer is the same for every e-mail.

    `found` are the faults of the profile, told with those of this form. OperatorNotFound, RequestsClosed,
    InvalidInput, TermsOutdated, ChallengeFailed, RateLimited.
    """
    operator = operators.get(work, asked.operator_slug)
    if not operator.accepts_requests:
        raise RequestsClosed
    asked, faults = request_form.check(asked)
    if found or faults:
        raise InvalidInput([*found, *faults])
    if asked.accepted_terms_version != operator.terms_version:
        raise TermsOutdated
    challenge.require(work, asked.challenge_solution)
    limits = [rule.of(work.visitor.network) for rule in PER_NETWORK]
    rate_limits.spend(work, *limits, *(rule.of(emails.fold(asked.email)) for rule in PER_EMAIL))
    request = _write(work, operator, asked)
    _post_confirmation(work, operator, request)
    audit.record(work, "request.received", operator_id=operator.id, subject=_subject(request))
    return request


def confirm(work: UnitOfWork, token: str) -> AccountRequest:
    """Hand a request in, by the link of its e-mail; LinkInvalid, LinkExpired, LinkUsed."""
    request = _get(work, links.redeem(work, token, Purpose.CONFIRM_REQUEST))
    if request is None:
        raise LinkExpired
    request.state = State.SUBMITTED
    request.updated_at = work.now
    audit.record(work, "request.submitted", operator_id=request.operator_id, subject=_subject(request))
    return request


def status(work: UnitOfWork, reference: str, email: str) -> AccountRequest | None:
    """A request that bears this reference and this e-mail, or None whatever is wrong. Counts: RateLimited."""
    rate_limits.spend(work, *(rule.of(work.visitor.network) for rule in FOLLOWED))
    request = account_request.find(work, reference)
    belongs = tokens.equal(request.email_folded if request else "", emails.fold(email))
    if request is None or not belongs:
        return None
    lapsed = request.state is State.UNCONFIRMED and request.expires_at <= work.now
    return None if lapsed else request


def require_approved(work: UnitOfWork, request_id: str) -> AccountRequest:
    """The approved request that an ACTIVATE_ACCOUNT link is for; LinkUsed once activated, LinkInvalid."""
    request = _get(work, request_id)
    if request is None or request.state is not State.APPROVED:
        raise LinkInvalid
    if request.activated_at is not None:
        raise LinkUsed
    return request


def finish(work: UnitOfWork, request: AccountRequest, account_id: str) -> bool:
    """Link the approved contract to an account that is written already; of N at the same moment one succeeds.

    Both the request and the contract, or neither: False where the contract went to another, or closed,
    meanwhile.
    """
    savepoint = work.session.begin_nested()
    activated = update(_TABLE).where(_TABLE.c.id == request.id, _TABLE.c.activated_at.is_(None))
    done = (
        request.subscriber_id is not None
        and contract.claim(work, request.subscriber_id, account_id)
        and work.execute(activated.values(activated_at=work.now, updated_at=work.now)).rowcount == 1
    )
    if not done:
        savepoint.rollback()
        return False
    savepoint.commit()
    audit.record(
        work,
        "request.activated",
        account_id=account_id,
        operator_id=request.operator_id,
        subject=_subject(request),
    )
    return True


def _write(work: UnitOfWork, operator: Operator, asked: RequestedAccount) -> AccountRequest:
    request = AccountRequest(
        operator_id=operator.id or 0,
        reference=account_request.new_reference(),
        email=asked.email,
        email_folded=emails.fold(asked.email),
        language=letterhead.language(operator, work.visitor.language),
        profile=asked.profile,
        address_lines=list(asked.address_lines),
        postcode=asked.postcode,
        city=asked.city,
        contract_number=asked.contract_number,
        comment=asked.comment,
        terms_version=asked.accepted_terms_version,
        terms_accepted_at=work.now,
        network=work.visitor.network,
        created_at=work.now,
        updated_at=work.now,
        expires_at=work.now + LIFETIME,
    )
    work.session.add(request)
    work.session.flush()
    return request


def _post_confirmation(work: UnitOfWork, operator: Operator, request: AccountRequest) -> None:
    token = links.issue(work, Errand(Purpose.CONFIRM_REQUEST, str(request.id), request.email, LIFETIME))
    messages.confirm_request(
        work,
        letterhead.of(work, operator),
        request.addressee,
        token=token,
        reference=request.reference,
        expires_at=request.expires_at,
    )


def _get(work: UnitOfWork, request_id: str) -> AccountRequest | None:
    return work.session.get(AccountRequest, int(request_id))


def _subject(request: AccountRequest) -> str:
    return f"account_requests:{request.id}"
