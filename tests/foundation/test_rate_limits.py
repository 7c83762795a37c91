"""How often a thing may be tried: one count for all processes, never one success more than allowed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from identity.foundation import rate_limits
from identity.foundation.errors import RateLimited
from identity.foundation.rate_limits import Limit, Rule
from identity.foundation.unit_of_work import Units, open_engine
from tests.proof.town import all_at_once, rows
from tests.support.people import Town

THREE_A_MINUTE = Rule("test", 3, 60)
JEAN = THREE_A_MINUTE.of("jean@exemple.fr")


def spend(units: Units, *limits: Limit) -> int:
    """0, or the seconds to wait."""
    try:
        with units.begin() as work:
            rate_limits.spend(work, *limits)
    except RateLimited as refused:
        return refused.retry_after
    return 0


def cool_down(units: Units) -> datetime:
    with units.begin() as work:
        return rate_limits.cool_down(work, "mail", "jean", timedelta(minutes=1))


def test_so_many_in_so_many_seconds_and_then_one_waits(town: Town) -> None:
    assert [bool(spend(town.units, JEAN)) for _ in range(5)] == [False, False, False, True, True]


def test_waiting_as_long_as_told_helps(town: Town) -> None:
    """Whenever in a window the attempts were made, and however many came after."""
    for offset in (0, 13, 31, 59):
        limit = THREE_A_MINUTE.of(offset)
        town.clock.pass_(seconds=offset)
        for _ in range(3):
            assert spend(town.units, limit) == 0
        wait = spend(town.units, limit)
        assert 0 < wait <= 120
        town.clock.pass_(seconds=wait)
        assert spend(town.units, limit) == 0


def test_a_window_slides_no_burst_at_its_edge(town: Town) -> None:
    """Three at the end of one minute leave nothing for the beginning of the next."""
    town.clock.pass_(seconds=59)
    assert [spend(town.units, JEAN) for _ in range(3)] == [0, 0, 0]
    town.clock.pass_(seconds=1)
    assert spend(town.units, JEAN) > 0
    town.clock.pass_(seconds=30)
    assert [bool(spend(town.units, JEAN)) for _ in range(2)] == [False, True]


def test_two_limits_are_spent_together_or_not_at_all(town: Town) -> None:
    network = Rule("network", 5, 60).of("192.0.2.1")
    for _ in range(3):
        assert spend(town.units, JEAN, network) == 0
    for _ in range(4):
        assert spend(town.units, JEAN, network) > 0
    assert [bool(spend(town.units, network)) for _ in range(3)] == [False, False, True]


def test_a_limit_that_is_given_twice_is_spent_once(town: Town) -> None:
    assert [bool(spend(town.units, JEAN, JEAN)) for _ in range(4)] == [False, False, False, True]


def test_subjects_and_rules_count_apart(town: Town) -> None:
    for _ in range(3):
        spend(town.units, JEAN)
    assert spend(town.units, JEAN) > 0
    assert spend(town.units, THREE_A_MINUTE.of("jeanne@exemple.fr")) == 0
    assert spend(town.units, Rule("other", 3, 60).of("jean@exemple.fr")) == 0
    assert (
        spend(town.units, THREE_A_MINUTE.of("a", "bc"))
        == spend(town.units, THREE_A_MINUTE.of("ab", "c"))
        == 0
    )


def test_a_limit_is_forgotten_when_a_success_gives_it_back(town: Town) -> None:
    for _ in range(3):
        spend(town.units, JEAN)
    with town.units.begin() as work:
        assert rate_limits.exhausted(work, JEAN)
        rate_limits.forget(work, JEAN)
        assert not rate_limits.exhausted(work, JEAN)
    assert spend(town.units, JEAN) == 0


def test_counted_failures_exhaust_a_limit_without_being_refused(town: Town) -> None:
    with town.units.begin() as work:
        for _ in range(5):
            rate_limits.count(work, JEAN)
        assert rate_limits.exhausted(work, JEAN)
    town.clock.pass_(minutes=2)
    with town.units.begin() as work:
        assert not rate_limits.exhausted(work, JEAN)


def test_processes_and_threads_share_the_count(town: Town) -> None:
    """Eight threads over two engines: never more successes than allowed."""
    other = replace(town.units, engine=open_engine(town.units.settings))
    ten = Rule("many", 10, 3600).of("jean")
    network = Rule("many-network", 100, 3600).of("192.0.2.1")

    def hammer(number: int) -> int:
        units = (town.units, other)[number % 2]
        limits = (ten, network) if number % 3 else (network, ten)
        return sum(spend(units, *limits) == 0 for _ in range(4))

    assert sum(all_at_once(8, hammer)) == 10
    other.engine.dispose()


def test_a_machine_whose_clock_is_behind_gives_nobody_a_fresh_budget(town: Town) -> None:
    """At the turn of a window, two machines alternate between the former and the next."""
    behind = replace(town.units, clock=lambda: town.clock.now - timedelta(seconds=1))
    town.clock.pass_(seconds=60)
    spent = [spend(units, JEAN) == 0 for _ in range(10) for units in (town.units, behind)]
    assert spent.count(True) == 3
    with behind.begin() as work:
        assert rate_limits.exhausted(work, JEAN)


def test_a_cool_down_tells_exactly_when_it_ends(town: Town) -> None:
    again = cool_down(town.units)
    assert again == town.clock.now + timedelta(minutes=1)
    town.clock.pass_(seconds=20)
    with pytest.raises(RateLimited) as refused:
        cool_down(town.units)
    assert refused.value.retry_after == 40
    town.clock.now = again
    assert cool_down(town.units) == again + timedelta(minutes=1)


def test_of_many_who_begin_a_cool_down_at_once_one_may(town: Town) -> None:
    def begin(_: int) -> bool:
        try:
            cool_down(town.units)
        except RateLimited:
            return False
        return True

    assert all_at_once(6, begin).count(True) == 1


def test_a_cool_down_that_begins_anew_is_never_refused(town: Town) -> None:
    def restart(_: int) -> datetime:
        with town.units.begin() as work:
            return rate_limits.restart_pause(work, "mail", "jean", timedelta(minutes=1))

    cool_down(town.units)
    town.clock.pass_(seconds=30)
    assert set(all_at_once(6, restart)) == {town.clock.now + timedelta(minutes=1)}
    town.clock.pass_(seconds=59)
    with pytest.raises(RateLimited):
        cool_down(town.units)


def test_switched_off_nothing_limits_and_nothing_pauses(town: Town) -> None:
    free = town.with_settings(rate_limits="off").units
    assert {spend(free, JEAN) for _ in range(10)} == {0}
    assert cool_down(free) == cool_down(free) == town.clock.now


def test_counters_tell_nobody_whom_they_count_and_vanish_in_time(town: Town) -> None:
    spend(town.units, JEAN)
    [row] = rows(town.units, "select * from rate_counters")
    assert "jean" not in str(row)
    town.clock.pass_(seconds=121)
    with town.units.begin() as work:
        rate_limits.purge(work)
    assert rows(town.units, "select * from rate_counters") == []


def test_tidying_up_while_others_count_makes_nobody_wait_in_a_ring(town: Town) -> None:
    """On PostgreSQL a ring is a deadlock, and a deadlock is no Refusal."""
    limits = [Rule("ring", 1000, 60).of(number) for number in range(12)]

    def act(number: int) -> None:
        if number % 2:
            spend(town.units, *limits)
            return
        with town.units.begin() as work:
            rate_limits.purge(work)

    for _ in range(10):
        spend(town.units, *limits)
        town.clock.pass_(minutes=3)
        all_at_once(4, act)
    assert spend(town.units, *limits) == 0
