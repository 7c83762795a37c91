"""Pages as responses: the templates, the words, and the policy under which a page may do nothing but its forms.

`form-action` admits the client's redirect, because browsers hold it against where a form's answer sends them on.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, Response

from api import form_post
from api.pages import naming, words
from identity.foundation.settings import Settings
from identity.oidc.exchange import Reply
from identity.oidc.interaction import Over

if TYPE_CHECKING:
    from jinja2 import Environment

_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")


@dataclass(frozen=True)
class Page:
    """A template, what it is given, and where its forms and frames may lead beside our own pages."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    leads_to: Iterable[str] = ()
    frames: Iterable[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def render(settings: Settings, language: str, page: Page) -> Response:
    """The page in this language, under its own policy, kept by nobody."""
    say = words.Speaker(language)
    facts = {
        "base": urlsplit(settings.public_url).path,
        "language": language,
        "say": say,
        "is_demo": settings.is_demo,
        "brand": None,
        "switch": None,
        **page.facts,
    }
    body = _templates().get_template(f"{page.template}.html").render(facts)
    return HTMLResponse(body, page.status, {**_headers(page), **page.headers})


def respond(settings: Settings, language: str, reply: Reply) -> Response:
    """What the provider answers a browser: a redirect, or the page that it names."""
    if isinstance(reply.body, Mapping) and isinstance(over := reply.body.get("over"), Over):
        return render(settings, language, _over(over, language))
    if reply.page and reply.page != "form_post":
        page = Page("error", {"name": reply.page}, reply.status, headers=dict(reply.headers))
        return render(settings, language, page)
    if reply.page == "form_post" and isinstance(reply.body, Mapping):
        action, fields = reply.body["action"], reply.body["fields"]
        headers = {"Content-Security-Policy": form_post.policy(action), **dict(reply.headers)}
        return HTMLResponse(form_post.render(action, fields, language), reply.status, headers)
    return Response(b"", reply.status, dict(reply.headers))


def error(settings: Settings, language: str, status: int = 400, name: str = "error") -> Response:
    """A page that says why nothing can be done here."""
    return render(settings, language, Page("error", {"name": name}, status))


def _over(over: Over, language: str) -> Page:
    name = naming.of(over.client, language) if over.client else None
    host = urlsplit(over.url).hostname if over.url else None
    return Page("over", {"cause": over.cause, "name": name, "url": over.url, "host": host}, 400)


def policy(leads_to: Iterable[str] = (), frames: Iterable[str] = ()) -> str:
    """The Content-Security-Policy of a page of forms."""
    actions = " ".join(dict.fromkeys(["'self'", *map(source, leads_to)]))
    framed = " ".join(dict.fromkeys(map(source, frames))) or "'none'"
    return (
        f"default-src 'none'; style-src 'self'; img-src 'self'; form-action {actions}; frame-src {framed}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def source(uri: str) -> str:
    """The source expression of a URI: its origin, or its scheme where a policy cannot name the origin."""
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc.lower()):
        return f"{parts.scheme}://{parts.netloc.lower()}"
    return f"{parts.scheme}:" if _SCHEME.fullmatch(parts.scheme) else "'none'"


def _headers(page: Page) -> dict[str, str]:
    return {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": policy(page.leads_to, page.frames),
    }


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("api.pages")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
