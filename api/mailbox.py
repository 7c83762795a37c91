"""The demonstration's mailbox in a browser, and as JSON for programs. Exists in the demonstration alone.

Decides nothing: shows what identity/mail/mailbox has captured. A letter's HTML is a page of its own, framed
and sandboxed, so that nothing in it runs or borrows this page's origin.
"""

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from api import public_address
from identity.foundation.unit_of_work import Units
from identity.mail import mailbox
from identity.mail.mailbox import Captured

if TYPE_CHECKING:
    from jinja2 import Environment

PATH = "/demo/mailbox"
SHOWN = 100

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 50rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
li, dd { margin-bottom: .5rem; }
pre { white-space: pre-wrap; border: 1px solid; padding: 1rem; }
iframe { width: 100%; height: 45rem; border: 1px solid; background: #fff; color-scheme: light; }
"""
_LAYOUT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{% block title %}{% endblock %}</title><style>{{ style }}</style></head>
<body><main>{% block main %}{% endblock %}</main></body>
</html>
"""
_LIST = """{% extends "layout" %}
{% block title %}Mailbox of the demonstration{% endblock %}
{% block main %}
<h1>{{ self.title() }}</h1>
<p>Every e-mail that Parvis would have sent{% if to %} to {{ to }}{% endif %}, the newest first.
Programs read it as JSON (<code>Accept: application/json</code>).</p>
<form><label>To <input type="email" name="to" value="{{ to or '' }}"></label> <button>Show</button></form>
{% if mails %}
<ol>
{% for mail in mails %}
<li><a href="{{ path }}/{{ mail.id }}">{{ mail.subject }}</a><br>
to {{ mail.to }}, {{ mail.sent_at | time }}</li>
{% endfor %}
</ol>
{% else %}
<p>Nothing yet.</p>
{% endif %}
{% endblock %}
"""
_MAIL = """{% extends "layout" %}
{% block title %}{{ mail.subject }}{% endblock %}
{% block main %}
<p><a href="{{ path }}">All e-mails</a></p>
<h1>{{ mail.subject }}</h1>
<dl>
<dt>To</dt><dd>{{ mail.to }}</dd>
<dt>Sent</dt><dd>{{ mail.sent_at | time }}</dd>
{% if mail.links %}
<dt>Links</dt>
{% for link in mail.links %}<dd><a href="{{ link }}">{{ link }}</a></dd>{% endfor %}
{% endif %}
</dl>
<h2>As HTML</h2>
<iframe title="The e-mail as HTML" src="{{ path }}/{{ mail.id }}/html"
sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
<h2>As text</h2>
<pre>{{ mail.text }}</pre>
{% endblock %}
"""

_ALWAYS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept",
}
_PAGE = _ALWAYS | {
    "Content-Security-Policy": "default-src 'none'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    f"frame-ancestors 'none'; style-src 'sha256-"
    f"{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
}
_LETTER = _ALWAYS | {
    # Letters are styled inline, as mail programs want it.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
    "X-Frame-Options": "SAMEORIGIN",
}


def routes(units: Units) -> list[Route]:
    """The mailbox's routes; none outside the demonstration."""
    # Endpoints are plain functions: Starlette runs them in its threads.
    if not units.settings.is_demo:
        return []

    def inbox(request: Request) -> Response:
        to = request.query_params.get("to") or None
        with units.read() as work:
            mails = mailbox.newest(work, SHOWN, to)
        if _is_program(request):
            return JSONResponse([_as_json(mail) for mail in mails], headers=_ALWAYS)
        return _page("list", mails=mails, to=to)

    def one(request: Request) -> Response:
        mail = _find(units, request)
        if mail is None:
            return _page("list", 404, mails=[], to=None)
        if _is_program(request):
            return JSONResponse(_as_json(mail), headers=_ALWAYS)
        return _page("mail", mail=mail)

    def html(request: Request) -> Response:
        mail = _find(units, request)
        # Links open beside the sandbox: the pages that they lead to refuse to be framed.
        body = mail.html.replace("<head>", '<head><base target="_blank">', 1) if mail else ""
        return HTMLResponse(body, 200 if mail else 404, _LETTER)

    at_home = public_address.pages(units.settings, lambda request: not _is_program(request))
    pages = {PATH: inbox, f"{PATH}/{{id:int}}": one, f"{PATH}/{{id:int}}/html": html}
    return [Route(path, page, middleware=at_home) for path, page in pages.items()]


def _is_program(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _find(units: Units, request: Request) -> Captured | None:
    with units.read() as work:
        return mailbox.find(work, request.path_params["id"])


def _as_json(mail: Captured) -> dict[str, object]:
    return {
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "links": mail.links,
        "sentAt": mail.sent_at.isoformat().replace("+00:00", "Z"),
    }


def _page(template: str, status: int = 200, **facts: object) -> HTMLResponse:
    page = _templates().get_template(template).render(facts, path=PATH, style=_STYLE)
    return HTMLResponse(page, status, _PAGE)


@cache
def _templates() -> "Environment":
    from jinja2 import DictLoader, Environment, StrictUndefined

    pages = DictLoader({"layout": _LAYOUT, "list": _LIST, "mail": _MAIL})
    environment = Environment(loader=pages, autoescape=True, undefined=StrictUndefined)
    environment.filters["time"] = lambda when: f"{when:%Y-%m-%d %H:%M:%S} UTC"
    return environment
