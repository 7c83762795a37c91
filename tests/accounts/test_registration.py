"""Registering: what is refused and why, what is mailed, and what is kept until the e-mail is confirmed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from identity.accounts import pending, registration
from identity.directory.subscribers import LegalNature
from identity.foundation.errors import (
    ChallengeFailed,
    InvalidInput,
    ProofExpired,
    ProofRefused,
    RateLimited,
    TermsOutdated,
)
from tests.proof.town import rows, solve
from tests.support import letters
from tests.support.people import JEAN, Browser, Town
from tests.support.residents import JEAN_MICHEL, PASSWORD


def nothing_began(town: Town) -> bool:
    return not rows(town.units, "select id from registrations") and not rows(
        town.units, "select id from outbox"
    )


def test_the_waiting_page_knows_what_it_needs_and_one_letter_is_on_its_way(town: Town, jean: Browser) -> None:
    waiting = jean.register(town.proof(), "  Jean@Exemple.fr ")
    assert (waiting.email, waiting.operator.slug) == ("Jean@Exemple.fr", "loudun")
    assert waiting.expires_at == town.clock.now + timedelta(hours=48)
    assert waiting.resend_available_at == town.clock.now + timedelta(seconds=60)
    letter = letters.newest(town.units, JEAN)
    assert (letter.kind, letter.recipient, letter.sender_name) == (
        "confirm_registration", "Jean@Exemple.fr", "Pays Loudunais",
    )  # fmt: skip
    assert "Communauté de communes" in letter.text
    assert letter.text.index("/confirm#token=") < letter.text.index("/disown#token=")
    assert len(letters.code(town.units, JEAN)) == 6


def test_every_fault_of_the_form_is_told_at_once(town: Town, jean: Browser) -> None:
    profile = replace(JEAN_MICHEL, civility=None, family_name="", phone="1")
    with pytest.raises(InvalidInput) as refused:
        jean.register(town.proof(), "jean", profile=profile, password="jean-michel")
    assert {(fault.path, fault.code) for fault in refused.value.faults} == {
        (("profile", "civility"), "REQUIRED"),
        (("profile", "familyName"), "REQUIRED"),
        (("profile", "phone"), "INVALID"),
        (("email",), "INVALID"),
        (("password",), "UPPERCASE"),
        (("password",), "DIGIT"),
        (("password",), "PERSONAL"),
    }
    assert nothing_began(town)


def test_a_password_with_ones_own_e_mail_is_refused_here_as_everywhere(town: Town, jean: Browser) -> None:
    with pytest.raises(InvalidInput) as refused:
        jean.register(town.proof(), "alphonse.allais@exemple.fr", password="Kx9#allais-vL")
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [(("password",), "PERSONAL")]


def test_a_proof_is_good_for_thirty_minutes(town: Town, jean: Browser) -> None:
    proof = town.proof()
    town.clock.pass_(minutes=29, seconds=59)
    jean.register(proof)
    town.clock.pass_(seconds=1)
    with pytest.raises(ProofExpired):
        jean.register(proof)


def test_what_is_no_proof_is_refused(town: Town, jean: Browser) -> None:
    for token in ("", "garbage", "é", "\0", "\ud800", "A" * 100_000):
        with pytest.raises(ProofRefused):
            jean.register(token)
    assert nothing_began(town)


def test_a_proof_that_somebody_settled_meanwhile_is_refused(town: Town, jean: Browser) -> None:
    key = town.key()
    first, second = town.prove(key), town.prove(key)
    jean.register(first)
    jean.confirm()
    with pytest.raises(ProofRefused):
        town.browser().register(second, "other@exemple.fr")
    assert letters.to(town.units, "other@exemple.fr") == []


def test_the_terms_accepted_are_those_in_force(town: Town, jean: Browser) -> None:
    proof = town.proof()
    with pytest.raises(TermsOutdated):
        jean.register(proof, accepted_terms_version="0")
    assert nothing_began(town)


def test_a_solution_is_asked_for_and_is_spent_by_a_good_form_alone(town: Town) -> None:
    """Whoever mistyped a phone need not solve another one."""
    guarded = town.with_settings(challenge="required")
    browser, proof, solution = guarded.browser(), town.proof(), solve(guarded.units)
    with pytest.raises(ChallengeFailed):
        browser.register(proof)
    with pytest.raises(InvalidInput):
        browser.register(proof, "jean", challenge_solution=solution)
    browser.register(proof, challenge_solution=solution)
    with pytest.raises(ChallengeFailed):
        browser.register(proof, challenge_solution=solution)
    assert letters.kinds(town.units, JEAN) == ["confirm_registration"]


def test_a_network_that_registers_without_end_is_told_to_wait(town: Town) -> None:
    browser, proof = town.browser("198.51.100.1"), town.proof()
    for number in range(59):
        browser.do(registration.resend, f"person{number}@exemple.fr", None)
    browser.register(proof)
    with pytest.raises(RateLimited):
        browser.register(proof, "another@exemple.fr")
    town.browser("198.51.100.2").register(proof)


def test_an_address_is_not_buried_under_letters(town: Town) -> None:
    """However many networks, proofs and spellings the letters are asked with."""
    proof = town.proof()
    with pytest.raises(RateLimited):
        for number in range(13):
            email = (JEAN, "Jean@exemple.fr", "ｊean@exemple.fr")[number % 3]
            town.browser(f"198.51.100.{number}").register(proof, email)
    assert len(letters.to(town.units, JEAN)) == 12


def test_nothing_that_is_kept_tells_the_password_the_code_or_the_token(town: Town, jean: Browser) -> None:
    waiting = jean.register(town.proof())
    secrets = [PASSWORD, letters.token(town.units, JEAN), letters.code(town.units, JEAN)]
    secrets += [waiting.browser_token.reveal() if waiting.browser_token else ""]
    kept = str([rows(town.units, f"select * from {table}") for table in ("registrations", "links", "outbox")])
    assert [secret for secret in secrets if not secret or secret in kept] == []


@pytest.mark.parametrize("profile", [
    {"legal_nature": LegalNature.CO_OWNERSHIP, "organization_name": "N" * 200, "civility": None},
    {"family_name": "N" * 100, "given_name": "é" * 100, "phone": "0612345678", "mobile": "+1 202 555 0143"},
])  # fmt: skip
def test_the_longest_names_and_addresses_fit(town: Town, jean: Browser, profile: dict[str, Any]) -> None:
    """PostgreSQL refuses what is longer than its column."""
    email = "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".fr"
    jean.register(town.proof(), email, profile=replace(JEAN_MICHEL, **profile))
    assert jean.confirm(email).email == email


def test_a_registration_is_forgotten_a_week_after_its_end(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    for left, pause in ((1, {"days": 9}), (0, {"seconds": 1})):
        town.clock.pass_(**pause)
        with town.units.begin() as work:
            pending.purge(work)
        assert len(rows(town.units, "select id from registrations")) == left
