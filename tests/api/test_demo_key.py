"""The demonstration gives away a key that nobody has used, so that the prepared steps work; nobody else does."""

from sqlmodel import col, update
from starlette.testclient import TestClient

from identity import demonstration
from identity.directory import operators
from identity.directory.subscribers import Subscriber
from identity.foundation.unit_of_work import Units
from tests.support import door

PATH = "/demo/activation-key"


def test_the_key_is_one_that_proves_something(database_url: str) -> None:
    client = door.open_door(database_url, demo="on")
    demonstration.load(_units(client))
    answer = client.get(PATH)
    assert answer.headers["cache-control"] == "no-store"
    given = {"operator": "pays-loudunais", "activationKey": answer.text}
    assert door.do(client, "validateActivationKey", **given)["__typename"] == "Proof"
    assert answer.text in "\n".join(demonstration.hints(_units(client)))


def test_a_demonstration_without_keys_has_none_to_give(database_url: str) -> None:
    client = door.open_door(database_url, demo="on")
    demonstration.load(_units(client))
    with _units(client).begin() as work:
        used = operators.get(work, "pays-loudunais").id
        work.execute(
            update(Subscriber).where(col(Subscriber.operator_id) == used).values(closed_on=work.now.date())
        )
    assert client.get(PATH).status_code == 404


def test_a_deployment_gives_no_key(database_url: str) -> None:
    assert door.open_door(database_url).get(PATH).status_code == 404


def _units(client: TestClient) -> Units:
    units: Units = client.app.state.units  # type: ignore[attr-defined]
    return units
