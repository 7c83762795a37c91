"""One-time links: looked at as often as one likes, used once, replaced by a newer one."""

import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.foundation import links
from identity.foundation.errors import LinkExpired, LinkInvalid, LinkRefused, LinkUsed, Refusal
from identity.foundation.links import Errand, Purpose, Status
from identity.foundation.unit_of_work import UnitOfWork
from tests.proof.town import all_at_once, rows
from tests.support.people import Town

RESET = Purpose.RESET_PASSWORD


def issue(town: Town, subject: str = "an account", purpose: Purpose = RESET) -> str:
    with town.units.begin() as work:
        return links.issue(work, Errand(purpose, subject, "jean@exemple.fr", timedelta(hours=1))).reveal()


def redeem(town: Town, token: str, purpose: Purpose = RESET) -> str:
    with town.units.begin() as work:
        return links.redeem(work, token, purpose)


def status(town: Town, token: str) -> Status:
    with town.units.read() as work:
        return links.look(work, token).status


def test_of_two_issued_at_once_one_is_good_whatever_their_issuers_hold(town: Town) -> None:
    """Two resends of an approval: on PostgreSQL neither sees what the other has not committed."""
    issued: list[str] = []
    other = threading.Thread(target=lambda: issued.append(issue(town)))
    with town.units.begin() as work:
        issued.append(
            links.issue(work, Errand(RESET, "an account", "jean@exemple.fr", timedelta(hours=1))).reveal()
        )
        other.start()
        other.join(timeout=1)
    other.join()
    assert sorted(status(town, token) for token in issued) == [Status.USED, Status.VALID]
    assert status(town, issued[-1]) is Status.VALID


def test_many_issued_at_once_leave_one(town: Town) -> None:
    issued = all_at_once(8, lambda _: issue(town))
    assert [status(town, token) for token in issued].count(Status.VALID) == 1


def test_a_link_gives_its_subject_once(town: Town) -> None:
    token = issue(town)
    assert redeem(town, token) == "an account"
    assert status(town, token) is Status.USED
    with pytest.raises(LinkUsed):
        redeem(town, token)


def test_looking_changes_nothing_however_often(town: Town) -> None:
    token = issue(town)
    for _ in range(20):
        with town.units.read() as work:
            seen = links.look(work, token)
        assert (seen.status, seen.purpose, seen.masked_email) == (Status.VALID, RESET, "j•••@exemple.fr")
    assert redeem(town, token) == "an account"


def test_a_newer_link_replaces_the_former_of_its_purpose_and_subject_alone(town: Town) -> None:
    former, other_subject = issue(town), issue(town, "another account")
    other_purpose = issue(town, purpose=Purpose.CHANGE_EMAIL)
    newest = issue(town)
    with pytest.raises(LinkUsed):
        redeem(town, former)
    assert redeem(town, newest) == "an account"
    assert redeem(town, other_subject) == "another account"
    assert redeem(town, other_purpose, Purpose.CHANGE_EMAIL) == "an account"


def test_a_link_ends_with_its_hour_and_says_so(town: Town) -> None:
    token = issue(town)
    town.clock.pass_(minutes=59, seconds=59)
    assert status(town, token) is Status.VALID
    town.clock.pass_(seconds=1)
    assert status(town, token) is Status.EXPIRED
    with pytest.raises(LinkExpired):
        redeem(town, token)


def test_a_link_is_good_for_its_own_purpose_alone(town: Town) -> None:
    token = issue(town)
    with pytest.raises(LinkInvalid):
        redeem(town, token, Purpose.CHANGE_EMAIL)
    assert redeem(town, token) == "an account"


def test_what_was_never_issued_is_unknown(town: Town) -> None:
    for token in ("", "x" * 43, "\0", "\ud800", "é" * 100_000):
        assert status(town, token) is Status.UNKNOWN
        with pytest.raises(LinkInvalid):
            redeem(town, token)


def test_of_many_who_use_a_link_at_once_one_succeeds(town: Town) -> None:
    token = issue(town)

    def try_it(_: int) -> str:
        try:
            return redeem(town, token)
        except LinkRefused as refused:
            return refused.code

    assert sorted(all_at_once(8, try_it)) == sorted(["an account", *["LINK_USED"] * 7])


def test_only_a_digest_of_the_token_is_stored(town: Town) -> None:
    token = issue(town)
    assert token not in str(rows(town.units, "select * from links"))


def test_a_link_is_remembered_for_four_weeks_past_its_end_then_forgotten(town: Town) -> None:
    def purge_after(**duration: float) -> None:
        town.clock.pass_(**duration)
        with town.units.begin() as work:
            links.purge(work)

    token = issue(town)
    purge_after(days=28)
    assert status(town, token) is Status.EXPIRED
    purge_after(hours=1, seconds=1)
    assert status(town, token) is Status.UNKNOWN


def test_a_link_that_a_refused_flow_used_is_used(town: Town) -> None:
    """What must be undone with it belongs into a savepoint."""
    token = issue(town)

    def refuse(work: UnitOfWork) -> None:
        links.redeem(work, token, RESET)
        raise Refusal

    with pytest.raises(Refusal), town.units.begin() as work:
        refuse(work)
    assert status(town, token) is Status.USED


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_masked_address_tells_one_letter_and_the_domain(local: str, domain: str) -> None:
    domain = domain.replace("@", "")
    assert links.mask(f"{local}@{domain}") == f"{local[:1]}•••@{domain}"
