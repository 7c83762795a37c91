"""What a waiting tab and the page of a mailed link may show: their own, and nothing of anybody else."""

from dataclasses import replace

from identity.accounts import email_change, mailed, recovery, waiting
from identity.foundation import links
from tests.support import letters
from tests.support.people import JEAN, Browser, Town
from tests.support.residents import JEAN_MICHEL

STRANGER = "stranger@exemple.fr"


def test_a_browser_is_told_of_its_own_e_mail_however_it_spells_the_address(town: Town, jean: Browser) -> None:
    told = jean.register(town.proof()).mail
    letter = letters.newest(town.units, JEAN)
    assert (told.subject, told.sender, told.address) == (
        letter.subject,
        letter.sender_name,
        letter.sender_address,
    )
    assert jean.do(waiting.mail_to, f" {JEAN.upper()}") == told
    assert jean.do(waiting.mail_to, STRANGER) is None
    assert town.browser().do(waiting.mail_to, JEAN) is None


def test_it_is_told_the_same_where_the_address_has_an_account(town: Town, jean: Browser) -> None:
    """Though another letter came, from the same sender."""
    town.settle(JEAN)
    told = jean.register(town.proof("1000001")).mail
    assert told == town.browser().register(town.proof("1000002"), STRANGER).mail
    letter = letters.newest(town.units, JEAN, "account_exists")
    assert (letter.sender_name, letter.sender_address) == (told.sender, told.address)


def test_the_subject_is_in_the_language_of_the_letter(town: Town, jean: Browser) -> None:
    town.operator("loudun", languages=["en"])
    assert jean.register(town.proof()).mail.subject == "Confirm your e-mail address"
    assert letters.newest(town.units, JEAN).subject == "Confirm your e-mail address"


def test_nothing_typed_by_a_stranger_is_repeated_but_initials(town: Town, jean: Browser) -> None:
    """Whoever typed the address typed the name, too."""
    names = {"given_name": "« élodie », appelez le 0800", "family_name": "d’Orves"}
    profile = replace(JEAN_MICHEL, **names)
    jean.register(town.proof(), profile=profile)
    link = town.browser().do(links.look, letters.token(town.units, JEAN))
    begun = town.browser().do(mailed.begun, link)
    assert begun is not None
    assert (begun.initials, begun.is_here, begun.at) == ("É. D.", False, town.clock.now)


def test_a_link_that_concerns_the_account_leads_to_a_page_of_its_operator(town: Town) -> None:
    """That of its first contract, in whose name the letter came."""
    jean = town.signed_in(number="1234567")
    jean.do(recovery.request_reset, JEAN, None)
    jean.change_email(STRANGER)
    sent = [(JEAN, "reset_password"), (STRANGER, "confirm_new_email")]
    tokens = [letters.token(town.units, email, kind) for email, kind in sent]
    jean.do(email_change.confirm, tokens[1])
    tokens.append(letters.token(town.units, JEAN, "email_changed"))

    def slug(token: str) -> str | None:
        operator = jean.do(lambda work: mailed.operator_of(work, links.look(work, token)))
        return operator and operator.slug

    assert [slug(token) for token in [*tokens, "garbage"]] == ["loudun", "loudun", "loudun", None]


def test_nothing_is_told_of_a_registration_that_no_longer_waits(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    token = letters.token(town.units, JEAN)
    assert jean.do(lambda work: mailed.begun(work, links.look(work, token)))
    town.clock.pass_(hours=48)
    assert jean.do(lambda work: mailed.begun(work, links.look(work, token))) is None
