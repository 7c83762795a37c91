"""What a person let a service read: shown, and taken back with the tokens that came of it."""

import pytest

from identity.accounts import account as accounts
from identity.accounts.actors import Actor
from identity.foundation.errors import NotFound
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import consents
from identity.oidc.consents import Asked
from tests.oidc.town import Town


def test_consents_are_kept_per_client_and_grow(town: Town) -> None:
    town.register("mediatheque", public=True)
    citizen, other = town.settle(), town.settle()
    with town.units.begin() as work:
        consents.remember(work, citizen.account_id, "mediatheque", Asked("openid email"))
        consents.remember(work, citizen.account_id, "mediatheque", Asked("openid phone"))
        given = consents.of_account(work, citizen.account_id)
        assert [(one.client_id, one.client_name, one.scopes) for one in given] == [
            ("mediatheque", "Mediatheque", ["openid", "email", "phone"])
        ]
        assert consents.of_account(work, other.account_id) == []


def test_withdrawing_a_consent_ends_its_tokens_and_no_others(town: Town) -> None:
    for client_id in ("mediatheque", "cantine"):
        town.register(client_id, public=True)
    citizen, other = town.settle(), town.settle()
    ended = town.sign_in(citizen, "mediatheque", scope="openid offline_access")
    others = [town.sign_in(citizen, "cantine"), town.sign_in(other, "mediatheque")]
    with town.units.begin() as work:
        consents.remember(work, citizen.account_id, "mediatheque", Asked("openid"))
        consents.withdraw(work, _actor(work, citizen.account_id), "mediatheque")

    assert town.userinfo(ended["access_token"]).status_code == 401
    assert town.refresh("mediatheque", ended["refresh_token"]).status_code == 400
    assert [town.userinfo(told["access_token"]).status_code for told in others] == [200, 200]
    with town.units.begin() as work, pytest.raises(NotFound):
        consents.withdraw(work, _actor(work, citizen.account_id), "mediatheque")


def _actor(work: UnitOfWork, account_id: str) -> Actor:
    account = accounts.find(work, account_id)
    assert account
    return Actor(account, None)
