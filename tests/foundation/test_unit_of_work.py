"""One transaction: a refusal commits what its flow wrote, a crash leaves nothing."""

from datetime import timedelta

import pytest

from identity.foundation import audit
from identity.foundation.errors import LoginRefused
from tests.proof.town import rows
from tests.support.people import Town

WRITTEN = "select action from audit_events order by id"


def test_a_refusal_commits_and_a_crash_rolls_back(town: Town) -> None:
    with pytest.raises(LoginRefused), town.units.begin() as work:
        audit.record(work, "kept")
        raise LoginRefused
    with pytest.raises(ZeroDivisionError), town.units.begin() as work:
        audit.record(work, "lost")
        _ = 1 / 0
    assert rows(town.units, WRITTEN) == [("kept",)]


def test_what_a_savepoint_wrote_before_it_was_refused_is_gone_and_the_rest_stays(town: Town) -> None:
    with pytest.raises(LoginRefused), town.units.begin() as work:
        audit.record(work, "before")
        with work.session.begin_nested():
            audit.record(work, "inside")
            raise LoginRefused
    assert rows(town.units, WRITTEN) == [("before",)]


def test_the_time_is_that_of_the_clock_and_comes_back_aware(town: Town) -> None:
    with town.units.begin() as work:
        audit.record(work, "noted")
        noon = work.now
    with town.units.read() as work:
        [(at,)] = work.session.connection().execute(audit.AuditEvent.__table__.select().with_only_columns(
            audit.AuditEvent.__table__.c.at))  # fmt: skip
    assert at == noon
    assert at.utcoffset() == timedelta(0)


def test_a_read_waits_for_no_writer(town: Town) -> None:
    with town.units.begin() as writing:
        audit.record(writing, "unfinished")
        assert rows(town.units, WRITTEN) == []
    assert rows(town.units, WRITTEN) == [("unfinished",)]


def test_audit_keeps_who_what_and_where_from_without_telling_the_address(town: Town) -> None:
    with town.browser("198.51.100.7").units.begin() as work:
        audit.record(work, "login.refused", subject="sessions:1", cause="wrong")
    [row] = rows(town.units, "select subject, network_digest, detail from audit_events")
    assert row.subject == "sessions:1"
    assert "198.51.100.7" not in str(row)
    assert len(row.network_digest) == 64
    assert "wrong" in str(row.detail)
