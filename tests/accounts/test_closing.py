"""Closing an account: at once for its owner, and thirty days later nothing personal is left anywhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from identity import tables, upkeep
from identity.accounts import closing, email_change, profile, recovery, requesting
from identity.accounts.account import Account
from identity.accounts.profiles import Profile
from identity.directory.subscribers import Civility, LegalNature
from identity.foundation.errors import InvalidInput, LoginRefused
from identity.proof import request
from identity.proof.request_form import RequestedAccount
from tests.proof.town import all_at_once, rows
from tests.support import letters
from tests.support.people import JEAN, OTHER_PASSWORD, Browser, Town

ZEBULON = Profile(
    LegalNature.SOLE_TRADER, "Quatrebarbes", "Zébulon", Civility.SIR, "Ferblanterie", "0612345678"
)
OLD, NEW = "zebulon@quatrebarbes.example", "ferblantier@quatrebarbes.example"
TELLING = [
    "zebulon",
    "zébulon",
    "quatrebarbes",
    "ferblant",
    "612345678",
    "192.0.2.1",
    "konqueror",
    "1884-04-12",
]


def everything(town: Town) -> str:
    """All that the database holds, as text."""
    with town.units.read() as work:
        connection = work.session.connection()
        kept = {name: connection.execute(select(table)).all() for name, table in tables.load().tables.items()}
    return str(kept).lower()


def live_a_life(town: Town) -> Browser:
    """Ask without a key, register, log in, move, forget the password, add a contract."""
    zebulon = town.browser()
    zebulon.user_agent = "Konqueror"
    asked = RequestedAccount(
        "loudun", {}, OLD, ["4 rue Quatrebarbes"], "86200", "Loudun", "1", comment="Zébulon"
    )
    town.operator()
    zebulon.do(requesting.submit, asked, ZEBULON)
    zebulon.do(request.confirm, letters.token(town.units, OLD, "confirm_request"))
    zebulon.register(town.proof("1000001"), OLD, profile=ZEBULON)
    zebulon.confirm(OLD)
    zebulon.log_in(OLD)
    zebulon.change_email(NEW)
    zebulon.do(email_change.confirm, letters.token(town.units, NEW, "confirm_new_email"))
    zebulon.do(recovery.request_reset, NEW, None)
    zebulon.as_actor(profile.update, replace(ZEBULON, mobile="0712345678"), "fr")
    zebulon.link_contract(town.proof("1000002"))
    with town.units.begin() as work:
        work.execute(update(Account).values(further_claims={"birthdate": "1884-04-12"}))
    town.browser().register(town.proof("1000003"), NEW)
    return zebulon


def test_it_ends_the_sessions_frees_the_contracts_and_says_so_by_e_mail(town: Town) -> None:
    jean, elsewhere = town.signed_in(number="1234567"), town.browser()
    elsewhere.log_in()
    assert jean.close_account() == town.clock.now + timedelta(days=30)
    assert (jean.is_signed_in(), elsewhere.is_signed_in()) == (False, False)
    with pytest.raises(LoginRefused):
        jean.log_in()
    assert rows(town.units, "select account_id, linked_at from subscribers") == [(None, None)]
    letter = letters.newest(town.units, JEAN)
    assert letter.kind == "account_closed"
    assert "22 décembre 2026" in letter.text


def test_the_contract_and_the_address_can_be_used_again_at_once(town: Town) -> None:
    jean = town.signed_in(number="1234567")
    jean.close_account()
    jean.register(town.proof_by_contract("1234567"))
    jean.confirm()
    assert jean.log_in().account.email == JEAN


def test_a_wrong_password_closes_nothing(town: Town) -> None:
    jean = town.signed_in()
    with pytest.raises(InvalidInput) as refused:
        jean.close_account(OTHER_PASSWORD)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [(("password",), "INVALID")]
    assert jean.is_signed_in()


def test_after_thirty_days_nothing_personal_is_left_anywhere(town: Town) -> None:
    live_a_life(town).close_account()
    before = everything(town)
    assert [word for word in TELLING if word not in before] == []
    town.clock.pass_(days=30, seconds=1)
    upkeep.run(town.units)
    after = everything(town)
    assert [word for word in TELLING if word in after] == []
    assert rows(town.units, "select sealed_letter from outbox where sealed_letter is not null") == []


def test_until_then_it_is_kept_and_afterwards_a_row_remains_for_the_audit(town: Town) -> None:
    jean = town.signed_in()
    account_id = jean.log_in().account.id
    jean.close_account()
    town.clock.pass_(days=30)
    upkeep.run(town.units)
    assert town.account(account_id).erased_at is None
    town.clock.pass_(seconds=1)
    upkeep.run(town.units)
    assert town.account(account_id).erased_at == town.clock.now
    upkeep.run(town.units)
    assert len(rows(town.units, "select id from audit_events where action = 'account.erased'")) == 1


def test_whoever_came_back_with_the_same_address_loses_nothing(town: Town) -> None:
    jean = town.signed_in(number="1234567")
    jean.close_account()
    town.clock.pass_(days=29)
    jean.register(town.proof_by_contract("1234567"))
    jean.confirm()
    asked = RequestedAccount("loudun", {}, JEAN, ["4 rue Haute"], "86200", "Loudun", "1")
    jean.do(requesting.submit, asked, ZEBULON)
    jean.do(request.confirm, letters.token(town.units, JEAN, "confirm_request"))
    town.clock.pass_(days=1, seconds=1)
    upkeep.run(town.units)
    assert jean.log_in().account.email == JEAN
    assert len(rows(town.units, "select id from account_requests")) == 1


def test_machines_that_tidy_up_at_once_erase_an_account_once(town: Town) -> None:
    live_a_life(town).close_account()
    town.clock.pass_(days=30, seconds=1)

    def erase(_: int) -> int:
        with town.units.begin() as work:
            return closing.erase_due(work)

    assert sum(all_at_once(3, erase)) == 1
