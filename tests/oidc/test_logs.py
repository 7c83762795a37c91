"""No secret is logged, however much is."""

import logging

import pytest

from tests.oidc.town import CALLBACK, Pkce, Town


def test_no_code_token_or_secret_is_logged_even_when_everything_is(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    secret = town.register("mediatheque")
    pkce = Pkce()
    with caplog.at_level(logging.DEBUG):
        code = town.code(town.settle(), "mediatheque", pkce, scope="openid offline_access")
        redeemed = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        told = town.token(**redeemed, code_verifier=pkce.verifier, auth=("mediatheque", secret)).json()
        refreshing = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
        again = town.token(**refreshing, auth=("mediatheque", secret)).json()

    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    assert "Issue token" in ours, "Authlib logs what it does"
    for kind in ("access_token", "refresh_token", "id_token"):
        assert told[kind] not in ours and again[kind] not in ours
    assert "digest" not in ours
    assert code not in ours and secret not in ours and pkce.verifier not in ours
