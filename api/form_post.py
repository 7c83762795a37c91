"""The page that carries an answer back to the client as a form (OAuth 2.0 Form Post Response Mode).

It submits itself; without JavaScript the person presses its button. Nothing on it comes from the request unescaped,
and its policy lets no other script run. The form may lead through any address: where the client sends the browser
next is its own affair, and browsers would hold `form-action` against those redirects too.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from urllib.parse import urlsplit

SCRIPT = "document.forms[0].submit()"
_HASH = b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
_BUTTON = {"fr": "Continuer", "en": "Continue"}


def policy(action: str) -> str:
    """The content security policy of the page that leads to this address."""
    schemes = "https: http:" if urlsplit(action).scheme == "http" else "https:"
    return (
        f"default-src 'none'; script-src 'sha256-{_HASH}'; form-action {schemes}; frame-ancestors 'none'; "
        "base-uri 'none'"
    )


def render(action: str, fields: Mapping[str, str], language: str) -> bytes:
    """The page, UTF-8."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    button = _BUTTON.get(language, _BUTTON["fr"])
    return (
        f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8"><title>{button}</title>'
        f'<meta name="viewport" content="width=device-width"><form method="post" action="{escape(action)}">{hidden}'
        f'<button id="continue">{button}</button></form><script>{SCRIPT}</script></html>'
    ).encode()
