"""How `parvis clients add --product` tells of products: the list, and a configuration that is ready to paste."""

import json
import re
import sys
from typing import Any

from typer.core import TyperCommand

from api.cli import products
from api.cli.console import fail
from api.cli.products import Product
from api.cli.products.table import PRODUCTS
from identity.foundation import tokens
from identity.oidc.registration import Registered

LIST = "list"
"""What `--product` says alone."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]*)?")
"""What means nothing else in any of the languages that configurations are written in."""


class Listing(TyperCommand):
    """A command whose `--product` may stand alone."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments, LIST put behind a `--product` that is followed by no value."""
        for place, word in enumerate(args, start=1):
            if word == "--product" and (place == len(args) or args[place].startswith("-")):
                return list(super().parse_args(ctx, [*args[:place], LIST, *args[place:]]))
        return list(super().parse_args(ctx, args))


def require(name: str, url: str | None) -> Product:
    """The product of this name, its address told where it has one; ends with one sentence where not."""
    product = PRODUCTS.get(name)
    if product is None:
        fail(f"{name} is none of the products that Parvis knows: {', '.join(PRODUCTS)}.", 2)
    if url is None and product.wants_url:
        fail(f"{product.title} needs --url: {product.where}.", 2)
    if url is not None and not _ADDRESS.fullmatch(url):
        fail(
            "--url is an address such as https://service.exemple.fr or https://service.exemple.fr/chemin.", 2
        )
    return product


def short(product: Product) -> dict[str, object]:
    """What fits on a terminal."""
    return {"product": product.name, "is": product.title, "--url": product.where}


def show(product: Product, issuer: str, url: str, registered: Registered, as_json: bool) -> None:
    """Print the client, its secret and the product's own files, filled in."""
    told = {"client_id": registered.client.id}
    if registered.secret:
        told["client_secret"] = registered.secret.reveal()
    own = {"own_secret": tokens.new_token().reveal()}
    files = product.configuration(products.values(product, issuer, url, told | own))
    if as_json:
        print(json.dumps(told | {"files": files}, ensure_ascii=False))
        return
    print("\n".join(f"{name}: {value}" for name, value in told.items()))
    for name, text in files.items():
        print(f"\n--- {name}\n{text}", end="")
    for note in product.notes:
        print(note, file=sys.stderr)
    if registered.secret:
        print("Keep the secret: it is not shown again.", file=sys.stderr)
