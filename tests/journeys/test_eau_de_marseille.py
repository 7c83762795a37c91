"""Seed 004, step by step: a contract and a meter number, an account on the water service, a lost password."""

import pytest

from tests.support.citizen import PASSWORD, token_of
from tests.support.town import Town

EMAIL = "ines@example.org"
NEW_PASSWORD = "Nouveau-Mot-2b-Passe"
INCORRECT = "Les informations saisies pour ce compte sont incorrectes. Veuillez vérifier votre saisie."


def test_the_whole_guide_with_a_contract_and_a_meter(town: Town) -> None:
    citizen = town.citizen()

    # Étape 2: « Choisissez le nom de votre commune »; the site names the company that manages the contract.
    found = citizen.ask('{ communes(search: "chateauneuf les martigues") { name operators { slug name } } }')
    assert found["communes"][0] == {
        "name": "Châteauneuf-les-Martigues",
        "operators": [{"slug": "marseille", "name": "Eau de Marseille Métropole"}],
    }

    # Étape 3: the password needs characters that are named below the field.
    rules = {
        rule["description"]
        for rule in citizen.ask("{ passwordPolicy { rules { description } } }")["passwordPolicy"]["rules"]
    }
    assert {
        "Un caractère en minuscule", "Un caractère en majuscule", "Un nombre", "Un caractère spécial", "8 caractères",
    } <= rules  # fmt: skip
    wrong = citizen.do(
        "verifyContract", operator="marseille", contractNumber="1234567", meterNumber="D23AB654321"
    )
    assert (wrong["code"], wrong["message"]) == ("PROOF_REFUSED", INCORRECT)
    proof = citizen.do(
        "verifyContract", operator="marseille", contractNumber="1234567 M", meterNumber="d23-ab 123456"
    )
    assert proof["subscriber"] is None
    pending = citizen.register(proof["proofToken"], EMAIL)
    assert pending["message"] == (
        "Votre compte a bien été créé. Vous devez à présent cliquer sur le lien d'activation contenu dans le mail "
        "qui vous a été envoyé."
    )

    # Étape 4: « Attention : ce lien n'est valable que 48 heures. »
    mail = town.mails(EMAIL, 1)[0]
    assert "48 heures" in mail.text
    confirmed = citizen.do("confirmRegistration", token=token_of(mail.links[0]))
    assert (confirmed["message"], confirmed["signedIn"]) == ("Votre compte a été validé.", True)

    # « Une fois le lien activé, la page de votre Tableau de Bord s'ouvre »: this browser is signed in.
    assert citizen.ask("{ me { email } }")["me"] == {"email": EMAIL}

    # « Dans le même temps, un second e-mail vous informe de la confirmation de votre compte. »
    assert "Votre compte a été validé" in town.mails(EMAIL, 2)[1].text


def test_another_device_confirms_without_being_signed_in(town: Town) -> None:
    computer, phone, email = town.citizen(), town.citizen(), "paul@example.org"
    proof = computer.do(
        "verifyContract", operator="marseille", contractNumber="7654321", meterNumber="D23AB654321"
    )
    computer.register(proof["proofToken"], email)
    token = token_of(town.mails(email, 1)[0].links[0])
    assert phone.do("confirmRegistration", token=token)["signedIn"] is False
    assert phone.ask("{ me { email } }")["me"] is None
    assert computer.ask("{ pendingRegistration { status } }")["pendingRegistration"] == {
        "status": "CONFIRMED"
    }


@pytest.mark.parametrize(
    ("contract", "meter"),
    [("9999999", "D23AB123456"), ("7654321", "D23AB123456"), ("1234567", "D23AB123456")],
    ids=["unknown contract", "wrong meter", "contract that has an account"],
)
def test_every_wrong_pair_is_told_alike(town: Town, contract: str, meter: str) -> None:
    told = town.citizen().do(
        "verifyContract", operator="marseille", contractNumber=contract, meterNumber=meter
    )
    assert (told["code"], told["message"], told["faults"]) == ("PROOF_REFUSED", INCORRECT, [])


def test_a_forgotten_password_is_chosen_anew(town: Town) -> None:
    citizen, elsewhere = town.citizen(), town.citizen()
    assert elsewhere.do("login", email=EMAIL, password=PASSWORD)["__typename"] == "LoginSuccess"

    # « Si votre compte existe, un e-mail vous a été adressé. Il contient toutes les informations nécessaires. »
    asked = citizen.do("requestPasswordReset", email=EMAIL)
    assert asked["message"] == (
        "Si votre compte existe, un e-mail vous a été adressé. Il contient toutes les informations nécessaires."
    )
    assert citizen.do("requestPasswordReset", email="nobody@example.org")["message"] == asked["message"]

    # « Vous devrez, comme précédemment, respecter les caractères obligatoires »; a fault leaves the link usable.
    token = token_of(town.mails(EMAIL, 3)[2].links[0])
    assert citizen.do("resetPassword", token=token, password="azerty")["code"] == "INVALID_INPUT"
    told = citizen.do("resetPassword", token=token, password=NEW_PASSWORD)
    assert told["message"] == "Votre mot de passe a été mis à jour."
    assert citizen.do("resetPassword", token=token, password=NEW_PASSWORD)["code"] == "LINK_USED"

    # « Un nouvel e-mail vous confirme la mise à jour de votre mot de passe. »
    assert "Votre mot de passe a été mis à jour" in town.mails(EMAIL, 4)[3].text

    # « Votre compte est de nouveau opérationnel. »
    assert elsewhere.ask("{ me { email } }")["me"] is None
    assert citizen.do("login", email=EMAIL, password=PASSWORD)["code"] == "LOGIN_REFUSED"
    assert citizen.do("login", email=EMAIL, password=NEW_PASSWORD)["__typename"] == "LoginSuccess"
