"""A citizen with a browser: cookies, an Origin, and the GraphQL operations of both journeys. Knows only HTTP."""

import re
import time
from typing import Any

import httpx2

RESULT = "__typename ... on Problem { code message retryAfter faults { path code message } }"
OPERATIONS = {
    "validateActivationKey": "... on Proof { proofToken expiresAt operator { slug termsOfService { version url } } "
    "subscriber { familyName givenName organizationName maskedPhone maskedMobile address { lines postcode city } } }",
    "verifyContract": "... on Proof { proofToken expiresAt operator { slug termsOfService { version } } "
    "subscriber { familyName } }",
    "register": "... on RegistrationPending { email expiresAt resendAvailableAt message }",
    "requestAccount": "... on AccountRequestReceived { reference message }",
    "confirmAccountRequest": "... on AccountRequestConfirmed { reference message }",
    "activateAccount": "... on RegistrationConfirmed { email message signedIn }",
    "resendConfirmation": "... on ConfirmationSent { message resendAvailableAt }",
    "confirmRegistration": "... on RegistrationConfirmed { email message signedIn }",
    "correctRegistrationEmail": "... on RegistrationPending { email message }",
    "disownRegistration": "... on RegistrationDisowned { message }",
    "login": "... on LoginSuccess { account { email familyName } "
    "tokens { accessToken idToken refreshToken tokenType expiresIn scope } }",
    "requestPasswordReset": "... on PasswordResetRequested { message }",
    "resetPassword": "... on PasswordReset { message }",
    "changePassword": "... on PasswordChanged { message }",
    "changeEmail": "... on EmailChangeRequested { message expiresAt }",
    "confirmEmailChange": "... on EmailChanged { email message }",
    "undoEmailChange": "... on EmailChangeUndone { email message }",
    "updateProfile": "... on ProfileUpdated { account { email familyName phone } }",
    "linkContract": "... on ContractLinked { message contract { id contractNumber operator { slug } } }",
    "revokeSession": "... on SessionRevoked { message }",
    "withdrawConsent": "... on ConsentWithdrawn { message }",
    "closeAccount": "... on AccountClosed { message erasedAt }",
}
PROFILE = {"legalNature": "INDIVIDUAL", "civility": "SIR", "familyName": "Test", "givenName": "Jean-Michel"}
PASSWORD = "Kx9#mPq2vL"


class Citizen:
    """One browser. `do` performs a mutation and gives its union member; `ask` a query's data."""

    def __init__(self, url: str, *, language: str = "fr", origin: str | None = None) -> None:
        self.url = url
        headers = {"accept-language": language, "origin": origin or url}
        self.browser = httpx2.Client(base_url=url, headers=headers, timeout=30, trust_env=False)

    def close(self) -> None:
        """Close the browser."""
        self.browser.close()

    def post(self, document: str, variables: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """One GraphQL request; its whole response, which must be well-formed and without top-level errors."""
        response = self.browser.post(
            "/graphql", json={"query": document, "variables": variables or {}}, headers=headers
        )
        body: dict[str, Any] = response.json()
        assert response.status_code == 200, f"{response.status_code}: {response.text}"
        assert "errors" not in body, body["errors"]
        return body

    def ask(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:
        """The data of a query."""
        return self.post(query, variables, **headers)["data"]

    def do(self, mutation: str, **given: Any) -> dict[str, Any]:
        """Perform a mutation with this input; the payload or Problem, its `__typename` included."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
        document = (
            f"mutation($input: {kind}) {{ {mutation}(input: $input) {{ {RESULT} {OPERATIONS[mutation]} }} }}"
        )
        return self.post(document, {"input": given})["data"][mutation]  # type: ignore[no-any-return]

    def log_out(self) -> dict[str, Any]:
        """The one mutation without input."""
        return self.post("mutation { logout { __typename ... on LoggedOut { message } } }")["data"]["logout"]  # type: ignore[no-any-return]

    def register(self, proof_token: str, email: str, **others: Any) -> dict[str, Any]:
        """Register as Jean-Michel Test, unless `others` say otherwise."""
        given = {
            "proofToken": proof_token,
            "profile": PROFILE,
            "email": email,
            "password": PASSWORD,
            "acceptedTermsVersion": "1",
        }
        return self.do("register", **given | others)


def token_of(link: str) -> str:
    """What follows `#token=` in a mailed link."""
    found = re.search(r"#token=([^&]+)", link)
    assert found is not None, link
    return found[1]


def code_of(text: str) -> str:
    """The six digits of a confirmation mail."""
    found = re.search(r"\b(\d{3})\s?(\d{3})\b", text)
    assert found is not None, text
    return found[1] + found[2]


def mailbox(url: str, to: str, count: int = 1, seconds: float = 10) -> list[dict[str, Any]]:
    """The demonstration's mails to this address, newest first, once there are `count` of them."""
    deadline = time.monotonic() + seconds
    while True:
        response = httpx2.get(
            f"{url}/demo/mailbox", params={"to": to}, headers={"accept": "application/json"}, trust_env=False
        )
        mails: list[dict[str, Any]] = response.json()
        if len(mails) >= count:
            return mails
        assert time.monotonic() < deadline, f"{count} mails awaited, {len(mails)} arrived"
        time.sleep(0.05)
