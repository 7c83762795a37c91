"""How an operator looks on a page: its logo and two colours, each in a shade for light and one for dark. Pure."""

from dataclasses import dataclass

from identity.directory import colours, logos
from identity.directory.operators import Operator
from identity.foundation.settings import Settings


@dataclass(frozen=True)
class Theme:
    """What a page needs; None where the operator leaves it to the page."""

    logo_url: str | None
    colour: str | None
    second_colour: str | None
    dark_colour: str | None
    dark_second_colour: str | None


def of(settings: Settings, operator: Operator) -> Theme:
    """An operator's theme; one who gave a single colour uses it twice."""
    first = operator.colour
    second = operator.second_colour or first
    return Theme(
        logos.address(settings, operator),
        first and colours.for_paper(first),
        second and colours.for_paper(second),
        first and colours.for_night(first),
        second and colours.for_night(second),
    )
