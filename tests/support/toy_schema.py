"""A small schema in the style of the contract: for what the transport does whatever the schema."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.config import StrawberryConfig

from api.graphql import graphql_endpoint
from schema import caches, masking


@strawberry.type
class Problem:
    code: str
    message: str


@strawberry.type
class Commune:
    name: str

    @strawberry.field
    def operators(self) -> list["Operator"]:
        return [Operator(slug="eau-de-marseille")]


@strawberry.type
class Operator:
    slug: str

    @strawberry.field
    def communes(self) -> list[Commune]:
        return [Commune(name="Loudun")]


@strawberry.type
class Proof:
    proof_token: str


@strawberry.input
class KeyInput:
    operator: str
    activation_key: str
    lines: list[str] = strawberry.field(default_factory=list)


Result = Annotated[Proof | Problem, strawberry.union("ValidateActivationKeyResult")]


@strawberry.type
class Query:
    @strawberry.field
    async def communes(self, search: str, first: int = 20) -> list[Commune]:
        return [Commune(name=search)] * min(first, 20)

    @strawberry.field
    async def crash(self, secret: str = "") -> str | None:
        raise RuntimeError(f"the disk is on fire, {secret}")

    @strawberry.field
    async def doomed(self) -> str:
        await asyncio.sleep(0)
        raise KeyError("hidden")


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def validate_activation_key(self, input: KeyInput) -> Result:
        if input.activation_key == "wrong":
            return Problem(code="PROOF_REFUSED", message="no")
        return Proof(proof_token=input.activation_key)

    @strawberry.mutation
    async def logout(self, info: strawberry.Info) -> str:
        info.context["cookies"] = ["session"]
        return "bye"


def build() -> masking.Schema:
    """A fresh schema, with caches of its own."""
    return masking.Schema(
        Query,
        Mutation,
        extensions=caches.EXTENSIONS,
        config=StrawberryConfig(disable_field_suggestions=True),
    )


OWN_ORIGIN = "https://parvis.example"
PORTAL = "https://portal.example"


async def _is_allowed(origin: str) -> bool:
    return origin in {OWN_ORIGIN, PORTAL}


def app(*, graphiql: bool = True) -> Starlette:
    """The endpoint over the toy schema, open to pages of two origins; contexts remember cookies to set."""

    def make_context(request: Request) -> dict[str, list[str]]:
        if "authorization" in request.headers:
            raise HTTPException(401, "This token is worth nothing here.", {"www-authenticate": "Bearer"})
        return {"cookies": []}

    def finish(context: dict[str, list[str]], response: Response) -> None:
        for name in context["cookies"]:
            response.set_cookie(name, "opaque")

    return Starlette(
        routes=graphql_endpoint(
            build(),
            make_context,
            finish=finish,
            allowed_origins=_is_allowed,
            graphiql=graphiql,
        ),
        max_body_size=256 * 1024,
    )


@contextmanager
def serve() -> Iterator[tuple[str, int]]:
    """The same on a real socket, for what only a real server receives: its host and port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app(), log_level="warning", ws="auto", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join(timeout=10)
