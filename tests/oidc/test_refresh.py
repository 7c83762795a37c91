"""Refresh tokens: rotated at each use, their family ended when one comes back late."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from identity.accounts import account as accounts
from identity.accounts import credentials
from identity.accounts.account import Account
from identity.accounts.sessions import SignInSession
from identity.backoffice import agents
from identity.foundation import tokens
from identity.oidc import clients, granted, issued, registration, signed_in
from tests.oidc import jose
from tests.oidc.town import Citizen, Pkce, Town

OFFLINE = "openid email offline_access"


@pytest.fixture
def client(town: Town) -> str:
    """A public client of our own."""
    town.register("portail", public=True, backchannel_logout_uri="https://portail.test/adieu")
    return "portail"


def test_each_use_gives_another_refresh_token_and_tokens_as_good_as_the_first(
    town: Town, client: str
) -> None:
    citizen = town.settle()
    first = town.sign_in(citizen, client, scope=OFFLINE)
    town.clock.pass_(days=29)

    second = town.refresh(client, first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert town.userinfo(second["access_token"]).status_code == 200
    assert second["scope"] == OFFLINE
    _, before = jose.verify(first["id_token"], town.http.get("/jwks").json())
    _, after = jose.verify(second["id_token"], town.http.get("/jwks").json())
    same = ("iss", "sub", "aud", "auth_time", "sid", "acr", "amr")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert "nonce" not in after and after["iat"] > before["iat"]


def test_within_ten_seconds_the_parent_gives_its_successor_again_and_later_its_whole_family_ends(
    town: Town, client: str
) -> None:
    """An answer that was lost, and another tab that wants less: new access tokens, one refresh token."""
    parent = town.sign_in(town.settle(), client, scope=OFFLINE)["refresh_token"]
    first = town.refresh(client, parent).json()
    town.clock.pass_(seconds=10)
    again = town.refresh(client, parent, scope="openid").json()
    assert again["refresh_token"] == first["refresh_token"]
    assert again["access_token"] != first["access_token"] and again["scope"] == "openid"
    next_ = town.refresh(client, again["refresh_token"]).json()
    assert town.refresh(client, parent).json()["refresh_token"] == first["refresh_token"]  # one chain
    town.clock.pass_(seconds=1)

    assert_refused(town.refresh(client, parent))

    for ended in (first, again, next_):
        assert_refused(town.refresh(client, ended["refresh_token"]))
        assert town.userinfo(ended["access_token"]).status_code == 401


def test_a_thief_within_the_ten_seconds_is_found_out_at_the_next_use(town: Town, client: str) -> None:
    """Both hold the same token then: whoever uses it second ends the family, with what the other got."""
    parent = town.sign_in(town.settle(), client, scope=OFFLINE)["refresh_token"]
    owner = town.refresh(client, parent).json()["refresh_token"]
    town.clock.pass_(seconds=5)
    thief = town.refresh(client, parent).json()["refresh_token"]
    town.clock.pass_(minutes=5)
    kept = town.refresh(client, owner).json()["refresh_token"]
    town.clock.pass_(minutes=5)
    assert_refused(town.refresh(client, thief))
    assert_refused(town.refresh(client, kept))


def test_the_successor_opens_with_its_parent_alone_and_is_erased_after_ten_seconds(
    town: Town, client: str
) -> None:
    """Neither the database nor our secrets hold what it takes."""
    parent = town.sign_in(town.settle(), client, scope=OFFLINE)["refresh_token"]
    child = town.refresh(client, parent).json()["refresh_token"]
    (sealed,) = _sealed(town)
    with town.units.read() as work:
        stored = [str(value) for row in work.execute(issued.REFRESH_TOKENS.select()) for value in row]
        keys = [*stored, *(secret for secret in work.settings.secret_key)]
    assert not {parent, child} & set(keys)
    assert [tokens.unseal_with(key, "refresh-successor", sealed) for key in keys] == [None] * len(keys)
    assert tokens.unseal_with(parent, "refresh-successor", sealed) == child

    issued.erase_successors_if_any(town.units)
    assert _sealed(town) == [sealed]
    town.clock.pass_(seconds=11)
    issued.erase_successors_if_any(town.units)
    assert _sealed(town) == []
    assert town.refresh(client, child).status_code == 200


def test_four_refreshes_at_once_give_one_successor(town: Town, client: str) -> None:
    parent = town.sign_in(town.settle(), client, scope=OFFLINE)["refresh_token"]

    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: town.refresh(client, parent), range(4)))

    assert [reply.status_code for reply in replies] == [200] * 4
    assert {town.userinfo(reply.json()["access_token"]).status_code for reply in replies} == {200}
    (child,) = {reply.json()["refresh_token"] for reply in replies}
    town.clock.pass_(seconds=11)
    assert_refused(town.refresh(client, parent))
    assert_refused(town.refresh(client, child))


def test_a_replay_beside_a_good_refresh_ends_the_family_whoever_comes_first(town: Town, client: str) -> None:
    parent = town.sign_in(town.settle(), client, scope=OFFLINE)["refresh_token"]
    child = town.refresh(client, parent).json()["refresh_token"]
    town.clock.pass_(seconds=11)

    with ThreadPoolExecutor(2) as pool:
        replay, good = pool.map(lambda token: town.refresh(client, token), [parent, child])

    assert_refused(replay)
    if good.status_code == 200:
        assert_refused(town.refresh(client, good.json()["refresh_token"]))
        assert town.userinfo(good.json()["access_token"]).status_code == 401


def test_a_refresh_token_is_given_for_offline_access_alone(town: Town, client: str) -> None:
    assert "refresh_token" not in town.sign_in(town.settle(), client, scope="openid email")


def test_a_refresh_may_ask_for_less_and_never_for_more(town: Town, client: str) -> None:
    told = town.sign_in(town.settle(), client, scope=OFFLINE)

    less = town.refresh(client, told["refresh_token"], scope="email").json()

    assert less["scope"] == "email" and "id_token" not in less
    assert town.refresh(client, less["refresh_token"]).json()["scope"] == OFFLINE
    assert_refused(town.refresh(client, less["refresh_token"], scope="openid phone"), "invalid_scope")


def test_a_refresh_token_belongs_to_its_client(town: Town, client: str) -> None:
    town.register("autre", public=True)
    token = town.sign_in(town.settle(), client, scope=OFFLINE)["refresh_token"]
    assert_refused(town.refresh("autre", token))
    assert town.refresh(client, token).status_code == 200


def test_a_refresh_token_unused_for_thirty_days_is_worth_nothing(town: Town, client: str) -> None:
    token = town.sign_in(town.settle(), client, scope=OFFLINE)["refresh_token"]
    town.clock.pass_(days=30)
    assert_refused(town.refresh(client, token))


def test_however_often_it_is_refreshed_a_family_ends_after_180_days(town: Town, client: str) -> None:
    token = town.sign_in(town.settle(), client, scope=OFFLINE)["refresh_token"]
    for _ in range(8):
        town.clock.pass_(days=20)
        token = town.refresh(client, token).json()["refresh_token"]
    town.clock.pass_(days=20)
    assert_refused(town.refresh(client, token))


def _change_password(town: Town, citizen: Citizen) -> None:
    """As every flow of the accounts wing does, from the browser where the citizen is signed in."""
    with town.visited_by(citizen).begin() as work:
        account = accounts.hold(work, citizen.account_id)
        assert account
        credentials.void(work, account)


def _lock(town: Town, citizen: Citizen) -> None:
    town.change(Account, citizen.account_id, locked_at=town.clock.now)


def _close(town: Town, citizen: Citizen) -> None:
    town.change(Account, citizen.account_id, closed_at=town.clock.now)


def _disable_client(town: Town, citizen: Citizen) -> None:
    with town.units.begin() as work:
        registration.disable(work, "portail")


def test_what_ends_an_account_or_its_credentials_ends_every_token_at_once(town: Town, client: str) -> None:
    for end in (_change_password, _lock, _close, _disable_client):
        citizen = town.settle()
        told = town.sign_in(citizen, client, scope=OFFLINE)

        end(town, citizen)

        assert town.userinfo(told["access_token"]).status_code == 401, end
        assert town.refresh(client, told["refresh_token"]).status_code in (400, 401), end


def test_a_new_password_ends_offline_access_whatever_the_clocks_of_two_machines_say(
    town: Town, client: str
) -> None:
    """Granted where the clock is fast, changed where it is slow."""
    citizen = town.settle()
    town.clock.pass_(minutes=5)
    told = town.sign_in(citizen, client, scope=OFFLINE)
    town.clock.pass_(minutes=-5)

    _change_password(town, citizen)

    assert town.userinfo(told["access_token"]).status_code == 401
    assert_refused(town.refresh(client, told["refresh_token"]))


def test_a_lock_that_was_lifted_gives_no_token_back_whatever_the_clocks_say(town: Town, client: str) -> None:
    citizen = town.settle(email="jean@exemple.fr", email_folded="jean@exemple.fr")
    town.clock.pass_(minutes=5)
    told = town.sign_in(citizen, client, scope=OFFLINE)
    town.clock.pass_(minutes=-5)
    for act in (agents.lock, agents.unlock):
        with town.units.begin() as work:
            act(work, "jean@exemple.fr")
    assert_refused(town.refresh(client, told["refresh_token"]))


def test_what_is_granted_while_the_password_is_being_changed_is_worth_nothing(
    town: Town, client: str
) -> None:
    """The person was read before, the grant is written after: by the flow of another machine, or of a direct login."""
    citizen = town.settle()
    with town.visited_by(citizen).read() as work:
        person = signed_in.find(work)

    _change_password(town, citizen)

    with town.units.begin() as work:
        found = clients.find(work, client)
        assert person and found
        grant = granted.open_(work, found, OFFLINE, person)
        token = issued.issue_refresh(work, grant).reveal()
    assert_refused(town.refresh(client, token))


def test_after_a_new_password_one_may_sign_in_again(town: Town, client: str) -> None:
    citizen = town.settle()
    _change_password(town, citizen)
    assert town.userinfo(town.sign_in(citizen, client)["access_token"]).status_code == 200


def _log_out(town: Town, citizen: Citizen) -> None:
    town.change(SignInSession, citizen.session_id, ended_at=town.clock.now)


def test_logging_out_ends_the_access_token_of_that_session(town: Town, client: str) -> None:
    citizen = town.settle()
    told = town.sign_in(citizen, client, scope="openid")
    _log_out(town, citizen)
    assert town.userinfo(told["access_token"]).status_code == 401


def test_logging_out_leaves_a_service_its_offline_access(town: Town, client: str) -> None:
    citizen = town.settle()
    told = town.sign_in(citizen, client, scope=OFFLINE)
    _log_out(town, citizen)
    assert town.refresh(client, told["refresh_token"]).status_code == 200


def test_logging_out_takes_the_keys_of_the_account_back_even_with_offline_access(
    town: Town, client: str
) -> None:
    citizen = town.settle()
    told = town.sign_in(citizen, client, scope=f"{OFFLINE} account")
    assert town.refresh(client, told["refresh_token"]).status_code == 200
    _log_out(town, citizen)
    assert_refused(town.refresh(client, told["refresh_token"]))


def test_a_code_is_worth_nothing_once_its_session_ended(town: Town, client: str) -> None:
    citizen, pkce = town.settle(), Pkce()
    code = town.code(citizen, client, pkce, scope="openid")
    _log_out(town, citizen)
    assert_refused(town.redeem(client, code, pkce))


def _sealed(town: Town) -> list[str]:
    with town.units.read() as work:
        rows = work.execute(issued.REFRESH_TOKENS.select())
        return [row.sealed_successor for row in rows if row.sealed_successor]


def assert_refused(response: Any, error: str = "invalid_grant") -> None:
    """A protocol error."""
    assert response.status_code == 400, response.text
    assert response.json()["error"] == error
