"""The table of routes, and what lives as long as the process: the database, the threads, the courier."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api import (
    cookies,
    demo_key,
    demo_services,
    health,
    logos,
    logs,
    mailbox,
    metrics,
    oidc,
    pages,
    portal,
    public_address,
    visitors,
)
from api.background import Background, end_with_supervisor, keep_writing_refusals
from api.graphql import asks_for_page, graphql_endpoint
from api.middleware import Manners
from api.origins import Origins
from identity.foundation import settings as settings_
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units, open_engine
from schema.context import Context
from schema.root import build_schema
from schema.workers import Workers

LARGEST_BODY = 256 * 1024
OBJECTS_BEFORE_COLLECTION = 10_000, 20, 20
"""Some twenty requests' worth, for the youngest generation."""


def create_app(settings: Settings | None = None) -> Starlette:
    """The whole server for these settings, or for those of the environment."""
    settings = settings or settings_.load()
    logs.configure(settings.log_level)
    units = Units(open_engine(settings, existing=True), settings)
    workers = Workers(settings)
    app = Starlette(
        routes=_routes(settings, units, workers),
        middleware=[
            Middleware(Manners, settings=settings),
            Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY),
        ],
        lifespan=_lifespan,
    )
    # The address to be sent to would be made from Host, which anybody may choose.
    app.router.redirect_slashes = False
    app.state.units = units
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    units: Units = app.state.units
    end_with_supervisor()
    background = Background(units)
    if units.settings.courier == "on":
        background.start()
    writing = keep_writing_refusals(units)
    neighbours = demo_services.start(units.settings) if units.settings.is_demo else []
    _spare_what_stays()
    yield
    gc.unfreeze()
    demo_services.stop(neighbours)
    writing.set()
    background.stop()
    units.engine.dispose()


def _spare_what_stays() -> None:
    # Everything that was read in lives as long as the process: to look it over again and again for garbage takes a
    # fifteenth of the time of every request.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OBJECTS_BEFORE_COLLECTION)
    gc.enable()


def _routes(settings: Settings, units: Units, workers: Workers) -> list[BaseRoute]:
    demo = [*mailbox.routes(units), *demo_key.routes(units)] if settings.is_demo else []
    return [
        *_graphql(settings, units, workers),
        *oidc.routes(units, workers),
        *pages.routes(units, workers),
        *logos.routes(units, workers),
        Route("/healthz", health.healthz),
        Route("/readyz", health.Readiness(units).readyz),
        Route("/metrics", lambda request: metrics.endpoint(request, settings)),
        *demo,
        *portal.routes(settings),
    ]


def _graphql(settings: Settings, units: Units, workers: Workers) -> list[BaseRoute]:
    def make_context(request: Request) -> Context:
        return Context(units.visited_by(visitors.visitor(request, settings)), workers)

    def finish(context: Context, response: Response) -> None:
        for change in context.cookies:
            cookies.write(response, settings, change)

    return graphql_endpoint(
        build_schema(),
        make_context,
        allowed_origins=Origins(units, workers).allow,
        graphiql=settings.graphiql == "on",
        finish=finish,
        middleware=public_address.pages(settings, asks_for_page) if settings.graphiql == "on" else (),
    )
