"""Confirming by link or by code: the account comes to be, the proof is used up, the terms are kept."""

from datetime import timedelta

import pytest
from sqlmodel import select

from identity.accounts import confirmation, pending, registration
from identity.accounts.terms import TermsAcceptance
from identity.foundation import links
from identity.foundation.errors import Conflict, LinkInvalid, LinkRefused, LinkUsed, NotFound
from tests.proof.town import rows
from tests.support import letters
from tests.support.people import JEAN, Browser, Town

OTHER = "other@exemple.fr"


def settled(town: Town) -> tuple[int, int]:
    """Contracts that are linked, and keys that are used."""
    linked = rows(
        town.units, "select id from subscribers where account_id is not null and linked_at is not null"
    )
    return len(linked), len(rows(town.units, "select id from activation_keys where used_at is not null"))


def test_the_link_makes_the_account_and_uses_contract_and_key_up(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    assert settled(town) == (0, 0)
    assert town.browser("198.51.100.1").confirm().email == JEAN
    assert settled(town) == (1, 1)
    assert letters.kinds(town.units, JEAN) == ["confirm_registration", "registration_confirmed"]
    account = jean.log_in().account
    assert (account.email, account.family_name, account.created_at) == (JEAN, "Test", town.clock.now)


@pytest.mark.parametrize("spelling", ["{0}", " {1}\u00a0{2}\n"])
def test_the_code_does_the_same_however_it_is_spaced(town: Town, jean: Browser, spelling: str) -> None:
    jean.register(town.proof())
    code = letters.code(town.units, JEAN)
    typed = spelling.format(code, code[:3], code[3:])
    assert jean.do(confirmation.by_code, " JEAN@exemple.fr", typed).email == JEAN
    assert settled(town) == (1, 1)
    with pytest.raises(LinkUsed):
        jean.confirm()


def test_contract_and_meter_are_confirmed_alike(town: Town, jean: Browser) -> None:
    town.subscriber("7654321")
    jean.register(town.proof_by_contract("7654321 A"))
    jean.confirm()
    assert settled(town) == (1, 0)


def test_reading_a_link_leaves_it_usable_however_often(town: Town, jean: Browser) -> None:
    """Mail scanners open every link of a letter."""
    jean.register(town.proof())
    token = letters.token(town.units, JEAN)
    for _ in range(25):
        with town.units.read() as work:
            assert links.look(work, token).status is links.Status.VALID
    assert jean.confirm_by(token).email == JEAN


def test_a_link_confirms_once(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    jean.confirm()
    with pytest.raises(LinkUsed):
        jean.confirm()
    with pytest.raises(LinkInvalid):
        jean.do(confirmation.by_link, "x" * 43)
    assert letters.kinds(town.units, JEAN).count("registration_confirmed") == 1


def test_who_comes_second_with_a_key_is_told_and_can_do_nothing_more(town: Town, jean: Browser) -> None:
    key, second = town.key(), town.browser()
    jean.register(town.prove(key))
    second.register(town.prove(key), OTHER)
    code, token = letters.code(town.units, OTHER), letters.token(town.units, OTHER)
    jean.confirm()
    with pytest.raises(Conflict):
        second.confirm_by(token)
    with pytest.raises(LinkUsed):
        second.confirm_by(token)
    with pytest.raises(LinkInvalid):
        second.do(confirmation.by_code, OTHER, code)
    with pytest.raises(NotFound):
        second.do(registration.correct_email, "third@exemple.fr", None)
    town.clock.pass_(seconds=60)
    second.do(registration.resend, OTHER, None)
    assert letters.kinds(town.units, OTHER) == ["confirm_registration"]
    assert [row.email for row in rows(town.units, "select email from accounts")] == [JEAN]
    assert settled(town) == (1, 1)


def test_who_comes_second_by_code_is_told_the_same(town: Town, jean: Browser) -> None:
    key, second = town.key(), town.browser()
    jean.register(town.prove(key))
    second.register(town.prove(key), OTHER)
    jean.confirm()
    with pytest.raises(Conflict):
        second.do(confirmation.by_code, OTHER, letters.code(town.units, OTHER))


def test_what_was_accepted_when_and_from_where_is_kept(town: Town, jean: Browser) -> None:
    """From where the form was sent, not from where the link was followed."""
    registered_at = town.clock.now
    town.browser("203.0.113.9").register(town.proof())
    town.clock.pass_(hours=3)
    town.browser("198.51.100.1").confirm()
    with town.units.read() as work:
        [kept] = work.session.exec(select(TermsAcceptance)).all()
    assert (kept.version, kept.accepted_at, kept.network) == ("1", registered_at, "203.0.113.9")
    assert town.clock.now - kept.accepted_at == timedelta(hours=3)


def test_the_waiting_tab_sees_that_it_was_confirmed_elsewhere(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    town.browser("198.51.100.1").confirm()
    begun = jean.do(pending.of_browser)
    assert begun is not None
    assert begun.status(town.clock()) == "CONFIRMED"


def test_a_wrong_code_is_invalid_whatever_is_true(town: Town, jean: Browser) -> None:
    """Waiting, confirmed, unknown, no address at all."""
    jean.register(town.proof())
    town.settle(OTHER)
    for email in (JEAN, OTHER, "nobody@exemple.fr", "jean", "\ud800@\0"):
        for code in ("", "12345", "1234567", "abcdef", "\0", "\ud800", "٣" * 6, "9" * 50_000):
            with pytest.raises(LinkRefused) as refused:
                jean.do(confirmation.by_code, email, code)
            assert refused.value.code == "LINK_INVALID"
