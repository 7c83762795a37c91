"""A person comes from a service to open an account, confirms it on whichever device, and is back at the service."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.support.citizen import PASSWORD, Citizen, token_of
from tests.support.html import Document
from tests.support.town import Town

BACK = "https://bibliotheque.example/retour"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CONFIRM = """mutation($token: String!) { confirmRegistration(input: { token: $token }) {
  ... on RegistrationConfirmed { signedIn wayBack { name url } } ... on Problem { code message }
} }"""

LINK = """mutation($token: String!) { linkContract(input: { proofToken: $token }) {
  ... on ContractLinked { wayBack { name url } } ... on Problem { code message }
} }"""


def test_confirmed_on_a_telephone_the_person_goes_on_from_there(town: Town) -> None:
    computer, telephone = town.citizen(), town.citizen()
    handle = _come_from_the_service(town, computer, "bibliotheque")
    confirmed = _register(town, computer, "CCPL-1", handle, confirmed_by=telephone)
    assert confirmed["signedIn"] is False
    assert confirmed["wayBack"]["name"] == "Bibliotheque"
    told = _sign_in(telephone, confirmed["wayBack"]["url"], "ccpl-1@example.org")
    assert told["code"] and told["state"] == "xyz"


def test_the_page_that_waits_goes_on_where_it_was(town: Town) -> None:
    computer, telephone = town.citizen(), town.citizen()
    handle = _come_from_the_service(town, computer, "mediatheque")
    query = "{ pendingRegistration { status wayBack { name url } } }"
    _register(town, computer, "CCPL-2", handle, confirmed_by=telephone)
    pending = computer.ask(query)["pendingRegistration"]
    assert pending["status"] == "CONFIRMED"
    assert _sign_in(computer, pending["wayBack"]["url"], "ccpl-2@example.org")["code"]


def test_who_had_an_account_already_adds_the_contract_and_is_back_at_the_service(town: Town) -> None:
    """The screen says nothing of the account; the mailbox does, and its link leads on to where the person was."""
    citizen = town.citizen()
    email = "ccpl-3@example.org"
    handle = _come_from_the_service(town, citizen, "piscine")
    _open_an_account_for_a_service_that_wants_a_fresh_sign_in(town, citizen, email)
    citizen.register(_proven(citizen, "1234567", "D23AB123456"), email, continueWith=handle)
    mail = town.mails(email, 3)[-1]
    citizen.do("login", email=email, password=PASSWORD)
    linked = citizen.post(LINK, {"token": token_of(mail.links[0])})["data"]["linkContract"]
    assert linked["wayBack"]["name"] == "Piscine", linked
    form, button = Document(citizen.browser.get(linked["wayBack"]["url"], follow_redirects=True).text).button(
        "consent-accept"
    )
    answered = citizen.browser.post(form.action, data=form.fields | {button.name: button.value})
    answered = citizen.browser.get(answered.headers["location"], follow_redirects=False)
    assert dict(parse_qsl(urlsplit(answered.headers["location"]).query))["code"]


def test_a_citizen_begins_at_the_town_s_page_while_the_agent_lists_the_service_there(town: Town) -> None:
    begins = "https://bibliotheque.example/entrer"
    added = ("--id", "ludotheque", "--name", "Ludothèque", "--public", "--redirect-uri", BACK)
    town.command("clients", "add", *added, "--initiate-login-uri", begins)
    http = town.citizen().browser
    target = urlsplit(Document(http.get("/services").text).links["service-ludotheque"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == begins
    issuer = http.get("/.well-known/openid-configuration").json()["issuer"]
    assert parse_qs(target.query) == {"iss": [issuer]}
    town.command("clients", "edit", "--id", "ludotheque", "--initiate-login-uri", "")
    assert "service-ludotheque" not in Document(http.get("/services").text).links


def _open_an_account_for_a_service_that_wants_a_fresh_sign_in(
    town: Town, citizen: Citizen, email: str
) -> None:
    """Whoever is signed in by confirming has signed in for that service, and for no other."""
    demands = {"prompt": "create login", "max_age": "0"}
    handles = [_come_from_the_service(town, citizen, name, **demands) for name in ("opera", "theatre")]
    citizen.register(_proven(citizen, "7654321", "D23AB654321"), email, continueWith=handles[0])
    (mail,) = town.mails(email, 1)
    confirmed = citizen.post(CONFIRM, {"token": token_of(mail.links[0])})["data"]["confirmRegistration"]
    assert confirmed["signedIn"] is True
    landed = citizen.browser.get(confirmed["wayBack"]["url"], follow_redirects=True)
    assert landed.url.path == "/consent"
    uri = f"urn:ietf:params:oauth:request_uri:{handles[1]}"
    other = citizen.browser.get("/authorize", params={"client_id": "theatre", "request_uri": uri})
    assert urlsplit(other.headers["location"]).path == "/register"
    town.mails(email, 2)


def _proven(citizen: Citizen, contract: str, meter: str) -> str:
    asked = {"operator": "marseille", "contractNumber": contract, "meterNumber": meter}
    return str(citizen.do("verifyContract", **asked)["proofToken"])


def _come_from_the_service(town: Town, citizen: Citizen, service: str, **more: str) -> str:
    """The handle of the request of a new service, from the page where accounts are opened."""
    town.command(
        "clients", "add", "--id", service, "--name", service.title(), "--public", "--redirect-uri", BACK
    )
    asked = {
        "client_id": service,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid email",
        "state": "xyz",
        "prompt": "create",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }
    answered = citizen.browser.get("/authorize", params=asked, follow_redirects=False)
    target = urlsplit(answered.headers["location"])
    assert target.path == "/register"
    assert citizen.browser.get(answered.headers["location"]).status_code == 200
    return parse_qs(target.query)["continue"][0]


def _register(
    town: Town, citizen: Citizen, contract: str, handle: str, *, confirmed_by: Citizen
) -> dict[str, dict[str, str]]:
    email = f"{contract.lower()}@example.org"
    proof = citizen.do("validateActivationKey", operator="loudun", activationKey=town.keys[contract])
    citizen.register(proof["proofToken"], email, continueWith=handle)
    (mail,) = town.mails(email, 1)
    confirmed = confirmed_by.post(CONFIRM, {"token": token_of(mail.links[0])})["data"]["confirmRegistration"]
    assert "wayBack" in confirmed, confirmed
    return dict(confirmed)


def _sign_in(citizen: Citizen, url: str, email: str) -> dict[str, str]:
    """Sign in and consent on the pages; what the service is told."""
    http = citizen.browser
    form, _ = Document(http.get(url, follow_redirects=True).text).button("login-submit")
    typed = {"email": email, "password": PASSWORD}
    asked = http.post(form.action, data=form.fields | typed, follow_redirects=True)
    form, button = Document(asked.text).button("consent-accept")
    answered = http.post(form.action, data=form.fields | {button.name: button.value}, follow_redirects=False)
    answered = http.get(answered.headers["location"], follow_redirects=False)
    assert answered.headers["location"].startswith(f"{BACK}?")
    return dict(parse_qsl(urlsplit(answered.headers["location"]).query))
