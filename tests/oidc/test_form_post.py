"""The answer by a form that the browser posts to the client (oidcc-formpost-basic-certification-test-plan)."""

from typing import Any

from tests.oidc.town import CALLBACK, ISSUER, Pkce, Town, answer, request_for, sent_back


def _ask(town: Town, **parameters: Any) -> Any:
    asked = request_for("portail", Pkce()) | {"response_mode": "form_post"} | parameters
    return town.authorize(town.settle(), **asked)


def test_the_code_is_posted_to_the_client_with_state_and_iss(town: Town) -> None:
    """oidcc-server with response_mode=form_post."""
    town.register("portail", public=True)
    response = _ask(town, state='"><script>alert(1)</script>é&amp;')

    told = sent_back(response)
    assert set(told) == {"code", "state", "iss"} and told["iss"] == ISSUER
    assert told["state"] == '"><script>alert(1)</script>é&amp;'
    assert response.text.count("<script>") == 1 and f'action="{CALLBACK}"' in response.text
    assert "unsafe" not in response.headers["content-security-policy"]
    assert "form-action https:;" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"


def test_an_error_is_posted_too(town: Town) -> None:
    """oidcc-prompt-none-not-logged-in with response_mode=form_post."""
    town.register("portail", public=True)
    told = sent_back(_ask(town, prompt="none", max_age="0"))
    assert (told["error"], told["state"], told["iss"]) == ("login_required", "s t~é&", ISSUER)


def test_an_application_with_a_scheme_of_its_own_cannot_be_posted_to(town: Town) -> None:
    uri = "fr.exemple.app:/retour"
    town.register("portail", public=True, redirect_uris=(uri,))
    response = _ask(town, redirect_uri=uri)
    assert response.status_code == 302
    assert response.headers["location"].startswith(f"{uri}?error=invalid_request")


def test_by_query_unless_asked(town: Town) -> None:
    town.register("portail", public=True)
    assert "code" in answer(_ask(town, response_mode="query"))
