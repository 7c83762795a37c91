"""What a service asks to read, told in plain words; the person allows it or does not.

An application of the person's own machine that has leave already is confirmed each time, in few words.
"""

from functools import partial
from urllib.parse import urlsplit

from starlette.responses import Response

from api.pages import naming
from api.pages.rendering import Page
from api.pages.visit import Visit
from identity.oidc import interaction
from identity.oidc.interaction import Waiting
from identity.oidc.obstacles import CONFIRMATION, CONSENT

PATH = "/consent"


async def show(visit: Visit) -> Response:
    """The question, where it is this one that the person must answer now."""
    waiting = await visit.waiting()
    if waiting is None:
        return await visit.send_over()
    if waiting.obstacle not in (CONSENT, CONFIRMATION):
        return visit.go(interaction.resumption(visit.settings, waiting))
    return _ask(visit, waiting)


async def decide(visit: Visit) -> Response:
    """Remember what was allowed, or tell the service that it was not."""
    waiting = await visit.waiting()
    if waiting is None:
        return await visit.send_over()
    if waiting.obstacle not in (CONSENT, CONFIRMATION):
        return visit.go(interaction.resumption(visit.settings, waiting))
    if not visit.bears_mark(PATH):
        return _ask(visit, waiting, stale=True)
    if visit.fields.get("decision") == "accept":
        await visit.perform(lambda work: interaction.accept(work, waiting))
        return visit.go(interaction.resumption(visit.settings, waiting))
    reply = await visit.perform(partial(interaction.deny, waiting=waiting))
    return visit.send(reply) if reply else await visit.send_over()


def _ask(visit: Visit, waiting: Waiting, *, stale: bool = False) -> Response:
    client, language = waiting.client, visit.language
    facts = {
        "handle": visit.handle,
        "chosen_language": visit.fields.get("lang", ""),
        "name": naming.of(client, language),
        "brand": naming.of(client, language),
        "organization": client.organization,
        "email": waiting.email,
        "host": _host(waiting.asking.redirect_uri),
        "scopes": visit.say.scopes(waiting.asking.consent_scope, waiting.further),
        "resources": naming.resources(waiting.asking.served, language),
        "links": [
            (visit.say(f"consent.{words}"), uri)
            for words, name in (("site", "client_uri"), ("policy", "policy_uri"), ("terms", "tos_uri"))
            if (uri := naming.said(client, name, language)) and uri.startswith(("https://", "http://"))
        ],
        "confirms": waiting.obstacle is CONFIRMATION,
        "stale": stale,
        "mark": visit.mark(PATH),
        "switch": visit.switch(PATH),
    }
    status = 403 if stale else 200
    return visit.render(Page("consent", facts, status, leads_to=[waiting.asking.redirect_uri]))


def _host(uri: str) -> str:
    """Where a redirect leads, as people recognise it."""
    parts = urlsplit(uri)
    return parts.hostname or f"{parts.scheme}:"
