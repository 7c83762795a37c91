"""Signing in, on the way to a service or on one's own; and which account to go on with.

The same flow as the GraphQL mutation: its limits, its refusals, its duration.
"""

import re
from functools import partial
from urllib.parse import urlencode

from starlette.responses import Response

from api.pages import naming
from api.pages.rendering import Page
from api.pages.visit import Visit
from identity.accounts import account as accounts
from identity.accounts import login
from identity.foundation.errors import RateLimited, Refusal
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import device, interaction, signed_in
from identity.oidc.interaction import Waiting
from identity.oidc.obstacles import LOGIN
from schema.context import CookieName
from schema.problems import sentence

PATH = "/login"
ACCOUNT = "/login/account"
CANCEL = "/login/cancel"
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")

Fault = tuple[str, str]
"""A field, "" for none, and what is wrong."""


async def show(visit: Visit) -> Response:
    """The form; where somebody is signed in already, the choice of the account, unless they must sign in anew."""
    waiting = await visit.waiting()
    if visit.handle and waiting is None:
        return await visit.send_over()
    email = waiting.email if waiting else await visit.perform(_email)
    must = waiting is not None and waiting.obstacle is LOGIN
    if email and not must and "other" not in visit.fields:
        return _choice(visit, waiting, email)
    return _form(visit, waiting)


async def submit(visit: Visit) -> Response:
    """Sign in, and go on."""
    waiting = await visit.waiting()
    if visit.handle and waiting is None:
        return await visit.send_over()
    if not visit.bears_mark(PATH):
        return _form(visit, waiting, [("", visit.say("fault.stale"))], 403)
    if faults := _missing(visit):
        return _form(visit, waiting, faults, 422)
    typed = visit.fields
    attempt = login.Attempt(typed["email"], typed["password"], stay_logged_in="stay" in typed)
    try:
        logged_in = await visit.workers.run_hashing(partial(login.log_in, visit.units, attempt))
    except RateLimited as refusal:
        retry = visit.say("fault.retry", seconds=refusal.retry_after)
        faults = [("", f"{sentence(refusal, visit.language)} {retry}")]
        return _form(visit, waiting, faults, 429, {"Retry-After": str(refusal.retry_after)})
    except Refusal as refusal:
        return _form(visit, waiting, [("email", sentence(refusal, visit.language))], 422)
    visit.keep(CookieName.SESSION, logged_in.session_token, persistent=attempt.stay_logged_in)
    visit.keep(CookieName.KNOWN_BROWSER, logged_in.known_browser, persistent=True)
    if waiting:
        await visit.perform(partial(interaction.sign_in, waiting=waiting, session_id=logged_in.session.id))
    return visit.go(_onward(visit, waiting))


async def choose(visit: Visit) -> Response:
    """Go on with the account that is signed in."""
    waiting = await visit.waiting()
    if waiting is None:
        return await visit.send_over() if visit.handle else visit.go(_onward(visit, None))
    if not visit.bears_mark(ACCOUNT):
        return await show(visit)
    await visit.perform(lambda work: interaction.choose(work, waiting))
    return visit.go(_onward(visit, waiting))


async def cancel(visit: Visit) -> Response:
    """Back to the service without signing in: it is told that the person does not want to."""
    waiting = await visit.waiting()
    if waiting is None:
        return await visit.send_over()
    if not visit.bears_mark(CANCEL):
        return _form(visit, waiting, [("", visit.say("fault.stale"))], 403)
    reply = await visit.perform(partial(interaction.deny, waiting=waiting))
    return visit.send(reply) if reply else await visit.send_over()


async def register(visit: Visit) -> Response:
    """Off to open an account; the request waits as long as a registration does."""
    waiting = await visit.waiting()
    if waiting is None:
        return await visit.send_over()
    await visit.perform(lambda work: interaction.prolong(work, waiting))
    query = urlencode({"continue": visit.handle})
    return visit.go(f"{visit.settings.public_url}/register?{query}")


def _form(
    visit: Visit,
    waiting: Waiting | None,
    faults: list[Fault] | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    facts = {
        **_shared(visit, waiting),
        "faults": faults or [],
        "wrong": {"email": None, "password": None, **dict(faults or [])},
        "typed": visit.fields.get("email") or _hinted(waiting),
        "again": waiting is not None and waiting.person is not None and waiting.obstacle is LOGIN,
        "mark": visit.mark(PATH),
        "stays": "stay" in visit.fields,
    }
    return visit.render(Page("login", facts, status, leads_to=_leads_to(waiting), headers=headers or {}))


def _choice(visit: Visit, waiting: Waiting | None, email: str) -> Response:
    facts = {**_shared(visit, waiting), "email": email, "mark": visit.mark(ACCOUNT)}
    return visit.render(Page("choice", facts, leads_to=_leads_to(waiting)))


def _shared(visit: Visit, waiting: Waiting | None) -> dict[str, object]:
    return {
        "handle": visit.handle,
        "cancel_mark": visit.mark(CANCEL),
        "chosen_language": visit.fields.get("lang", ""),
        "device": visit.fields.get("device", ""),
        "name": naming.of(waiting.client, visit.language) if waiting else None,
        "brand": naming.of(waiting.client, visit.language) if waiting else None,
        "switch": visit.switch(
            PATH, other=visit.fields.get("other", ""), device=visit.fields.get("device", "")
        ),
    }


def _leads_to(waiting: Waiting | None) -> list[str]:
    return [waiting.asking.redirect_uri] if waiting else []


def _onward(visit: Visit, waiting: Waiting | None) -> str:
    if waiting is None and "device" in visit.fields:
        return f"{visit.settings.public_url}{device.PAGE}?{urlencode({'user_code': visit.fields['device'].strip()})}"
    if waiting is None:
        return f"{visit.settings.public_url}/"
    return interaction.resumption(visit.settings, waiting)


def _missing(visit: Visit) -> list[Fault]:
    return [(name, visit.say(f"fault.{name}")) for name in ("email", "password") if name not in visit.fields]


def _hinted(waiting: Waiting | None) -> str:
    """The address that the client believes the person signs in with, where it is one."""
    hint = waiting.asking.login_hint if waiting else ""
    return hint if _ADDRESS.fullmatch(hint) else ""


def _email(work: UnitOfWork) -> str | None:
    person = signed_in.find(work)
    account = accounts.find(work, person.account_id) if person else None
    return account.email if account else None
