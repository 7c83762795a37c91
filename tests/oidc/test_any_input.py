"""Whatever is sent to whichever endpoint, the answer is the protocol's own: never a fault of the server.

A developer's run tries a few hundred cases on each database; the gate, where CI is set, tries 5,000 on each.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from starlette.routing import Route

from api import oidc, pages
from identity.foundation.unit_of_work import Units, open_engine
from tests.oidc import stock as stock_
from tests.oidc import town as town_
from tests.oidc.stock import Case, Stock
from tests.oidc.town import CALLBACK, ISSUER, Clock, Town

CASES = int(os.environ.get("CASES") or (5000 if os.environ.get("CI") else 200))
SHARES = 5
"""Cases are shared out, each share in a town of its own: shorter tests, and more of them at once."""
DOORS = (
    *((method, endpoint.path.replace("{client_id}", "§dynamic"))
      for endpoint in oidc.ENDPOINTS for method in endpoint.methods),
    *((method, path) for path, answers in pages.PAGES for method in answers),
)  # fmt: skip
OFTEN = tuple(door for door in DOORS if door[1] in stock_.USUAL or door[1] == "/userinfo")
"""Where most of the protocol is."""
STATUSES = {200, 201, 204, 302, 303, 304, 400, 401, 403, 404, 409, 413, 415, 429}


@pytest.fixture
def stock(database_url: str) -> Iterator[Stock]:
    """A town without limits, and everything that somebody may hold there."""
    here, clock = town_.settings(database_url).model_copy(update={"rate_limits": "off"}), Clock()
    engine = open_engine(here)
    town = town_.build(Units(engine, here, clock=clock), clock)
    with town.http:
        yield stock_.stock(town)
    engine.dispose()


@pytest.mark.parametrize("share", range(SHARES))
@settings(max_examples=-(-CASES // SHARES), deadline=None, suppress_health_check=list(HealthCheck))
@given(case=stock_.cases((*DOORS, *OFTEN, *OFTEN)))
def test_whatever_is_sent_no_endpoint_breaks(stock: Stock, share: int, case: Case) -> None:
    assert_answered(stock_.send(stock, case))


def test_every_route_of_the_provider_is_among_the_doors(town: Town) -> None:
    paths = {path for _, path in DOORS}
    served = {
        route.path.replace("{client_id}", "§dynamic")
        for route in town.http.app.routes
        if isinstance(route, Route)
    }
    assert served - {"/pages.css"} == paths


def assert_answered(response: Any) -> None:
    """An answer of the protocol or of a page: nothing leaks, nobody is sent anywhere that was not registered."""
    assert response.status_code in STATUSES, (response.status_code, response.text[:300])
    assert "Traceback" not in response.text and "sqlalchemy" not in response.text
    location = response.headers.get("location")
    assert location is None or location.startswith((f"{CALLBACK}?", f"{ISSUER}/")), location
    if response.status_code >= 400 and response.headers.get("content-type") == "application/json":
        told = response.json()
        assert set(told) <= {"error", "error_description"} and told["error"].isascii(), told
        assert response.headers["cache-control"] == "no-store"
