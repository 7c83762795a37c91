"""How long a session lives, what its owner sees of it, and who may end it."""

from datetime import timedelta

import pytest

from identity.accounts import profile, sessions
from identity.accounts.sessions import SignInSession
from identity.backoffice import agents
from identity.foundation.errors import LoginRefused, LoginRequired, NotFound
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from tests.proof.town import rows
from tests.support import people
from tests.support.people import JEAN, Browser, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def visit(work: UnitOfWork) -> bool:
    """A page that the person opens."""
    session = sessions.find(work)
    if session:
        sessions.touch(work, session)
    return session is not None


def lives_for(browser: Browser, step: timedelta) -> timedelta:
    """How long a person stays signed in who comes back every `step`."""
    town, began = browser.town, browser.town.clock()
    while browser.do(visit):
        town.clock.pass_(seconds=step.total_seconds())  # type: ignore[attr-defined]
    return town.clock() - began


@pytest.mark.parametrize(
    ("stay", "step", "lifetime"),
    [
        (False, 2 * HOUR, 2 * HOUR),
        (False, HOUR, 12 * HOUR),
        (True, 30 * DAY, 30 * DAY),
        (True, 20 * DAY, 180 * DAY),
    ],
)
def test_a_session_ends_when_idle_or_old(
    town: Town, stay: bool, step: timedelta, lifetime: timedelta
) -> None:
    """Two hours idle, twelve at most; with « maintenir la connexion » 30 days and 180."""
    town.settle()
    jean = town.browser()
    jean.log_in(stay=stay)
    assert lives_for(jean, step) == lifetime


def test_it_is_written_down_as_seen_every_five_minutes_at_most(town: Town) -> None:
    jean = town.signed_in()
    began = town.clock.now
    for minutes, seen_after in ((4, 0), (1, 5), (4, 5), (6, 15)):
        town.clock.pass_(minutes=minutes)
        jean.do(visit)
        with town.units.read() as work:
            seen = work.session.exec(sessions.select(SignInSession)).one().last_seen_at
        assert seen == began + timedelta(minutes=seen_after)


def test_ones_own_sessions_are_listed_the_latest_first_without_those_that_ended(town: Town) -> None:
    phone = town.signed_in()
    phone.user_agent = "Phone"
    town.clock.pass_(minutes=10)
    desk = town.browser()
    desk.user_agent = "Desk" + "x" * 500 + "\0"
    session = desk.log_in().session
    town.settle("other@exemple.fr")
    town.browser().log_in("other@exemple.fr")
    with town.units.read() as work:
        listed = sessions.of_account(work, session.account_id)
    assert [one.user_agent for one in listed] == ["Desk" + "x" * 296, "Firefox"]
    town.clock.pass_(minutes=115)
    with town.units.read() as work:
        assert [one.id for one in sessions.of_account(work, session.account_id)] == [session.id]


def test_one_ends_another_browser_of_ones_own(town: Town) -> None:
    jean, lost = town.signed_in(), town.browser()
    session = lost.log_in().session
    jean.as_actor(profile.revoke_session, session.id)
    assert (lost.is_signed_in(), jean.is_signed_in()) == (False, True)
    with pytest.raises(NotFound):
        jean.as_actor(profile.revoke_session, session.id)


def test_what_is_no_session_of_ones_own_is_not_found(town: Town) -> None:
    jean = town.signed_in()
    for session_id in ("", "garbage", "\0", "\ud800", "x" * 10_000):
        with pytest.raises(NotFound):
            jean.as_actor(profile.revoke_session, session_id)


def test_nobody_ends_the_session_of_another(town: Town) -> None:
    jean, mallory = town.signed_in(), town.signed_in("mallory@exemple.fr")
    with town.units.read() as work:
        [jeans] = work.session.exec(
            sessions.select(SignInSession).where(SignInSession.account_id == _owner(jean))
        )
    with pytest.raises(NotFound):
        mallory.as_actor(profile.revoke_session, jeans.id)
    assert jean.is_signed_in()


def _owner(browser: Browser) -> str:
    with browser.units.read() as work:
        session = sessions.find(work)
    assert session is not None
    return session.account_id


def test_a_locked_account_is_signed_out_and_stays_out_until_it_is_unlocked(town: Town) -> None:
    jean = town.signed_in()
    town.clock.pass_(minutes=1)
    with town.units.begin() as work:
        agents.lock(work, JEAN)
    assert not jean.is_signed_in()
    with pytest.raises(LoginRefused):
        jean.log_in()
    with town.units.begin() as work:
        agents.unlock(work, JEAN)
    assert not jean.is_signed_in()
    account = jean.log_in().account
    assert account.credentials_version == 2  # nothing granted before the lock lives again


def test_a_sign_in_that_crosses_the_end_of_its_session_opens_another(town: Town) -> None:
    """Its owner revokes it from elsewhere while the password is given again: whoever gave it is signed in."""
    jean = town.signed_in()
    with jean.units.begin() as work:
        here = sessions.find(work)
        assert here
        sessions.close(work, here.id, here.account_id)
        again, jean.session = sessions.open(work, here.account_id)
        assert again.id != here.id
    assert jean.is_signed_in()


def test_a_sign_in_that_crosses_the_end_of_its_session_elsewhere_opens_another(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same in two transactions side by side, which SQLite never has."""
    with people.open_town(postgres_url) as town:
        jean, find = town.signed_in(), sessions.find

        def find_and_lose(work: UnitOfWork) -> SignInSession | None:
            if here := find(work):
                with town.units.begin() as elsewhere:
                    assert sessions.close(elsewhere, here.id, here.account_id)
            return here

        with monkeypatch.context() as crossing:
            crossing.setattr(sessions, "find", find_and_lose)
            jean.log_in()
        assert jean.is_signed_in()
        assert len(rows(town.units, "select id from sessions where ended_at is null")) == 1


def test_a_cookie_that_is_none_signs_nobody_in(town: Town) -> None:
    browser = town.signed_in()
    for token in ("", "garbage", "\0", "\ud800", "x" * 4096):
        browser.session = Secret(token)
        assert not browser.is_signed_in()
        with pytest.raises(LoginRequired):
            browser.close_account()


def test_only_a_digest_of_the_cookie_is_kept_and_sessions_are_forgotten_in_time(town: Town) -> None:
    jean = town.signed_in()
    assert jean.session is not None
    assert jean.session.reveal() not in str(rows(town.units, "select * from sessions"))
    for days, left in ((30, 1), (1, 0)):
        town.clock.pass_(days=days)
        with town.units.begin() as work:
            sessions.purge(work)
        assert len(rows(town.units, "select id from sessions")) == left
