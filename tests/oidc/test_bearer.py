"""Which token opens an account at the GraphQL endpoint: ours, made for it; never a service's."""

import pytest
from sqlalchemy import update

from identity.accounts.sessions import SignInSession
from identity.foundation.errors import LoginRequired
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import Visitor
from identity.oidc import bearer, issued
from identity.oidc.clients import TABLE
from tests.oidc.town import Town


def test_a_first_party_token_made_for_the_account_opens_it(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    token = town.sign_in(citizen, "portail", scope="openid account")["access_token"]

    with town.units.begin() as work:
        grant = bearer.require_account(work, token)
        assert (grant.account_id, grant.session_id, grant.client_id) == (
            citizen.account_id, citizen.session_id, "portail",
        )  # fmt: skip
        assert grant.authenticated_at is not None
    with town.units.visited_by(Visitor(bearer=Secret(token))).begin() as work:
        actor = bearer.require_actor(work)
        assert actor.account.id == citizen.account_id
        assert actor.session and actor.session.id == citizen.session_id


def test_tokens_made_for_anything_else_open_nothing(town: Town) -> None:
    secret = town.register("serveur")
    town.register("portail", public=True)
    town.register("mediatheque", public=True, first_party=False)
    citizen = town.settle()
    good = town.sign_in(citizen, "portail", scope="openid account offline_access")
    tokens = [
        "", "inconnu", "\0", "é" * 5000, good["refresh_token"], good["id_token"],
        town.sign_in(citizen, "portail", scope="openid email")["access_token"],
        town.token(grant_type="client_credentials", auth=("serveur", secret)).json()["access_token"],
        town.refresh("portail", good["refresh_token"], scope="openid").json()["access_token"],
    ]  # fmt: skip
    for token in tokens:
        _assert_refused(town, token)


def test_a_service_cannot_get_the_scope_and_its_token_is_refused_even_with_it(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    token = town.sign_in(citizen, "portail", scope="openid account")["access_token"]
    with town.units.begin() as work:
        work.execute(update(TABLE).values(first_party=False))
    _assert_refused(town, token)


def test_the_scope_alone_is_not_enough_without_the_audience(town: Town) -> None:
    town.register("portail", public=True)
    token = town.sign_in(town.settle(), "portail", scope="openid account")["access_token"]
    with town.units.begin() as work:
        work.execute(
            update(issued.ACCESS_TOKENS).values(audience="https://parvis.test https://parvis.test/graphql2")
        )
    _assert_refused(town, token)


def test_an_ended_session_or_an_old_token_opens_nothing(town: Town) -> None:
    town.register("portail", public=True)
    citizen = town.settle()
    token = town.sign_in(citizen, "portail", scope="openid account")["access_token"]
    town.change(SignInSession, citizen.session_id, ended_at=town.clock.now)
    _assert_refused(town, token)
    other = town.sign_in(town.settle(), "portail", scope="openid account")["access_token"]
    town.clock.pass_(minutes=5)
    _assert_refused(town, other)


def test_only_digests_of_tokens_are_stored(town: Town) -> None:
    town.register("portail", public=True)
    told = town.sign_in(town.settle(), "portail", scope="openid offline_access")
    with town.units.read() as work:
        tables = (issued.GRANTS, issued.CODES, issued.ACCESS_TOKENS, issued.REFRESH_TOKENS)
        stored = str([work.execute(table.select()).all() for table in tables])
    assert told["access_token"] not in stored and told["refresh_token"] not in stored


def _assert_refused(town: Town, token: str) -> None:
    with town.units.begin() as work, pytest.raises(LoginRequired):
        bearer.require_account(work, token)
