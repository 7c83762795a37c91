"""Confirming opens a session in the browser that registered, where the operator wants it, and nowhere else."""

import pytest

from identity.accounts import confirmation
from identity.foundation.tokens import new_token
from tests.support import letters
from tests.support.people import JEAN, Browser, Town


@pytest.mark.parametrize("wanted", [True, False])
def test_in_the_browser_that_registered_where_the_operator_wants_it(
    town: Town, jean: Browser, wanted: bool
) -> None:
    """Seed 004 does, seed 000 does not."""
    town.operator(login_on_confirmation=wanted)
    jean.register(town.proof())
    assert (jean.confirm().session_token is not None) is wanted
    assert jean.is_signed_in() is wanted


def test_by_code_too(town: Town, jean: Browser) -> None:
    town.operator(login_on_confirmation=True)
    jean.register(town.proof())
    assert jean.do(confirmation.by_code, JEAN, letters.code(town.units, JEAN)).session_token is not None


def test_on_another_device_it_confirms_without_opening_a_session(town: Town, jean: Browser) -> None:
    town.operator(login_on_confirmation=True)
    jean.register(town.proof())
    elsewhere = town.browser("198.51.100.1")
    elsewhere.began = new_token()
    assert elsewhere.confirm().session_token is None
    assert not elsewhere.is_signed_in()
    assert not jean.is_signed_in()
