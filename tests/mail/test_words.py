"""Dates and durations as people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from identity.mail import words


@pytest.mark.parametrize(
    ("length", "french", "english"),
    [
        (timedelta(hours=48), "48 heures", "48 hours"),
        (timedelta(hours=48, seconds=-20), "48 heures", "48 hours"),
        (timedelta(hours=1), "une heure", "one hour"),
        (timedelta(minutes=30), "30 minutes", "30 minutes"),
        (timedelta(seconds=5), "une minute", "one minute"),
        (timedelta(days=7), "7 jours", "7 days"),
    ],
)
def test_a_delay_is_told_in_its_natural_unit(length: timedelta, french: str, english: str) -> None:
    """Hours up to three days, days beyond."""
    assert words.duration(length, "fr") == french
    assert words.duration(length, "en") == english


def test_a_moment_is_told_in_the_readers_time() -> None:
    """Summer and winter, whatever the server's clock says."""
    winter = datetime(2026, 11, 24, 23, 5, tzinfo=UTC)
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert words.moment(winter, "fr") == "mercredi 25 novembre 2026 à 0 h 05 (heure de Paris)"
    assert words.moment(summer, "en") == "Wednesday 1 July 2026 at 14:00 (Paris time)"


def test_the_first_of_a_month_is_said_as_the_french_say_it() -> None:
    """A date alone, or a moment's."""
    assert words.day(date(2027, 3, 1), "fr") == "1er mars 2027"
    assert words.day(datetime(2027, 2, 28, 23, 30, tzinfo=UTC), "fr") == "1er mars 2027"
    assert words.day(date(2027, 3, 1), "en") == "1 March 2027"
