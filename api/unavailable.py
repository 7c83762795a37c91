"""An outage as HTTP tells it: 503 and Retry-After, in the form that whoever asked can read. Decides nothing.

What is an outage is for `identity.foundation.outages` to say; anything else is raised again, for `Manners` to answer.
"""

import structlog
from starlette.responses import PlainTextResponse, Response

from api.pages import rendering
from api.pages.rendering import Page
from identity.foundation import outages
from identity.foundation.outages import Outage
from identity.foundation.settings import Settings
from identity.oidc.exchange import Reply

_log = structlog.get_logger("parvis.http")
RETRY = {"Retry-After": str(outages.RETRY_AFTER)}
_KNOWN = "The database is unavailable. Nothing was done: try again later."
_UNKNOWN = "The database went away while it kept this: it may have been done, or not."


def reply(error: Exception, *, is_page: bool) -> Reply:
    """`temporarily_unavailable` (RFC 6749 §4.1.2.1) to a program, the error page to a person."""
    outage = _require(error)
    headers = (("Cache-Control", "no-store"), *RETRY.items())
    if is_page:
        return Reply(503, None, headers, page=_name(outage))
    said = _KNOWN if outage.is_outcome_known else _UNKNOWN
    return Reply(503, {"error": "temporarily_unavailable", "error_description": said}, headers)


def page(error: Exception, settings: Settings, language: str) -> Response:
    """The error page."""
    shown = Page("error", {"name": _name(_require(error))}, 503, headers=RETRY)
    return rendering.render(settings, language, shown)


def text(error: Exception) -> Response:
    """A line, to whoever asked for neither."""
    _require(error)
    return PlainTextResponse("Service Unavailable", 503, {**RETRY, "Cache-Control": "no-store"})


def _require(error: Exception) -> Outage:
    outage = outages.find(error)
    if outage is None:
        raise error
    _log.warning("outage", cause=outage.cause, outcome_known=outage.is_outcome_known)
    return outage


def _name(outage: Outage) -> str:
    return "unavailable" if outage.is_outcome_known else "unavailable-unknown"
