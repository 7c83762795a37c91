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


def approved(town: Town, email: str = JEAN) -> str:
    """The token of the letter that an agent's approval sends."""
    reference = ask(town.browser(), email)
    with town.units.begin() as work:
        requests.approve(work, reference, NUMBER, "agent")
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


def test_an_address_that_has_an_account_meanwhile_keeps_its_password_and_gets_the_contract(
    town: Town, jean: Browser
) -> None:
    town.subscriber(NUMBER)
    token = approved(town)
    account_id = town.settle(JEAN)
    assert activate(town, token, OTHER_PASSWORD) == JEAN
    assert jean.log_in().account.id == account_id
    assert rows(town.units, "select account_id from subscribers") == [(account_id,)]


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
