"""Confirming where an account is there already: it may be a stranger's, so it is given nothing but by its owner."""

import pytest

from identity.accounts import confirmation, contracts, pending, recovery, registration
from identity.foundation.errors import Conflict, LinkInvalid, LinkUsed, LoginRefused
from identity.mail.outbox import Letter
from tests.proof.town import rows
from tests.support import letters
from tests.support.citizen import code_of
from tests.support.people import JEAN, OTHER_PASSWORD, Browser, Town
from tests.support.residents import PASSWORD

STRANGERS_PASSWORD, MINE, STRANGERS = "Zèbre-gris-58", "1000001", "1000002"


def held(browser: Browser) -> list[str | None]:
    """The contracts of the account that this browser is signed in to."""

    def numbers(work, actor):  # type: ignore[no-untyped-def]
        return [one.subscriber.contract_number for one in contracts.of_account(work, actor.account.id)]

    return browser.as_actor(numbers)  # type: ignore[no-any-return]


def tell(browser: Browser, own: Letter, by: str = "link") -> confirmation.Confirmed:
    """Confirm by one of the two that a letter holds."""
    if by == "link":
        return browser.confirm_by(letters.token_of(own))
    return browser.do(confirmation.by_code, JEAN, code_of(own.text))


def attacked(town: Town, jean: Browser) -> tuple[Browser, Letter]:
    """Both registered with Jean's address, and Jean followed the stranger's link: the stranger, Jean's own letter."""
    stranger = town.browser("203.0.113.1")
    stranger.register(town.proof(STRANGERS), password=STRANGERS_PASSWORD)
    jean.register(town.proof(MINE))
    strangers, own = letters.to(town.units, JEAN)
    jean.confirm_by(letters.token_of(strangers))
    return stranger, own


@pytest.mark.parametrize("by", ["link", "code"])
def test_a_strangers_password_never_opens_an_account_that_holds_ones_contract(
    town: Town, jean: Browser, by: str
) -> None:
    stranger, own = attacked(town, jean)
    with pytest.raises(Conflict) as refused:
        tell(jean, own, by)
    assert refused.value.reason == "account-exists"
    stranger.log_in(password=STRANGERS_PASSWORD)
    assert held(stranger) == [STRANGERS]
    with pytest.raises(LoginRefused):
        jean.log_in(password=PASSWORD)

    jean.do(recovery.request_reset, JEAN, None)
    jean.reset(letters.token(town.units, JEAN, "reset_password"))
    jean.log_in(password=OTHER_PASSWORD)
    jean.link_contract(letters.token(town.units, JEAN, "account_exists"))
    assert MINE in held(jean)
    assert not stranger.is_signed_in()
    with pytest.raises(LoginRefused):
        stranger.log_in(password=STRANGERS_PASSWORD)


def test_nothing_is_used_up_nobody_is_signed_in_and_the_mailbox_is_told_once(
    town: Town, jean: Browser
) -> None:
    town.operator(login_on_confirmation=True)
    _, own = attacked(town, jean)
    with pytest.raises(Conflict):
        tell(jean, own)
    assert not jean.is_signed_in()
    assert rows(town.units, "select contract_number from subscribers where account_id is not null") == [
        (STRANGERS,)
    ]
    assert len(rows(town.units, "select id from activation_keys where used_at is not null")) == 1
    assert len(rows(town.units, "select account_id from terms_acceptances")) == 1
    waiting = jean.do(pending.of_browser)
    assert waiting is not None
    assert (waiting.status(town.clock()), waiting.existing_account) == ("WAITING", True)
    assert letters.kinds(town.units, JEAN)[2:] == ["registration_confirmed", "account_exists"]


def test_its_link_and_code_are_spent_and_sending_again_offers_the_same_way(town: Town, jean: Browser) -> None:
    _, own = attacked(town, jean)
    with pytest.raises(Conflict):
        tell(jean, own)
    with pytest.raises(LinkUsed):
        tell(jean, own)
    with pytest.raises(LinkInvalid):
        tell(jean, own, "code")
    assert letters.kinds(town.units, JEAN).count("account_exists") == 1
    town.clock.pass_(seconds=60)
    jean.do(registration.resend, JEAN, None)
    assert letters.kinds(town.units, JEAN).count("account_exists") == 2


@pytest.mark.parametrize("by", ["link", "code"])
def test_its_owner_who_is_signed_in_here_adds_the_contract_at_once(town: Town, by: str) -> None:
    jean = town.browser()
    for number in (MINE, STRANGERS):
        jean.register(town.proof(number))
    first, second = letters.to(town.units, JEAN)
    tell(jean, first)
    jean.log_in()
    assert tell(jean, second, by).email == JEAN
    assert sorted(held(jean), key=str) == [MINE, STRANGERS]
    assert "account_exists" not in letters.kinds(town.units, JEAN)


def test_signed_in_as_somebody_else_adds_nothing(town: Town, jean: Browser) -> None:
    _, own = attacked(town, jean)
    other = town.signed_in("other@exemple.fr")
    with pytest.raises(Conflict):
        tell(other, own)
    assert held(other) == []


def test_signed_in_to_an_account_that_an_agent_locks_adds_nothing(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    own = letters.newest(town.units, JEAN)
    owner = town.signed_in(JEAN)
    with town.units.begin() as work:
        found = recovery.accounts.find_by_email(work, JEAN)
        assert found is not None
        found.locked_at = work.now
    with pytest.raises(Conflict):
        tell(owner, own)
    assert rows(town.units, "select id from subscribers where account_id is not null") == []


def test_where_the_account_left_the_address_meanwhile_one_is_made_after_all(
    town: Town, jean: Browser
) -> None:
    stranger, own = attacked(town, jean)
    with pytest.raises(Conflict):
        tell(jean, own)
    stranger.log_in(password=STRANGERS_PASSWORD)
    stranger.close_account(STRANGERS_PASSWORD)
    town.clock.pass_(seconds=60)
    jean.do(registration.resend, JEAN, None)
    jean.confirm()
    jean.log_in(password=PASSWORD)
    assert held(jean) == [MINE]
