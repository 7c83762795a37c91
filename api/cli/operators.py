"""`parvis operators`: who manages the contracts of which communes."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.console import Json, one_sentence, open_units, print_rows
from identity.directory import logos, operators, pictures
from identity.directory.operators import NewOperator, Operator, ProofMethod, ServiceKind
from identity.directory.pictures import Picture
from identity.foundation.unit_of_work import UnitOfWork

app = typer.Typer(help="The company or community that manages the contracts.", no_args_is_help=True)

Slug = Annotated[str, typer.Option(help="Its short name in addresses: lower-case letters, digits, hyphens.")]
Service = Annotated[list[ServiceKind], typer.Option(help="A service that it runs; repeat for several.")]
Proof = Annotated[list[ProofMethod], typer.Option(help="A proof that it asks for; repeat for several.")]
InseeCodes = Annotated[list[str], typer.Option(help="INSEE code of a commune it serves; repeat for several.")]
Requests = Annotated[
    bool | None, typer.Option("--requests/--no-requests", help="May people without key ask for an account?")
]
LoginOnConfirmation = Annotated[
    bool | None,
    typer.Option("--login-on-confirmation/--no-login-on-confirmation", help="Does confirming sign in?"),
]
TermsVersion = Annotated[str | None, typer.Option(help="Version of the terms of service in force.")]
TermsUrl = Annotated[str | None, typer.Option(help="Where the terms are read.")]
Language = Annotated[list[str], typer.Option(help="fr or en, its own first; repeat for both.")]
SenderName = Annotated[str | None, typer.Option(help="Sender of its e-mails; by default its name.")]
SenderAddress = Annotated[str | None, typer.Option(help="Address its e-mails come from.")]
SupportEmail = Annotated[str | None, typer.Option(help="Address that people may write to.")]
PortalUrl = Annotated[str | None, typer.Option(help="Where its portal stands; links in e-mails lead there.")]

Colour = Annotated[str | None, typer.Option(help="Its colour, as #005b8f: readable on a light page.")]
SecondColour = Annotated[str | None, typer.Option(help="Its other colour, likewise.")]
LogoFile = Annotated[
    Path | None,
    typer.Option(help="Its logo: PNG, JPEG, WebP or SVG of at most 100 kB.", exists=True, dir_okay=False),
]


@app.command("add")
def add(
    slug: Slug,
    name: Annotated[str, typer.Option(help="Its full name, as people read it.")],
    service: Service,
    commune: InseeCodes,
    proof: Proof = [],  # noqa: B006 - Typer copies it
    requests: Requests = None,
    login_on_confirmation: LoginOnConfirmation = None,
    terms_version: TermsVersion = None,
    terms_url: TermsUrl = None,
    language: Language = [],  # noqa: B006
    sender_name: SenderName = None,
    sender_address: SenderAddress = None,
    support_email: SupportEmail = None,
    portal_url: PortalUrl = None,
    colour: Colour = None,
    second_colour: SecondColour = None,
    logo: LogoFile = None,
) -> None:
    """Add an operator; everything but its name, services, proofs and communes has a default."""
    given = _given(locals())
    with one_sentence(), open_units().begin() as work:
        picture = _judged(logo)
        added = operators.add(work, NewOperator(slug=slug, **({"proof_methods": []} | given)))
        _draw(work, added, picture)
        print(f"Added {_described(work, added)}.")


@app.command("update")
def update(
    slug: Slug,
    name: Annotated[str | None, typer.Option(help="Its full name, as people read it.")] = None,
    service: Service = [],  # noqa: B006
    commune: InseeCodes = [],  # noqa: B006
    proof: Proof = [],  # noqa: B006
    requests: Requests = None,
    login_on_confirmation: LoginOnConfirmation = None,
    terms_version: TermsVersion = None,
    terms_url: TermsUrl = None,
    language: Language = [],  # noqa: B006
    sender_name: SenderName = None,
    sender_address: SenderAddress = None,
    support_email: SupportEmail = None,
    portal_url: PortalUrl = None,
    colour: Colour = None,
    second_colour: SecondColour = None,
    no_colours: Annotated[bool, typer.Option("--no-colours", help="Leave its colours to the pages.")] = False,
    logo: LogoFile = None,
    no_logo: Annotated[bool, typer.Option("--no-logo", help="Take its logo away.")] = False,
) -> None:
    """Change what is given and keep the rest; a list that is given replaces the one before."""
    given = (dict.fromkeys(("colour", "second_colour")) if no_colours else {}) | _given(locals())
    with one_sentence(), open_units().begin() as work:
        picture = _judged(logo)
        updated = operators.update(work, slug, **given)
        _draw(work, updated, picture, remove=no_logo)
        print(f"Updated {_described(work, updated)}.")


@app.command("list")
def list_(as_json: bool = Json) -> None:
    """List the operators and how many communes each serves; with --json, all they say of themselves."""
    with one_sentence(), open_units().read() as work:
        rows = [_row(work, operator, as_json) for operator in operators.every(work)]
    print_rows(rows, as_json)


_NAMES = {
    "service": "services",
    "proof": "proof_methods",
    "commune": "communes",
    "language": "languages",
    "requests": "accepts_requests",
}
_NOT_SAID = ("slug", "logo", "no_logo", "no_colours")
"""Options that are no column of what an operator says of itself."""


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, by the names in NewOperator."""
    return {
        _NAMES.get(name, name): value
        for name, value in options.items()
        if name not in _NOT_SAID and value is not None and value != []
    }


def _judged(logo: Path | None) -> Picture | None:
    # Before anything is written: what was written before a refusal stays.
    return pictures.judge(logo.read_bytes()) if logo else None


def _draw(work: UnitOfWork, operator: Operator, picture: Picture | None, *, remove: bool = False) -> None:
    if remove:
        logos.remove(work, operator)
    if picture:
        logos.put(work, operator, picture)


def _described(work: UnitOfWork, operator: Operator) -> str:
    communes = len(operators.served_by(work, operator))
    return f"{operator.slug} ({operator.name}): {communes} commune{'s' * (communes > 1)}"


def _row(work: UnitOfWork, operator: Operator, as_json: bool) -> dict[str, Any]:
    communes = operators.served_by(work, operator)
    if as_json:
        return operator.model_dump(exclude={"id", "subscribers_revision"}) | {"communes": communes}
    return {
        "slug": operator.slug,
        "name": operator.name,
        "services": " ".join(operator.services),
        "proofs": " ".join(operator.proof_methods),
        "requests": "yes" if operator.accepts_requests else "no",
        "communes": len(communes),
    }
