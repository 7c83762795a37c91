"""The table of routes, and what lives as long as the process: the database, the threads, the courier."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api import cookies, demo_services, health, landing, logs, mailbox, metrics, oidc, pages, visitors
from api.background import Background
from api.graphql import graphql_endpoint
from api.middleware import Manners
from api.origins import Origins
from identity.foundation import settings as settings_
from identity.foundation.settings import Settings
from identity.foundation.unit_of_work import Units, open_engine
from schema.context import Context, Workers
from schema.root import build_schema

LARGEST_BODY = 256 * 1024


def create_app(settings: Settings | None = None) -> Starlette:
    """The whole server for these settings, or for those of the environment."""
    settings = settings or settings_.load()
    logs.configure(settings.log_level)
    units = Units(open_engine(settings), settings)
    workers = Workers(settings)
    app = Starlette(
        routes=_routes(settings, units, workers),
        middleware=[Middleware(Manners, settings=settings)],
        lifespan=_lifespan,
        max_body_size=LARGEST_BODY,
    )
    app.state.units = units
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    units: Units = app.state.units
    background = Background(units)
    if units.settings.courier == "on":
        background.start()
    neighbours = demo_services.start(units.settings) if units.settings.is_demo else []
    yield
    demo_services.stop(neighbours)
    background.stop()
    units.engine.dispose()


def _routes(settings: Settings, units: Units, workers: Workers) -> list[BaseRoute]:
    demo = mailbox.routes(units) if settings.is_demo else []
    return [
        *_graphql(settings, units, workers),
        *oidc.routes(units, workers),
        *pages.routes(units, workers),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", lambda request: metrics.endpoint(request, settings)),
        *demo,
        *landing.routes(settings),
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
        allowed_origins=Origins(units).allow,
        graphiql=settings.graphiql == "on",
        finish=finish,
    )
