"""Unknown, wrong, unconfirmed, locked, closed: one answer, by the same statements and the same hash."""

from collections.abc import Callable

import pytest

from identity.accounts.login import PER_EMAIL, Attempt, log_in
from identity.backoffice import agents
from identity.foundation import rate_limits
from identity.foundation.errors import LoginRefused, RateLimited, Refusal
from tests.proof.town import listening, rows
from tests.support.people import JEAN, OTHER_PASSWORD, Town
from tests.support.residents import PASSWORD


def unknown(town: Town) -> str:
    return PASSWORD


def wrong(town: Town) -> str:
    town.settle()
    return OTHER_PASSWORD


def unconfirmed(town: Town) -> str:
    town.browser().register(town.proof())
    return PASSWORD


def locked(town: Town) -> str:
    town.settle()
    with town.units.begin() as work:
        agents.lock(work, JEAN)
    return PASSWORD


def closed(town: Town) -> str:
    town.signed_in().close_account()
    return PASSWORD


def attempts(town: Town, password: str, count: int) -> tuple[list[str], list[str]]:
    """What each attempt was answered at the edge of the limit, and every statement that it cost."""
    units, answers = town.browser("203.0.113.1").units, []
    with units.begin() as work:
        for _ in range(9):
            rate_limits.spend(work, PER_EMAIL.of(JEAN))
    with listening(units) as heard:
        for _ in range(count):
            with pytest.raises(Refusal) as refused:
                log_in(units, Attempt(JEAN, password))
            wait = getattr(refused.value, "retry_after", None)
            answers.append(f"{refused.value.code} {refused.value} {wait}")
    return answers, heard


CAUSES: list[Callable[[Town], str]] = [wrong, unconfirmed, locked, closed]


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_is_answered_by_the_same_statements(town: Town, cause: Callable[[Town], str]) -> None:
    """Past the limits too: the second attempt is told to wait."""
    as_unknown = attempts(town, unknown(town), 2)
    town.clock.pass_(days=2)
    assert attempts(town, cause(town), 2) == as_unknown
    assert as_unknown[0][0].startswith(LoginRefused.code)
    assert as_unknown[0][-1].startswith(RateLimited.code)
    refusals = rows(town.units, "select * from audit_events where action = 'login.refused'")
    assert {refusal.account_id for refusal in refusals} == {None}
    assert "jean" not in str(refusals)
