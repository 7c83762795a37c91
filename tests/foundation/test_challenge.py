"""Not a robot: a solution is asked for, is checked, and is good once."""

import base64
import json
from typing import Any

import pytest

from identity.foundation import challenge
from identity.foundation.errors import ChallengeFailed
from identity.foundation.tokens import new_token
from identity.foundation.unit_of_work import Units
from tests.proof.town import all_at_once, rows, solve
from tests.support.people import Town


def passes(units: Units, solution: str | None) -> bool:
    try:
        with units.begin() as work:
            challenge.require(work, solution)
    except ChallengeFailed:
        return False
    return True


@pytest.fixture
def guarded(town: Town) -> Units:
    """The town, asking for a proof of work."""
    return town.with_settings(challenge="required").units


def altered(solution: str, parts: dict[str, Any]) -> str:
    """The solution with some of its parts replaced, by their paths."""
    payload = json.loads(base64.b64decode(solution))
    for path, value in parts.items():
        inner, *names = payload, *path.split("__")
        for name in names[:-1]:
            inner = inner[name]
        inner[names[-1]] = value
    return base64.b64encode(json.dumps(payload).encode()).decode()


def test_a_solution_is_good_once_however_it_is_spelt(guarded: Units) -> None:
    solution = solve(guarded)
    again = altered(solution, {"solution__time": 1})
    assert [passes(guarded, spelt) for spelt in (solution, solution, again)] == [True, False, False]


def test_of_many_who_spend_one_solution_at_once_one_passes(guarded: Units) -> None:
    solution = solve(guarded)
    assert all_at_once(6, lambda _: passes(guarded, solution)).count(True) == 1


def test_a_solution_of_another_deployment_is_none(guarded: Units, town: Town) -> None:
    elsewhere = town.with_settings(challenge="required", secret_key=[new_token().reveal()])
    assert not passes(guarded, solve(elsewhere.units))


def test_a_changed_secret_voids_no_challenge(guarded: Units, town: Town) -> None:
    solution = solve(guarded)
    changed = town.with_settings(
        challenge="required", secret_key=[new_token().reveal(), *town.units.settings.secret_key]
    )
    assert passes(changed.units, solution)


FORGERIES: list[dict[str, Any]] = [
    {"challenge__signature": "0" * 64},
    {"challenge__signature": None},
    {"challenge__parameters": []},
    {"challenge__parameters__cost": 1},
    {"challenge__parameters__expiresAt": 10**12},
    {"challenge__parameters__nonce": "\ud800"},
    {"challenge": 1},
    {"solution": None},
    {"solution__derivedKey": "zz"},
    {"solution__counter": 10**40, "solution__derivedKey": ""},
]


def test_a_forged_solution_is_refused_and_leaves_the_true_one_good(guarded: Units) -> None:
    solution = solve(guarded)
    assert [forgery for forgery in FORGERIES if passes(guarded, altered(solution, forgery))] == []
    assert passes(guarded, solution)


def test_what_is_no_solution_is_refused(guarded: Units) -> None:
    garbage = [None, "", "demo", "é", "\0", "\ud800", "e30=", "bnVsbA==", "W10=", "[" * 4000, "A" * 100_000]
    assert [typed for typed in garbage if passes(guarded, typed)] == []


def test_demo_is_an_answer_in_the_demonstration_alone_and_however_often(town: Town) -> None:
    shown = town.with_settings(challenge="required", demo="on").units
    assert [passes(shown, "demo") for _ in range(3)] == [True, True, True]
    assert not passes(shown, "other")


def test_nothing_is_asked_where_it_is_switched_off_unless_an_operator_is_under_attack(town: Town) -> None:
    assert passes(town.units, None)
    with pytest.raises(ChallengeFailed), town.units.begin() as work:
        challenge.demand(work, None)


def test_spent_solutions_are_forgotten_once_they_would_have_expired_anyway(
    guarded: Units, town: Town
) -> None:
    assert passes(guarded, solve(guarded))
    for minutes, left in ((19, 1), (2, 0)):
        town.clock.pass_(minutes=minutes)
        with guarded.begin() as work:
            challenge.purge(work)
        assert len(rows(guarded, "select * from spent_challenges")) == left
