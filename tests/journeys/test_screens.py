"""What the portal's screens ask beside the two journeys: looks, the e-mail to look for, who registered."""

from pathlib import Path

import httpx2
import pytest

from tests.support.citizen import PASSWORD, PROFILE, Citizen, token_of
from tests.support.town import Town

MAIL = "mail { subject sender address }"
WAITING = f"{{ pendingRegistration {{ status operator {{ name supportEmail }} {MAIL} }} }}"
BEGUN = (
    "query($token: String!) { link(token: $token) { status registration { begunAt here initials city } } }"
)
LOOKS = (
    '{ operator(slug: "loudun") { languages signsInOnConfirmation '
    "theme { logoUrl colour secondColour darkColour darkSecondColour } } }"
)
REGISTER = (
    "mutation($input: RegisterInput!) { register(input: $input) { __typename ... on RegistrationPending "
    f"{{ operator {{ slug }} {MAIL} }} }} }}"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
CONFIRMS = "Confirmez votre adresse e-mail"


def register(citizen: Citizen, town: Town, number: str, email: str) -> dict[str, object]:
    """Register by key; what the screen is told."""
    proof = citizen.do("validateActivationKey", operator="loudun", activationKey=town.keys[number])
    given = {
        "proofToken": proof["proofToken"],
        "profile": PROFILE,
        "email": email,
        "password": PASSWORD,
        "acceptedTermsVersion": "1",
    }
    told: dict[str, object] = citizen.ask(REGISTER, {"input": given})["register"]
    return told


def resend(citizen: Citizen, email: str) -> object:
    """The e-mail that a page may announce after it was asked for again."""
    document = (
        "mutation($input: ResendConfirmationInput!) { resendConfirmation(input: $input) "
        f"{{ ... on ConfirmationSent {{ {MAIL} }} ... on Problem {{ code }} }} }}"
    )
    return citizen.ask(document, {"input": {"email": email}})["resendConfirmation"]


def test_an_operators_look_is_told_and_its_logo_served_for_ever_and_harmless(
    town: Town, tmp_path: Path
) -> None:
    citizen, logo = town.citizen(), tmp_path / "logo"
    plain = citizen.ask(LOOKS)["operator"]
    assert (plain["languages"], plain["signsInOnConfirmation"]) == (["fr", "en"], False)
    assert set(plain["theme"].values()) == {None}
    logo.write_text(SVG)
    town.command("operators", "update", "--slug", "loudun", "--colour", "#1f6b43", "--logo", str(logo))
    look = citizen.ask(LOOKS)["operator"]["theme"]
    assert (look["colour"], look["secondColour"]) == ("#1f6b43", "#1f6b43")
    served = httpx2.get(look["logoUrl"], trust_env=False)
    assert (served.status_code, served.text, served.headers["content-type"]) == (200, SVG, "image/svg+xml")
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"].startswith("default-src 'none'")
    assert served.headers["content-security-policy"].endswith("sandbox")
    assert served.headers["cross-origin-resource-policy"] == "cross-origin"
    outdated = httpx2.get(f"{town.server.url}/logos/loudun?v=older", trust_env=False)
    assert (outdated.text, outdated.headers["cache-control"]) == (SVG, "no-cache")
    assert httpx2.get(f"{town.server.url}/logos/marseille", trust_env=False).status_code == 404
    assert httpx2.get(f"{town.server.url}/logos/nobody", trust_env=False).status_code == 404


@pytest.fixture(scope="module")
def waits(town: Town) -> Citizen:
    """A citizen who has just registered by key."""
    citizen = town.citizen()
    register(citizen, town, "CCPL-1", "waits@example.org")
    return citizen


@pytest.fixture(scope="module")
def settled(town: Town) -> Citizen:
    """A citizen who has an account and is signed in."""
    citizen = town.citizen()
    proof = citizen.do(
        "verifyContract", operator="marseille", contractNumber="7654321", meterNumber="D23AB654321"
    )
    citizen.register(proof["proofToken"], "settled@example.org")
    token = token_of(town.mails("settled@example.org", 1)[0].links[0])
    assert citizen.do("confirmRegistration", token=token)["signedIn"] is True
    return citizen


def test_the_waiting_page_names_the_e_mail_as_it_came(town: Town, waits: Citizen) -> None:
    [mail] = town.mails("waits@example.org", 1)
    told = waits.ask(WAITING)["pendingRegistration"]
    assert (told["status"], told["operator"]["name"]) == ("WAITING", "CC du Pays Loudunais")
    assert told["mail"]["subject"] == mail.message["subject"] == CONFIRMS
    assert f"{told['mail']['sender']} <{told['mail']['address']}>" == mail.message["from"]


def test_only_the_browser_that_registered_is_told_whose_e_mail_comes_again(
    town: Town, waits: Citizen
) -> None:
    """Of another address, or in another browser, nothing is told, whatever waits."""
    assert resend(town.citizen(), "nobody@example.org") == {"mail": None}
    assert resend(waits, "nobody2@example.org") == {"mail": None}


def test_the_link_says_who_registered_and_whether_it_was_here(town: Town, waits: Citizen) -> None:
    token = token_of(town.mails("waits@example.org", 1)[0].links[0])
    here, elsewhere = (
        citizen.ask(BEGUN, {"token": token})["link"]["registration"] for citizen in (waits, town.citizen())
    )
    assert (here["here"], here["initials"], here["city"]) == (True, "J. T.", "LOUDUN")
    assert elsewhere == {**here, "here": False}
    assert waits.ask(BEGUN, {"token": "garbage"})["link"]["registration"] is None


def test_the_link_of_an_account_says_nothing_of_a_registration_once_it_is_used(
    town: Town, settled: Citizen
) -> None:
    token = token_of(town.mails("settled@example.org", 1)[0].links[0])
    assert settled.ask(BEGUN, {"token": token})["link"] == {"status": "USED", "registration": None}


@pytest.mark.usefixtures("settled")
def test_an_address_that_has_an_account_is_told_of_the_same_e_mail(town: Town) -> None:
    stranger, known = town.citizen(), town.citizen()
    unknown_told = register(stranger, town, "CCPL-2", "new@example.org")
    known_told = register(known, town, "CCPL-2", "settled@example.org")
    assert known_told == unknown_told
    assert known.ask(WAITING) == stranger.ask(WAITING)
    [to_new] = town.mails("new@example.org", 1)
    assert to_new.subject == CONFIRMS


def test_after_contract_and_meter_the_link_tells_no_town(town: Town) -> None:
    """Numbers that can be guessed reveal neither name nor address, in the mailbox either."""
    citizen = town.citizen()
    proof = citizen.do(
        "verifyContract", operator="marseille", contractNumber="1234567", meterNumber="D23AB123456"
    )
    citizen.register(proof["proofToken"], "ines@example.org")
    token = token_of(town.mails("ines@example.org", 1)[0].links[0])
    begun = citizen.ask(BEGUN, {"token": token})["link"]["registration"]
    assert (begun["initials"], begun["city"]) == ("J. T.", None)


@pytest.mark.usefixtures("settled")
def test_a_reset_names_the_subject_alone_whatever_is_true(town: Town) -> None:
    """The sender would be the operator of the account, if there is one."""
    document = (
        "mutation($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) "
        f"{{ ... on PasswordResetRequested {{ message {MAIL} }} }} }}"
    )
    known, unknown = (
        town.citizen().ask(document, {"input": {"email": email}})["requestPasswordReset"]
        for email in ("settled@example.org", "nobody@example.org")
    )
    assert known == unknown
    assert known["mail"] == {"subject": "Choisissez un nouveau mot de passe", "sender": None, "address": None}


def test_a_request_names_its_e_mail_and_is_followed_with_its_operator(town: Town) -> None:
    citizen = town.citizen(language="en")
    document = (
        "mutation($input: RequestAccountInput!) { requestAccount(input: $input) "
        f"{{ ... on AccountRequestReceived {{ reference expiresAt {MAIL} }} ... on Problem {{ code }} }} }}"
    )
    given = {
        "operator": "loudun",
        "profile": PROFILE,
        "email": "asks@example.org",
        "address": {"lines": ["1 rue du Martray"], "postcode": "86200", "city": "Loudun"},
        "acceptedTermsVersion": "1",
    }
    received = citizen.ask(document, {"input": given})["requestAccount"]
    [mail] = town.mails("asks@example.org", 1)
    assert received["mail"]["subject"] == mail.message["subject"] == "Confirm your request for an account"
    followed = citizen.ask(
        "query($reference: String!, $email: String!) { accountRequest(reference: $reference, email: $email) "
        "{ status operator { slug } } }",
        {"reference": received["reference"], "email": "asks@example.org"},
    )
    assert followed["accountRequest"] == {"status": "UNCONFIRMED", "operator": {"slug": "loudun"}}


def test_a_change_of_address_names_its_e_mail_whether_or_not_the_address_is_taken(
    town: Town, settled: Citizen
) -> None:
    assert settled.ask("{ me { locale } }")["me"] == {"locale": "fr"}
    document = (
        "mutation($input: ChangeEmailInput!) { changeEmail(input: $input) "
        f"{{ ... on EmailChangeRequested {{ {MAIL} }} ... on Problem {{ code }} }} }}"
    )
    taken, free = (
        settled.ask(document, {"input": {"newEmail": email, "password": PASSWORD}})["changeEmail"]
        for email in ("settled@example.org", "free@example.org")
    )
    assert taken == free
    [mail] = town.mails("free@example.org", 1)
    assert free["mail"]["subject"] == mail.message["subject"]
