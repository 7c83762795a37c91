"""Whatever happens at the same moment: one account, one settled key, one welcome; and nobody waits in a ring."""

import random
from collections import Counter
from collections.abc import Callable

from identity.accounts import confirmation, registration
from identity.foundation.errors import Refusal
from tests.proof.town import all_at_once, rows
from tests.support import letters
from tests.support.people import JEAN, Browser, Town

OTHER = "other@exemple.fr"


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refused:
        return refused.code
    return "done"


def accounts(town: Town) -> int:
    return len(rows(town.units, "select id from accounts"))


def keys_used(town: Town) -> int:
    return len(rows(town.units, "select id from activation_keys where used_at is not null"))


def linked(town: Town) -> int:
    return len(rows(town.units, "select id from subscribers where account_id is not null"))


def test_a_link_followed_eight_times_at_once_makes_one_account(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    token = letters.token(town.units, JEAN)
    outcomes = all_at_once(8, lambda _: outcome(lambda: town.browser().confirm_by(token)))
    assert Counter(outcomes) == {"done": 1, "LINK_USED": 7}
    assert (accounts(town), linked(town)) == (1, 1)
    assert letters.kinds(town.units, JEAN).count("registration_confirmed") == 1


def test_link_and_code_at_once_make_one_account(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    token, code = letters.token(town.units, JEAN), letters.code(town.units, JEAN)

    def confirm(number: int) -> str:
        browser = town.browser()
        if number % 2:
            return outcome(lambda: browser.confirm_by(token))
        return outcome(lambda: browser.do(confirmation.by_code, JEAN, code))

    outcomes = Counter(all_at_once(6, confirm))
    assert outcomes["done"] == 1
    assert outcomes.keys() <= {"done", "LINK_USED", "LINK_INVALID"}
    assert (accounts(town), linked(town)) == (1, 1)
    assert letters.kinds(town.units, JEAN).count("registration_confirmed") == 1


def test_of_registrations_of_one_address_confirmed_at_once_one_makes_the_account(
    town: Town, jean: Browser
) -> None:
    """Each of the others is told by one letter how to add its contract."""
    for number in range(4):
        jean.register(town.proof(f"100000{number}"))
    tokens = [letters.token_of(letter) for letter in letters.to(town.units, JEAN)]
    outcomes = all_at_once(4, lambda n: outcome(lambda: town.browser().confirm_by(tokens[n])))
    assert Counter(outcomes) == {"done": 1, "CONFLICT": 3}
    assert (accounts(town), linked(town), keys_used(town)) == (1, 1, 1)
    posted = Counter(letters.kinds(town.units, JEAN))
    assert posted == {"confirm_registration": 4, "registration_confirmed": 1, "account_exists": 3}
    jean.log_in()
    for letter in letters.to(town.units, JEAN):
        if letter.kind == "account_exists":
            jean.link_contract(letters.token_of(letter))
    assert (linked(town), keys_used(town)) == (4, 4)


def test_link_and_code_at_once_where_an_account_is_there_post_one_letter(town: Town, jean: Browser) -> None:
    jean.register(town.proof())
    token, code = letters.token(town.units, JEAN), letters.code(town.units, JEAN)
    town.settle(JEAN)

    def confirm(number: int) -> str:
        if number % 2:
            return outcome(lambda: town.browser().confirm_by(token))
        return outcome(lambda: town.browser().do(confirmation.by_code, JEAN, code))

    outcomes = Counter(all_at_once(6, confirm))
    assert outcomes["CONFLICT"] == 1
    assert outcomes.keys() <= {"CONFLICT", "LINK_USED", "LINK_INVALID"}
    assert letters.kinds(town.units, JEAN) == ["confirm_registration", "account_exists"]
    assert (accounts(town), linked(town), keys_used(town)) == (1, 0, 0)


def test_of_many_people_with_one_key_the_first_to_confirm_has_it(town: Town) -> None:
    key, emails = town.key(), [f"person{number}@exemple.fr" for number in range(4)]
    for email in emails:
        town.browser().register(town.prove(key), email)
    outcomes = all_at_once(4, lambda n: outcome(lambda: town.browser().confirm(emails[n])))
    assert Counter(outcomes) == {"done": 1, "CONFLICT": 3}
    assert (accounts(town), linked(town)) == (1, 1)
    welcomed = [email for email in emails if "registration_confirmed" in letters.kinds(town.units, email)]
    assert welcomed == [emails[outcomes.index("done")]]


def test_registering_twice_at_once_with_one_proof_leaves_one_that_waits(town: Town) -> None:
    """A double click on « Valider ma demande »."""
    proof = town.proof()
    assert all_at_once(4, lambda _: outcome(lambda: town.browser().register(proof))) == ["done"] * 4
    assert len(rows(town.units, "select id from registrations where voided_at is null")) == 1
    assert town.browser().confirm().email == JEAN


def test_whatever_is_done_at_once_with_a_registration_nobody_waits_in_a_ring(town: Town) -> None:
    """On PostgreSQL a ring is a deadlock, and a deadlock is no Refusal."""
    free, chance = town.with_settings(rate_limits="off"), random.Random(4)
    for round_ in range(4):
        email, proof = f"person{round_}@exemple.fr", town.proof(f"100000{round_}")
        browser = free.browser()
        free.browser().register(town.proof(f"200000{round_}"), email)
        strangers = letters.token(town.units, email)
        browser.register(proof, email)
        link, code = letters.token(town.units, email), letters.code(town.units, email)
        acts: list[Callable[[], object]] = [
            lambda browser=browser, link=link: browser.do(confirmation.by_link, link),  # type: ignore[misc]
            lambda strangers=strangers: free.browser().confirm_by(strangers),  # type: ignore[misc]
            lambda browser=browser, link=link: browser.do(confirmation.disown, link),  # type: ignore[misc]
            lambda browser=browser, email=email: browser.do(registration.resend, email, None),  # type: ignore[misc]
            lambda browser=browser: browser.do(registration.correct_email, OTHER, None),  # type: ignore[misc]
            lambda browser=browser, email=email, code=code: browser.do(confirmation.by_code, email, code),  # type: ignore[misc]
            lambda email=email, proof=proof: free.browser().register(proof, email),  # type: ignore[misc]
        ]
        chance.shuffle(acts)
        outcomes = all_at_once(len(acts), lambda n, acts=acts: outcome(acts[n]))  # type: ignore[misc]
        assert set(outcomes) <= {
            "done", "CONFLICT", "LINK_USED", "LINK_INVALID", "NOT_FOUND", "PROOF_REFUSED",
        }  # fmt: skip
    assert accounts(town) <= 4
