"""Who asks, and how a resolver has its one flow performed.

Knows no HTTP: what becomes of cookies is written down here and carried out by the transport.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from typing import Concatenate, ParamSpec, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from identity.accounts import actors
from identity.accounts.actors import Actor
from identity.directory import operators
from identity.directory.operators import Operator
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork, Units, Visitor
from identity.oidc import bearer
from schema.workers import Workers

P = ParamSpec("P")
T = TypeVar("T")

NEUTRAL_SECONDS = 0.3
"""How long an answer takes that must not tell whether an e-mail is known: longer than either case needs."""


class CookieName(StrEnum):
    """The cookies that a flow may ask for; their real names and flags belong to the transport."""

    SESSION = "session"
    BROWSER = "browser"
    KNOWN_BROWSER = "known_browser"
    FORMS = "forms"


@dataclass(frozen=True)
class CookieChange:
    """A cookie to set, or to clear where `token` is None."""

    name: CookieName
    token: Secret | None
    persistent: bool = False


@dataclass
class Context:
    """What every resolver is given: the visitor's database, the threads, and the cookies to send."""

    units: Units
    workers: Workers
    cookies: list[CookieChange] = field(default_factory=list)

    @property
    def visitor(self) -> Visitor:
        """Where the request comes from."""
        return self.units.visitor

    @property
    def language(self) -> str:
        """`fr` or `en`."""
        return self.visitor.language

    def keep(self, name: CookieName, token: Secret | None, *, persistent: bool = False) -> None:
        """Send this cookie with the answer."""
        self.cookies.append(CookieChange(name, token, persistent))

    @cached_property
    def operators_of_communes(self) -> DataLoader[str, list[Operator]]:
        """The operators that serve each commune, one query for all."""

        async def load(insee_codes: list[str]) -> list[list[Operator]]:
            found = await self.workers.run(partial(self._serving, insee_codes))
            return [found.get(code, []) for code in insee_codes]

        return DataLoader(load_fn=load)

    def _serving(self, insee_codes: list[str]) -> dict[str, list[Operator]]:
        with self.units.read() as work:
            return operators.serving(work, insee_codes)


Info = strawberry.Info[Context, None]


def identify(work: UnitOfWork) -> Actor:
    """The signed-in person, by Bearer token or else by cookie; LoginRequired."""
    return bearer.require_actor(work) if work.visitor.bearer else actors.by_cookie(work)


async def perform(
    info: Info, flow: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run one flow in one unit of work."""
    context = info.context
    return await context.workers.perform(context.units, lambda work: flow(work, *args, **kwargs))


async def read(
    info: Info, flow: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run one flow that only reads."""
    context = info.context

    def call() -> T:
        with context.units.read() as work:
            return flow(work, *args, **kwargs)

    return await context.workers.run(call)


async def perform_as_actor(
    info: Info, flow: Callable[Concatenate[UnitOfWork, Actor, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run one flow of a signed-in person; LoginRequired."""

    def signed_in(work: UnitOfWork) -> T:
        return flow(work, identify(work), *args, **kwargs)

    return await perform(info, signed_in)


async def perform_hashing(
    info: Info, flow: Callable[Concatenate[Units, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run one flow that hashes a password between two units of work of its own."""
    context = info.context
    return await context.workers.run_hashing(partial(flow, context.units, *args, **kwargs))


async def perform_neutrally(
    info: Info, flow: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run one flow and answer after the same while, whatever it found and however it ended."""
    loop = asyncio.get_running_loop()
    answers_at = loop.time() + NEUTRAL_SECONDS
    try:
        return await perform(info, flow, *args, **kwargs)
    finally:
        await asyncio.sleep(max(0.0, answers_at - loop.time()))
