"""An approved request becomes an account: the e-mailed link chooses the password."""

from collections import Counter

import pytest

from identity.accounts import activation, requesting
from identity.accounts.activation import Activating
from identity.backoffice import requests
from identity.foundation.errors import (
    Conflict,
    InvalidInput,
    LinkExpired,
    LinkInvalid,
    LinkUsed,
    LoginRefused,
    Refusal,
    TermsOutdated,
)
from identity.proof import request
from identity.proof.request_form import RequestedAccount
from tests.proof.town import all_at_once, rows
from tests.support import letters
from tests.support.people import JEAN, OTHER_PASSWORD, Browser, Town
from tests.support.residents import JEAN_MICHEL, PASSWORD

NUMBER = "1234567"


def ask(browser: Browser, email: str = JEAN) -> str:
    """A request whose e-mail is confirmed; its reference."""
    asked = RequestedAccount("loudun", {}, email, ["99 rue de la Fontaine"], "86200", "Loudun", "1")
    browser.do(requesting.submit, asked, JEAN_MICHEL)
    return browser.do(request.confirm, letters.token(browser.town, email, "confirm_request")).reference


def approved(town: Town, email: str = JEAN, number: str = NUMBER) -> str:
    """The token of the letter that an agent's approval sends."""
    reference = ask(town.browser(), email)
    with town.units.begin() as work:
        requests.approve(work, reference, number, "agent")
    return letters.token(town.units, email, "request_approved")


def activate(town: Town, token: str, password: str = PASSWORD, terms: str = "1") -> str:
    return activation.activate(town.browser("198.51.100.7").units, Activating(token, password, terms))


def test_the_link_makes_the_account_with_the_contract_and_the_accepted_terms(
    town: Town, jean: Browser
) -> None:
    town.subscriber(NUMBER)
    token = approved(town)
    assert rows(town.units, "select id from accounts") == []
    assert activate(town, token) == JEAN
    account = jean.log_in().account
    assert (account.family_name, account.email) == ("Test", JEAN)
    assert rows(town.units, "select account_id from subscribers") == [(account.id,)]
    assert rows(town.units, "select version, network from terms_acceptances") == [("1", "198.51.100.7")]
    assert letters.newest(town.units, JEAN).kind == "registration_confirmed"
    with pytest.raises(LinkUsed):
        activate(town, token)


def test_what_was_mistyped_leaves_the_link_usable(town: Town) -> None:
    town.subscriber(NUMBER)
    token = approved(town)
    with pytest.raises(InvalidInput) as refused:
        activate(town, token, "Xk7#michel-x")
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [(("password",), "PERSONAL")]
    with pytest.raises(TermsOutdated):
        activate(town, token, terms="0")
    with pytest.raises(LinkInvalid):
        activate(town, "garbage")
    assert activate(town, token) == JEAN


def test_it_is_good_for_a_week(town: Town) -> None:
    town.subscriber(NUMBER)
    token = approved(town)
    town.clock.pass_(days=7)
    with pytest.raises(LinkExpired):
        activate(town, token)


def test_a_contract_that_went_to_another_meanwhile_is_a_conflict(town: Town) -> None:
    town.subscriber(NUMBER)
    token = approved(town)
    other = town.browser()
    other.register(town.proof_by_contract(NUMBER), "other@exemple.fr")
    other.confirm("other@exemple.fr")
    with pytest.raises(Conflict):
        activate(town, token)
    assert [row.email for row in rows(town.units, "select email from accounts")] == ["other@exemple.fr"]


def test_an_account_that_the_address_has_meanwhile_is_given_the_password_that_was_chosen_and_the_contract(
    town: Town, jean: Browser
) -> None:
    """Whoever made it may have been a stranger: they are out, and whoever reads the mailbox is told."""
    town.subscriber(NUMBER)
    token = approved(town)
    account_id, maker = town.settle(JEAN), town.browser("203.0.113.1")
    maker.log_in()
    town.clock.pass_(minutes=1)
    assert activate(town, token, OTHER_PASSWORD) == JEAN
    assert not maker.is_signed_in()
    with pytest.raises(LoginRefused):
        maker.log_in(password=PASSWORD)
    assert jean.log_in(password=OTHER_PASSWORD).account.id == account_id
    assert town.account(account_id).credentials_version == 2
    assert rows(town.units, "select account_id from subscribers") == [(account_id,)]
    assert letters.kinds(town.units, JEAN)[-2:] == ["password_changed", "registration_confirmed"]


def test_where_the_contract_went_to_another_that_account_keeps_its_password(
    town: Town, jean: Browser
) -> None:
    town.subscriber(NUMBER)
    token = approved(town)
    account_id = town.settle(JEAN)
    jean.log_in()
    town.signed_in("other@exemple.fr").link_contract(town.proof_by_contract(NUMBER))
    with pytest.raises(Conflict):
        activate(town, token, OTHER_PASSWORD)
    assert jean.is_signed_in()
    assert jean.log_in(password=PASSWORD).account.id == account_id
    assert "password_changed" not in letters.kinds(town.units, JEAN)


def test_a_link_followed_many_times_at_once_makes_one_account(town: Town) -> None:
    town.subscriber(NUMBER)
    token = approved(town)

    def follow(_: int) -> str:
        try:
            return activate(town, token)
        except Refusal as refused:
            return refused.code

    assert Counter(all_at_once(4, follow)) == {JEAN: 1, "LINK_USED": 3}
    assert len(rows(town.units, "select id from accounts")) == 1


def test_at_the_moment_of_a_strangers_confirmation_the_password_that_was_chosen_opens_the_account(
    town: Town, jean: Browser
) -> None:
    """Whichever comes first."""
    for round_ in range(3):
        email, number = f"person{round_}@exemple.fr", f"100000{round_}"
        town.subscriber(number)
        token = approved(town, email, number)
        stranger = town.browser("203.0.113.1")
        stranger.register(town.proof(f"200000{round_}"), email, password=OTHER_PASSWORD)

        def act(which: int, stranger: Browser = stranger, email: str = email, token: str = token) -> str:
            try:
                _ = activate(town, token) if which else stranger.confirm(email)
            except Conflict as refused:
                return refused.code
            return "done"

        outcomes = all_at_once(2, act)
        assert outcomes in (["done", "done"], ["CONFLICT", "done"])
        assert jean.log_in(email, PASSWORD).account.email == email
        with pytest.raises(LoginRefused):
            stranger.log_in(email, OTHER_PASSWORD)
        held = rows(town.units, f"select account_id from subscribers where contract_number = '{number}'")
        assert held != [(None,)]
