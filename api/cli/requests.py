"""`parvis requests`: people who asked for an account without a key; an agent decides."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from api.cli import agent
from api.cli.console import Json, one_sentence, open_units, print_rows
from identity.backoffice import request_matches, requests
from identity.backoffice.request_matches import Match
from identity.directory import operators
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof.account_request import AccountRequest, State

app = typer.Typer(help="Requests for an account without a key.", no_args_is_help=True)

Reference = Annotated[str, typer.Argument(help="What the person quotes, XXXXX-XXXXX.")]


@app.command("list")
def list_(
    operator: Annotated[str | None, typer.Option(help="Only this operator's, by its slug.")] = None,
    state: Annotated[State | None, typer.Option(help="Only in this state.", case_sensitive=False)] = None,
    as_json: bool = Json,
) -> None:
    """List requests, the oldest first, each with the subscribers whom the person may be."""
    with one_sentence(), open_units().read() as work:
        slugs = {found.id: found.slug for found in operators.every(work)}
        rows = [
            _row(request, slugs[request.operator_id], _matches(work, request), as_json)
            for request in requests.listed(work, operator, state)
        ]
        print_rows(rows, as_json)


@app.command()
def approve(
    reference: Reference,
    contract: Annotated[str, typer.Option(help="The contract that the person holds.")],
) -> None:
    """Recognise the person as the holder of a contract, and e-mail them the link that makes the account."""
    with one_sentence(), open_units().begin() as work:
        approved = requests.approve(work, reference, contract, agent.name())
        print(f"{approved.reference} approved: a link that is good for {_days()} days is on its way.")


@app.command()
def reject(
    reference: Reference,
    reason: Annotated[str, typer.Option(help="Why, as the person will read it.")],
) -> None:
    """Decline a request and tell the person why."""
    with one_sentence(), open_units().begin() as work:
        rejected = requests.reject(work, reference, reason, agent.name())
        print(f"{rejected.reference} rejected: the person is told by e-mail.")


@app.command()
def resend(reference: Reference) -> None:
    """E-mail an approved request's link again; the former one is void."""
    with one_sentence(), open_units().begin() as work:
        approved = requests.resend(work, reference, agent.name())
        print(f"{approved.reference}: a link that is good for {_days()} days is on its way.")


def _matches(work: UnitOfWork, request: AccountRequest) -> list[Match]:
    """Only where an agent must still choose."""
    return request_matches.matches(work, request) if request.state is State.SUBMITTED else []


def _row(request: AccountRequest, slug: str, matches: list[Match], as_json: bool) -> dict[str, Any]:
    profile = request.profile
    row: dict[str, Any] = {
        "reference": request.reference,
        "operator": slug,
        "state": request.state.value,
        "name": profile.get("organization_name") or request.full_name,
        "email": request.email,
        "created_at": request.created_at.isoformat(timespec="seconds"),
    }
    if not as_json:
        return row | {"likely": "\n".join(map(_told, matches))}
    return row | {
        "profile": profile,
        "address_lines": request.address_lines,
        "postcode": request.postcode,
        "city": request.city,
        "contract_number": request.contract_number,
        "comment": request.comment,
        "reason": request.reason,
        "decided_by": request.decided_by,
        "updated_at": request.updated_at.isoformat(timespec="seconds"),
        "activated_at": request.activated_at and request.activated_at.isoformat(timespec="seconds"),
        "matches": [asdict(match) for match in matches],
    }


def _told(match: Match) -> str:
    flaw = f" ({match.flaw})" if match.flaw else ""
    return f"{match.contract_number}{flaw}: {match.name}, {match.address} [{match.score}]"


def _days() -> int:
    return requests.LIFETIME.days
