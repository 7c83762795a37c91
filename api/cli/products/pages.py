"""docs/products/: a page for each product, written from the table and the files that `clients add --product` prints."""

from pathlib import Path

from api.cli import products
from api.cli.products import Product
from api.cli.products.table import PRODUCTS

FOLDER = Path(__file__).parents[3] / "docs" / "products"
ISSUER = "https://comptes.exemple.fr"
SERVICE = "https://service.exemple.fr"
_LANGUAGES = {
    "cfg": "toml",
    "sh": "sh",
    "py": "python",
    "js": "javascript",
    "ts": "typescript",
    "yml": "yaml",
}


def page(product: Product) -> str:
    """The page of a product, in Markdown."""
    url = SERVICE + ("/realms/ville" if product.name == "keycloak" else "")
    wanted = {"client_id": product.name, "client_secret": "…", "own_secret": "…"}
    files = product.configuration(products.values(product, ISSUER, url, wanted))
    shown = "\n".join(_shown(name, text) for name, text in files.items())
    notes = "\n".join(f"- {note}" for note in product.notes)
    return f"""# {product.title}

One of the products that Parvis knows: [the rest of what a service should know](../federation.md) holds here too.
This page is written by `make docs`, from what the command prints.

The agent registers, where Parvis runs:

```sh
parvis clients add --product {product.name}{_url(product, url)}
```

`--url` is {product.where}.
`--id` and `--name` call the client otherwise; every other option of `clients add` goes before what the product sets:

| | |
|---|---|
{_table(product, url)}

The command prints what follows, with the secret, which is shown this once, and random values where the product wants
one of its own. In this page Parvis is `{ISSUER}`.

{shown}
{notes}
"""


def _url(product: Product, url: str) -> str:
    return f" --url {url}" if product.wants_url else ""


def _shown(name: str, text: str) -> str:
    suffix = name.rpartition(".")[2]
    return f"`{name}`\n\n```{_LANGUAGES.get(suffix, suffix)}\n{text}```\n"


def _table(product: Product, url: str) -> str:
    metadata = product.metadata(url)
    rows = {
        "redirect URIs": _codes(metadata["redirect_uris"]),
        "after signing out": _codes(metadata["post_logout_redirect_uris"]) or "nowhere: it does not ask",
        "told of sign-outs at": f"`{metadata['backchannel_logout_uri']}`"
        if product.backchannel
        else "it does not listen",
        "authenticates by": "nothing: a public client" if metadata["public"] else f"`{product.way.auth}`",
        "PKCE": "demanded" if product.way.pkce else "accepted: it may send none",
        "name and e-mail": "in the ID token too" if metadata["id_token_claims"] else "from userinfo",
        "scope": f"`{metadata['scope']}`",
    }
    return "\n".join(f"| {what} | {told} |" for what, told in rows.items())


def _codes(addresses: tuple[str, ...]) -> str:
    return ", ".join(f"`{address}`" for address in addresses)


def write() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for product in PRODUCTS.values():
        (FOLDER / f"{product.name}.md").write_text(page(product), encoding="utf-8")


if __name__ == "__main__":
    write()
