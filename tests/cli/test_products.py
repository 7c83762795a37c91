"""`parvis clients add --product`: registered as the product needs, its configuration printed, ready to paste."""

import json
import secrets
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import clients
from api.cli.products import pages
from api.cli.products.table import PRODUCTS

URL = "https://sso.exemple.fr/realms/ville"
FOURTEEN = {
    "oidc-client-ts", "express-openid-connect", "jupyterhub", "oidc-agent", "oauth2-proxy", "keycloak", "spring-boot",
    "django-allauth", "lemonldap-ng", "passport-openidconnect", "flask-pyoidc", "synapse", "pgadmin", "authjs",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_DATABASE_URL", database_url)
    monkeypatch.setenv("PARVIS_SECRET_KEY", secrets.token_urlsafe(48))
    monkeypatch.setenv("PARVIS_PUBLIC_URL", "https://comptes.exemple.fr")


def test_product_alone_lists_them() -> None:
    listed = {row["product"] for row in json.loads(_run("--product", "--json").stdout)}
    assert listed == FOURTEEN == PRODUCTS.keys()
    assert "keycloak" in _run("--product").stdout
    assert json.loads(CliRunner().invoke(clients.app, ["list", "--json"]).stdout) == []


def test_every_product_is_registered_as_its_row_says_and_its_secret_told_once() -> None:
    for product in PRODUCTS.values():
        printed = json.loads(_run("--product", product.name, "--url", URL, "--json").stdout)
        assert printed["client_id"] == product.name and set(printed["files"]) == set(product.files)
        secret, text = printed.get("client_secret"), "\n".join(printed["files"].values())
        assert (secret is None) is (product.way.auth == "none") and (secret or "") in text
        shown = _shown(product.name)
        assert shown["name"] == product.title
        assert shown["redirect_uris"] == list(product.metadata(URL)["redirect_uris"])
        assert shown["backchannel_logout_uri"] == product.metadata(URL)["backchannel_logout_uri"]
        assert (shown["pkce_required"], shown["id_token_claims"]) == (
            product.way.pkce,
            product.way.reads == "id_token",
        )


def test_keycloak_s_configuration_can_be_pasted_with_the_secret_in_it() -> None:
    lines = _run("--product", "keycloak", "--url", f"{URL}/", "--id", "sso", "--name", "Connexion").stdout
    secret = lines.splitlines()[1].removeprefix("client_secret: ")
    config = json.loads(lines.partition("--- parvis.json\n")[2].partition("\n---")[0])["config"]
    assert (config["clientId"], config["clientSecret"]) == ("sso", secret)
    assert config["issuer"] == "https://comptes.exemple.fr" and "-r ville" in lines
    assert _shown("sso")["redirect_uris"] == [f"{URL}/broker/parvis/endpoint"]


def test_what_an_agent_says_goes_before_what_the_product_sets() -> None:
    _run("--product", "synapse", "--url", URL, "--scope", "openid", "--pkce-optional", "--no-id-token-claims")
    shown = _shown("synapse")
    assert (shown["scope"], shown["pkce_required"]) == ("openid", False)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--product", "grafana", "--url", URL),
        ("--product", "synapse"),
        ("--product", "synapse", "--url", "synapse.exemple.fr"),
        ("--product", "keycloak", "--url", "https://x.fr/realms/$(id)"),
        ("--product", "synapse", "--url", "https://x.fr/?a=b"),
        ("--name", "Sans identifiant"),
        (),
    ],
)
def test_what_cannot_be_so_is_one_sentence(wrong: tuple[str, ...]) -> None:
    result = CliRunner().invoke(clients.app, ["add", *wrong])
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert "grafana" not in wrong or "keycloak" in result.stderr, "an unknown one is told the known ones"


def test_the_page_of_each_product_is_what_the_command_prints() -> None:
    written = {path.stem: path.read_text(encoding="utf-8") for path in pages.FOLDER.glob("*.md")}
    assert written == {product.name: pages.page(product) for product in PRODUCTS.values()}, "run `make docs`"


def _run(*words: str) -> Result:
    result = CliRunner().invoke(clients.app, ["add", *words])
    assert result.exit_code == 0, result.stderr
    return result


def _shown(client_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(
        CliRunner().invoke(clients.app, ["show", "--id", client_id, "--json"]).stdout
    )
    return shown
