"""A small schema in the style of the contract: for what the transport does whatever the schema."""

import asyncio
from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig

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
        extensions=[caches.Documents],
        config=StrawberryConfig(disable_field_suggestions=True),
    )
