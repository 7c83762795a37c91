"""GraphiQL in a real browser that reaches this server alone: a journey of the paper, tab by tab; cookies and tokens."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import api
from tests.browser import demo
from tests.browser.conftest import Visitor
from tests.browser.demo import Demo

BUILT = Path(next(iter(api.__path__))) / "built" / "graphiql" / "index.html"
EMAIL = "jean-michel.test@example.fr"
"""As in the prepared steps."""
KEPT = "JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"

pytestmark = pytest.mark.skipif(
    not BUILT.exists() and os.environ.get("CI") != "true", reason="GraphiQL is not built (make build)"
)


@pytest.fixture(scope="module")
def town() -> Iterator[Demo]:
    """The demonstration; the e-mail may be asked for again at once."""
    with demo.serve(PARVIS_RATE_LIMITS="off") as running:
        yield running


@pytest.fixture
def graphiql(visitor: Visitor) -> Page:
    """GraphiQL as a developer finds it, ready to run."""
    page = visitor(width=1280, height=900, locale="en-GB")
    page.goto("/graphql")
    await_editors(page, "FindCommune", "loudun")
    return page


def test_the_journey_with_a_key_is_played_tab_by_tab_to_the_signed_in_account(
    graphiql: Page, town: Demo
) -> None:
    [loudun] = run(graphiql, "FindCommune")["communes"]
    assert loudun["operators"][0]["slug"] == run(graphiql, "FindOperator")["operator"]["slug"]
    assert run(graphiql, "ProveByKey")["validateActivationKey"]["subscriber"]["givenName"] == "Jean-Michel"
    assert run(graphiql, "Register")["register"]["email"] == EMAIL
    assert run(graphiql, "ResendEmail")["resendConfirmation"]["__typename"] == "ConfirmationSent"
    [again, first] = town.mails(EMAIL, 2)
    assert again["subject"] == first["subject"]
    token = {"input": {"token": town.token(EMAIL)}}
    assert run(graphiql, "ConfirmByLink", token)["confirmRegistration"]["email"] == EMAIL
    assert run(graphiql, "WhoAmI") == {"me": None}
    assert run(graphiql, "LogIn")["login"]["account"]["email"] == EMAIL
    me = run(graphiql, "WhoAmI")["me"]
    assert (me["email"], me["contracts"][0]["contractNumber"]) == (EMAIL, "CCPL-0001")
    expect(graphiql.locator(".graphiql-response")).to_contain_text("CCPL-0001")


def test_the_journey_with_a_meter_is_played_from_the_list_of_steps(graphiql: Page, town: Demo) -> None:
    email = "camille.fabre@example.fr"
    assert (
        choose_and_run(graphiql, "Who serves my commune?")["communes"][0]["name"]
        == "Châteauneuf-les-Martigues"
    )
    assert choose_and_run(graphiql, "Prove by contract and meter")["verifyContract"]["subscriber"] is None
    assert choose_and_run(graphiql, "Register")["register"]["email"] == email
    assert (
        choose_and_run(graphiql, "Does my registration wait?")["pendingRegistration"]["status"] == "WAITING"
    )
    code = {"input": {"code": {"email": email, "code": town.code(email)}}}
    assert run(graphiql, "ConfirmByCode", code)["confirmRegistration"]["signedIn"] is True
    assert choose_and_run(graphiql, "Forgotten password")["requestPasswordReset"]["__typename"] != "Problem"
    link = town.link(email, "/reset", count=3)
    new = {"input": {"token": link.partition("#token=")[2], "password": "Nouvelle-Fontaine-13"}}
    assert run(graphiql, "NewPassword", new)["resetPassword"]["__typename"] == "PasswordReset"
    assert choose_and_run(graphiql, "Log in again")["login"]["account"]["email"] == email


def test_a_token_is_as_good_as_the_cookie_and_is_kept_nowhere(graphiql: Page, town: Demo) -> None:
    known = town.settle()
    asked = {"clientId": "parvis-portal", "scope": "openid account"}
    login = {"input": {"email": known.email, "password": known.password, **asked}}
    token = run(graphiql, "LogInWithTokens", login)["login"]["tokens"]["accessToken"]
    graphiql.context.clear_cookies()
    assert run(graphiql, "WhoAmI") == {"me": None}
    graphiql.get_by_role("button", name="Headers").click()
    write(graphiql, "Headers", {"Authorization": f"Bearer {token}"})
    assert execute(graphiql)["me"]["email"] == known.email
    assert f"Bearer {token}" not in graphiql.evaluate(KEPT)


def test_what_was_typed_outlives_a_reload_and_an_operation_may_come_by_link(graphiql: Page) -> None:
    write(graphiql, "Variables", {"search": "13220"})
    for _ in range(300):  # it is kept a moment after it was typed
        tabs = json.loads(graphiql.evaluate("sessionStorage['graphiql:tabState']"))["tabs"]
        if kept := tabs[0]["variables"] == '{"search": "13220"}':
            break
        graphiql.wait_for_timeout(100)
    assert kept
    graphiql.reload()
    await_editors(graphiql, "FindCommune", "13220")
    [commune] = execute(graphiql)["communes"]
    assert commune["inseeCode"] == "13026"
    graphiql.goto('/graphql?query=query Brought { commune(inseeCode: "86137") { name } }')
    await_editors(graphiql, "Brought")
    assert execute(graphiql) == {"commune": {"name": "Loudun"}}


def test_the_schema_explains_itself(graphiql: Page) -> None:
    graphiql.get_by_label("Show Documentation Explorer").click()
    graphiql.get_by_role("link", name="Mutation", exact=True).click()
    expect(graphiql.get_by_text("Log in with e-mail and password.")).to_be_visible()
    graphiql.get_by_label("Show GraphiQL Explorer").click()
    expect(graphiql.get_by_text("passwordPolicy", exact=True)).to_be_visible()


# -- hands -------------------------------------------------------------------------------------------------------


def await_editors(page: Page, operation: str, variables: str = "") -> None:
    """Wait until the editors show this, and can be used."""
    expect(page.locator("section[aria-label='Operation Editor'] .view-lines")).to_contain_text(operation)
    expect(page.locator("section[aria-label='Variables'] .view-lines:visible")).to_contain_text(variables)
    expect(page.get_by_role("button", name="Log out")).to_be_enabled()


def run(page: Page, tab: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """The data that the operation of this tab gives, with these variables instead of the prepared ones."""
    page.get_by_role("tablist").get_by_role("button", name=tab, exact=True).click()
    if variables:
        write(page, "Variables", variables)
    return execute(page)


def choose_and_run(page: Page, step: str) -> dict[str, Any]:
    """The same, by the list of steps; the last of those that are called so."""
    page.get_by_role("region", name="Steps").get_by_role("button", name=step, exact=True).last.click()
    return execute(page)


def execute(page: Page) -> dict[str, Any]:
    """Press the button; the data of the answer."""
    with page.expect_response(
        lambda response: "__schema" not in (response.request.post_data or "__schema")
    ) as answered:
        page.get_by_label("Execute query").click()
    answer: dict[str, Any] = answered.value.json()
    assert "errors" not in answer, answer
    return dict(answer["data"])


def write(page: Page, editor: str, content: dict[str, Any]) -> None:
    """Replace what stands in one of the two small editors."""
    page.locator(f"section[aria-label='{editor}'] .view-lines:visible").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(json.dumps(content))
    page.keyboard.press("Shift+ControlOrMeta+End")  # what the editor closed by itself
    page.keyboard.press("Delete")
    written = re.escape(json.dumps(content)).replace(r"\ ", r"\s")
    expect(page.locator(f"section[aria-label='{editor}'] .view-lines:visible")).to_have_text(
        re.compile(f"^{written}$")
    )
