"""Dates and durations as letters say them, in French and English. Knows no letter."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LANGUAGES = ("fr", "en")
"""The first is spoken where the person's own is not."""

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_UNITS = {
    "fr": {"minute": ("une minute", "minutes"), "hour": ("une heure", "heures"), "day": ("un jour", "jours")},
    "en": {"minute": ("one minute", "minutes"), "hour": ("one hour", "hours"), "day": ("one day", "days")},
}


def duration(length: timedelta, language: str) -> str:
    """« une heure », « 48 heures », « 7 jours »: hours up to three days, rounded to the nearest unit."""
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < 60:
        return _count(minutes, "minute", language)
    if minutes <= 72 * 60:
        return _count(round(minutes / 60), "hour", language)
    return _count(round(minutes / 60 / 24), "day", language)


def moment(when: datetime, language: str) -> str:
    """« mardi 24 novembre 2026 à 14 h 32 (heure de Paris) »."""
    zone, name = _zone(language)
    local = when.astimezone(zone)
    weekday = _DAYS[language][local.weekday()]
    clock = f"à {local.hour} h {local.minute:02}" if language == "fr" else f"at {local:%H:%M}"
    return f"{weekday} {day(local.date(), language)} {clock} ({name})"


def day(when: date, language: str) -> str:
    """« 24 novembre 2026 », « 1er mars 2027 »."""
    if isinstance(when, datetime):
        when = when.astimezone(_zone(language)[0]).date()
    number = "1er" if language == "fr" and when.day == 1 else str(when.day)
    return f"{number} {_MONTHS[language][when.month - 1]} {when.year}"


def _count(number: int, unit: str, language: str) -> str:
    one, many = _UNITS[language][unit]
    return one if number == 1 else f"{number} {many}"


@cache
def _zone(language: str) -> tuple[tzinfo, str]:
    try:
        return ZoneInfo("Europe/Paris"), "heure de Paris" if language == "fr" else "Paris time"
    except ZoneInfoNotFoundError:  # a machine without a time zone database
        return UTC, "UTC"
