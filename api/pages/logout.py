"""Signing out: at once where a service proves whose session it is, else once the person agrees; then onward.

The page at the end frames the addresses of the services that want to hear of it through the browser.
"""

from urllib.parse import urlencode

from starlette.responses import Response

from api.pages import naming
from api.pages.rendering import Page
from api.pages.visit import Visit
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import clients, end_session, frontchannel
from identity.oidc.end_session import Asked, Onward, Refused
from identity.oidc.exchange import Refusal, Reply
from identity.oidc.frontchannel import Frame
from schema.context import CookieName

CONFIRM = "/logout/confirm"
DONE = "/logout/done"
SECONDS_FOR_FRAMES = 2
"""How long the services' frames have before the browser goes back to the one that asked."""

REFUSED = Reply(
    400, refusal=Refusal("invalid_request", "The id_token_hint or the address is not the service's own.")
)


async def show(visit: Visit) -> Response:
    """Sign out, or ask whether to."""
    asked = await visit.perform(lambda work: _ask(work, visit.fields))
    if asked is None:
        visit.note(REFUSED)
        return visit.send_error("logout-error")
    onward = end_session.onward_of(asked.wish)
    if asked.is_settled:
        return await _end(visit, onward)
    return await _question(visit, asked, onward)


async def arrive(visit: Visit) -> Response:
    """A service's form: sent on by GET, because a form of another site comes without our cookies."""
    return visit.go(f"{visit.settings.public_url}{end_session.PATH}?{urlencode(visit.fields)}")


async def confirm(visit: Visit) -> Response:
    """Sign out, once the person has agreed."""
    if not visit.bears_mark(CONFIRM):
        asked = await visit.perform(lambda work: _ask(work, {}))
        if asked is None or asked.email is None:
            return visit.go(f"{visit.settings.public_url}{DONE}")
        return await _question(visit, asked, Onward(), stale=True)
    sealed = visit.fields.get("onward", "")
    return await _end(visit, await visit.perform(lambda work: end_session.unseal(work, sealed)))


async def done(visit: Visit) -> Response:
    """Signed out; the services that were used are told, and there may be a way back."""
    sealed = visit.fields.get("onward", "")
    onward, name, frames = await visit.perform(lambda work: _look(work, sealed, visit.language))
    facts = {
        "back": onward.back,
        "name": name,
        "frames": [(naming.of(frame.client, visit.language), frame.uri) for frame in frames],
        "seconds": SECONDS_FOR_FRAMES,
    }
    return visit.render(Page("logout_done", facts, frames=[frame.uri for frame in frames]))


async def _end(visit: Visit, onward: Onward) -> Response:
    after, sealed, framed = await visit.perform(lambda work: _finish(work, onward))
    visit.keep(CookieName.SESSION, None)
    if after.back and not framed:
        return visit.go(after.back)
    query = urlencode({"onward": sealed} | ({"lang": visit.fields["lang"]} if "lang" in visit.fields else {}))
    return visit.go(f"{visit.settings.public_url}{DONE}?{query}")


def _finish(work: UnitOfWork, onward: Onward) -> tuple[Onward, str, bool]:
    after = end_session.end(work, onward)
    framed = bool(after.session_id and frontchannel.of_session(work, after.session_id))
    return after, end_session.seal(work, after), framed


async def _question(visit: Visit, asked: Asked, onward: Onward, *, stale: bool = False) -> Response:
    client = asked.wish.client
    facts = {
        "email": asked.email,
        "name": naming.of(client, visit.language) if client else None,
        "onward": await visit.perform(lambda work: end_session.seal(work, onward)),
        "chosen_language": visit.fields.get("lang", ""),
        "stale": stale,
        "mark": visit.mark(CONFIRM),
    }
    leads_to = [onward.back] if onward.back else []
    return visit.render(Page("logout", facts, 403 if stale else 200, leads_to=leads_to))


def _ask(work: UnitOfWork, parameters: dict[str, str]) -> Asked | None:
    try:
        return end_session.ask(work, parameters)
    except Refused:
        return None


def _look(work: UnitOfWork, sealed: str, language: str) -> tuple[Onward, str | None, list[Frame]]:
    onward = end_session.unseal(work, sealed)
    client = clients.find(work, onward.client_id) if onward.client_id else None
    frames = frontchannel.of_session(work, onward.session_id) if onward.session_id else []
    return onward, naming.of(client, language) if client else None, frames
