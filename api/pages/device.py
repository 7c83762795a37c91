"""A device's code, typed by a person at their own screen; then what it asks for, and their decision (RFC 8628 §3.3).

The code is shown again beside the question, because whoever sent a link may be somebody else than the device.
"""

from urllib.parse import urlencode

from starlette.responses import Response

from api.pages import naming
from api.pages.rendering import Page
from api.pages.visit import Visit
from identity.accounts import account as accounts
from identity.accounts.account import Account
from identity.foundation.errors import KeyMalformed, RateLimited
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import claims, device, signed_in
from identity.oidc.device import Question
from identity.proof import key_form
from schema.problems import sentence

PATH = device.PAGE
DECISION = "/device/decision"
EXAMPLE = "WDJB-MJHT"


async def show(visit: Visit) -> Response:
    """The form for the code, once somebody is signed in."""
    if await visit.perform(_account) is None:
        return _sign_in(visit)
    return _form(visit)


async def submit(visit: Visit) -> Response:
    """What the device of this code asks for."""
    account = await visit.perform(_account)
    if account is None:
        return _sign_in(visit)
    if not visit.bears_mark(PATH):
        return _form(visit, visit.say("fault.stale"), 403)
    typed = visit.fields.get("user_code", "")
    if not typed.strip():
        return _form(visit, visit.say("fault.user_code"), 422)
    try:
        question = await visit.perform(lambda work: device.find(work, typed))
    except RateLimited as refusal:
        retry = visit.say("fault.retry", seconds=refusal.retry_after)
        headers = {"Retry-After": str(refusal.retry_after)}
        return _form(visit, f"{sentence(refusal, visit.language)} {retry}", 429, headers)
    if question is None:
        return _form(visit, visit.say("fault.device"), 422)
    return _ask(visit, question, account)


async def decide(visit: Visit) -> Response:
    """Give the device what it asked for, or nothing."""
    account = await visit.perform(_account)
    if account is None:
        return _sign_in(visit)
    sealed = visit.fields.get("request", "")
    if not visit.bears_mark(DECISION):
        question = await visit.perform(lambda work: device.find_sealed(work, sealed))
        return _ask(visit, question, account, stale=True) if question else _form(visit, status=403)
    accepted = visit.fields.get("decision") == "accept"
    flow = device.accept if accepted else device.deny
    if not await visit.perform(lambda work: flow(work, sealed)):
        return visit.send_error("over.device")
    return visit.render(Page("device_done", {"outcome": "accepted" if accepted else "denied"}))


def _form(
    visit: Visit, fault: str | None = None, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    typed = visit.fields.get("user_code", "").strip()
    facts = {
        "chosen_language": visit.fields.get("lang", ""),
        "fault": fault,
        "typed": typed if len(typed) <= key_form.LONGEST_TYPED else "",
        "example": EXAMPLE,
        "mark": visit.mark(PATH),
        "switch": visit.switch(PATH, user_code=typed),
    }
    return visit.render(Page("device", facts, status, headers=headers or {}))


def _ask(visit: Visit, question: Question, account: Account, *, stale: bool = False) -> Response:
    client, language = question.client, visit.language
    facts = {
        "chosen_language": visit.fields.get("lang", ""),
        "name": naming.of(client, language),
        "brand": naming.of(client, language),
        "organization": client.organization,
        "email": account.email,
        "code": _printed(visit.fields.get("user_code", "")),
        "scopes": visit.say.scopes(question.scope, claims.further(account, question.scope)),
        "resources": naming.resources(question.served, language),
        "request": question.sealed,
        "stale": stale,
        "mark": visit.mark(DECISION),
    }
    return visit.render(Page("device_confirm", facts, 403 if stale else 200))


def _sign_in(visit: Visit) -> Response:
    query = {"device": visit.fields.get("user_code", "") or " "}
    language = {"lang": visit.fields["lang"]} if "lang" in visit.fields else {}
    return visit.go(f"{visit.settings.public_url}/login?{urlencode(query | language)}")


def _printed(typed: str) -> str:
    try:
        return key_form.printed(key_form.fold(typed)).reveal()
    except KeyMalformed:
        return ""


def _account(work: UnitOfWork) -> Account | None:
    person = signed_in.find(work)
    return accounts.find(work, person.account_id) if person else None
