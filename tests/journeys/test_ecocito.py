"""Seed 000, step by step: an activation key by letter, an account on the waste service."""

from tests.support.citizen import PASSWORD, PROFILE, code_of, token_of
from tests.support.town import Town

EMAIL = "jean-michel.test@example.org"


def test_the_whole_guide_with_an_activation_key(town: Town) -> None:
    citizen = town.citizen()

    # Étape 1: the key has 16 characters, in four groups.
    key = town.keys["CCPL-1"]
    assert [len(group) for group in key.split("-")] == [4, 4, 4, 4]

    # Étape 2: « J'ai une clé d'activation », or « Je n'ai pas de clé d'activation ».
    operator = citizen.ask(
        '{ operator(slug: "loudun") { proofMethods acceptsRequests activationKeysChecked } }'
    )
    assert operator["operator"] == {
        "proofMethods": ["ACTIVATION_KEY"], "acceptsRequests": True, "activationKeysChecked": True,
    }  # fmt: skip

    # Étapes 3 et 4: « Valider ma clé d'activation »; 0 and O, 1 and l are confused.
    typed = key.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    proof = citizen.do("validateActivationKey", operator="loudun", activationKey=typed)

    # Étape 5: « Veuillez compléter les informations de votre compte présentées ci-dessous. »
    assert proof["subscriber"] == {
        "familyName": "TEST", "givenName": "Jean-Michel", "organizationName": "Test",
        "maskedPhone": None, "maskedMobile": "•• •• •• •• 02",
        "address": {"lines": ["99 RUE DE LA FONTAINE D ADAM"], "postcode": "86200", "city": "LOUDUN"},
    }  # fmt: skip
    pending = citizen.register(proof["proofToken"], EMAIL)
    assert pending["__typename"] == "RegistrationPending"
    assert citizen.do("login", email=EMAIL, password=PASSWORD)["code"] == "LOGIN_REFUSED"

    # Étape 6: « recevoir un nouvel email de confirmation », once the cool-down is over.
    again = citizen.do("resendConfirmation", email=EMAIL)
    assert again["code"] == "RATE_LIMITED"
    assert 0 < again["retryAfter"] <= 60

    # Étape 7: « Cliquer sur le lien de confirmation afin de valider votre demande. »
    mail = town.mails(EMAIL, 1)[0]
    assert "CC du Pays Loudunais" in mail.text
    assert len(code_of(mail.text)) == 6
    token = token_of(mail.links[0])
    for _ in range(10):
        assert citizen.ask("query($t: String!) { link(token: $t) { status } }", {"t": token})["link"] == {
            "status": "VALID"
        }

    # Étape 8: « Une fois qu'on clique sur le lien, l'ouverture du compte est réussie. »
    confirmed = citizen.do("confirmRegistration", token=token)
    assert confirmed == {
        "__typename": "RegistrationConfirmed", "email": EMAIL, "message": "Votre compte a été validé.",
        "signedIn": False,
    }  # fmt: skip
    assert citizen.ask("{ me { email } pendingRegistration { status } }") == {
        "me": None, "pendingRegistration": {"status": "CONFIRMED"},
    }  # fmt: skip

    # Étape 9: « Connexion à votre Espace Web Usager avec votre adresse mail et votre mot de passe ».
    assert citizen.do("login", email=EMAIL.upper(), password=PASSWORD)["__typename"] == "LoginSuccess"
    me = citizen.ask("{ me { email givenName contracts { contractNumber operator { name } } } }")["me"]
    assert me["contracts"] == [{"contractNumber": "CCPL-1", "operator": {"name": "CC du Pays Loudunais"}}]


def test_the_key_is_used_up_by_then(town: Town) -> None:
    refused = town.citizen().do("validateActivationKey", operator="loudun", activationKey=town.keys["CCPL-1"])
    assert refused["code"] == "PROOF_REFUSED"


def test_a_key_with_one_wrong_symbol_is_told_at_once(town: Town) -> None:
    key = town.keys["CCPL-2"]
    wrong = key[:-1] + ("2" if key[-1] != "2" else "3")
    refused = town.citizen().do("validateActivationKey", operator="loudun", activationKey=wrong)
    assert refused["code"] == "ACTIVATION_KEY_MALFORMED"
    assert "le chiffre 0 avec la lettre O, ou le chiffre 1 avec la lettre l" in refused["message"]


def test_whoever_has_no_key_asks_and_an_agent_decides(town: Town) -> None:
    citizen, email = town.citizen(), "leonie@example.org"
    asked = citizen.do(
        "requestAccount",
        operator="loudun",
        profile=PROFILE | {"civility": "MADAM", "familyName": "Chauveau", "givenName": "Léonie"},
        email=email,
        address={"lines": ["1 place du Portail"], "postcode": "86200", "city": "Loudun"},
        acceptedTermsVersion="1",
    )
    reference = asked["reference"]
    follow = "query($r: String!, $e: String!) { accountRequest(reference: $r, email: $e) { status reason } }"
    assert citizen.ask(follow, {"r": reference, "e": email})["accountRequest"]["status"] == "UNCONFIRMED"
    assert citizen.ask(follow, {"r": reference, "e": "other@example.org"})["accountRequest"] is None

    token = token_of(town.mails(email, 1)[0].links[0])
    assert citizen.do("confirmAccountRequest", token=token)["__typename"] == "AccountRequestConfirmed"
    assert reference in town.command("requests", "list", "--json")
    town.command("requests", "approve", reference, "--contract", "CCPL-2")
    assert citizen.ask(follow, {"r": reference, "e": email})["accountRequest"]["status"] == "APPROVED"

    token = token_of(town.mails(email, 2)[1].links[0])
    activated = citizen.do("activateAccount", token=token, password=PASSWORD, acceptedTermsVersion="1")
    assert activated["message"] == "Votre compte a été validé."
    assert citizen.do("login", email=email, password=PASSWORD)["__typename"] == "LoginSuccess"
