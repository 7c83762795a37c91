"""Products of others that federate with Parvis: how each is registered, and its own configuration, ready to paste.

One table, `table.PRODUCTS`, and beside it the files that each product reads, below `files/`. `clients add --product`
prints them filled in, `pages` writes docs/products/ from the same, and the tests federate with them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from identity.oidc.provider import PATHS

FILES = Path(__file__).parent / "files"
SUFFIX = ".txt"
"""What a file's own name is followed by here, so that no tool of ours takes it for ours."""

_HOLE = re.compile(r"@([A-Z_]+)@")


@dataclass(frozen=True)
class Way:
    """How a product asks for tokens and reads them: what a client that acts for it in the tests does."""

    auth: str = "client_secret_basic"
    """client_secret_basic, client_secret_post, or none."""
    pkce: bool = True
    nonce: bool = True
    reads: str = "userinfo"
    """Where it looks for name and e-mail: `userinfo` or `id_token`."""
    refreshes: bool = False
    leaves: str = "hint"
    """How it signs people out of Parvis: with its ID token (`hint`), by its name alone (`client_id`), or not (`""`)."""


@dataclass(frozen=True)
class Product:
    """A product: its name on the command line and for people, its registration, its files."""

    name: str
    title: str
    where: str
    """What `--url` is of it."""
    redirects: tuple[str, ...]
    """What follows the URL; whole addresses where they do not depend on it."""
    files: tuple[str, ...]
    way: Way
    goodbyes: tuple[str, ...] = ()
    backchannel: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further metadata, by their names in `registration.Metadata`."""
    notes: tuple[str, ...] = ()
    """What an integrator has to know, a sentence or two each."""

    @property
    def wants_url(self) -> bool:
        """Do its addresses depend on where it is?"""
        return any(path[:1] in ("", "/", "?") for path in self.redirects)

    def metadata(self, url: str) -> dict[str, Any]:
        """What registers the product at this URL, by the names of `registration.Metadata`."""
        base = url.rstrip("/")
        set_: dict[str, Any] = {
            "redirect_uris": tuple(_at(base, path) for path in self.redirects),
            "post_logout_redirect_uris": tuple(_at(base, path) for path in self.goodbyes),
            "backchannel_logout_uri": None if self.backchannel is None else _at(base, self.backchannel),
            "backchannel_session_required": self.backchannel is not None,
            "public": self.way.auth == "none",
            "pkce_required": self.way.pkce,
            "id_token_claims": self.way.reads == "id_token",
        }
        return {**set_, **self.more}

    def configuration(self, values: Mapping[str, str]) -> dict[str, str]:
        """Its files by name, each hole filled with the value of that name."""
        return {
            name: _HOLE.sub(lambda hole: values[hole[1]], _template(self.name, name)) for name in self.files
        }


def values(product: Product, issuer: str, url: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """What fills the holes of the product's files."""
    base = url.rstrip("/")
    goodbye = _at(base, product.goodbyes[0]) if product.goodbyes else base
    return {
        "ISSUER": issuer,
        "URL": base,
        "ISSUER_HOST": urlsplit(issuer).netloc,
        "REALM": base.rpartition("/")[2],
        "CLIENT_ID": credentials["client_id"],
        "CLIENT_SECRET": credentials.get("client_secret", ""),
        "LOGOUT": f"{issuer}{PATHS['end_session_endpoint']}?client_id={quote(credentials['client_id'])}"
        f"&post_logout_redirect_uri={quote(goodbye, safe='')}",
        "OWN_SECRET": credentials.get("own_secret", ""),
    }


def _template(product: str, name: str) -> str:
    return (FILES / product / f"{name}{SUFFIX}").read_text(encoding="utf-8")


def _at(base: str, path: str) -> str:
    return base + path if path[:1] in ("", "/", "?") else path
