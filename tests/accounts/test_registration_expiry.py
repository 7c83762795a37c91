"""After 48 hours the whole procedure starts again, and the key is free (seed 004, step 4)."""

import pytest

from identity.accounts import confirmation, pending, registration
from identity.foundation.errors import LinkExpired, LinkInvalid
from tests.support import letters
from tests.support.people import JEAN, Browser, Town


def status(browser: Browser) -> str | None:
    registration = browser.do(pending.of_browser)
    return registration.status(browser.town.clock()) if registration else None


def test_link_and_code_end_with_the_48_hours_and_the_key_is_free(town: Town, jean: Browser) -> None:
    key = town.key()
    jean.register(town.prove(key))
    code = letters.code(town.units, JEAN)
    town.clock.pass_(hours=48)
    with pytest.raises(LinkExpired):
        jean.confirm()
    with pytest.raises(LinkInvalid):
        jean.do(confirmation.by_code, JEAN, code)
    assert status(jean) == "EXPIRED"
    jean.register(town.prove(key))
    assert jean.confirm().email == JEAN


def test_until_then_the_link_works_even_where_it_was_sent_again_late(town: Town, jean: Browser) -> None:
    """A letter sent again does not make the 48 hours longer."""
    jean.register(town.proof())
    town.clock.pass_(hours=47)
    jean.do(registration.resend, JEAN, None)
    town.clock.pass_(minutes=59, seconds=59)
    assert status(jean) == "WAITING"
    assert jean.confirm().email == JEAN
    assert status(jean) == "CONFIRMED"
