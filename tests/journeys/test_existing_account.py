"""A stranger registers with somebody's address, whose owner follows the stranger's link before their own."""

import pytest

from tests.support.citizen import PASSWORD, Citizen, token_of
from tests.support.town import Town

VICTIM, STRANGERS_PASSWORD, CHOSEN = "leonie@example.org", "Zebre-gris-58", "Velo-bleu-47"
CONTRACTS = "{ me { contracts { contractNumber } } }"
SENTENCES = {
    "fr": "Un compte existe déjà pour cette adresse. Nous venons de vous envoyer un e-mail pour y ajouter ce contrat : "
    "connectez-vous, ou choisissez un nouveau mot de passe si vous ne le connaissez pas.",
    "en": "There is an account for this address already. We have just sent you an e-mail to add this contract to it: "
    "sign in, or choose a new password if you do not know it.",
}


@pytest.fixture(scope="module")
def links(town: Town) -> list[str]:
    """The stranger's link and the owner's two, of one mailbox; the stranger's was followed."""
    stranger = town.citizen()
    proof = stranger.do(
        "verifyContract", operator="marseille", contractNumber="1234567", meterNumber="D23AB123456"
    )
    stranger.register(proof["proofToken"], VICTIM, password=STRANGERS_PASSWORD)
    town.mails(VICTIM, 1)
    for count, number in enumerate(town.keys, start=2):
        owner = town.citizen()
        proof = owner.do("validateActivationKey", operator="loudun", activationKey=town.keys[number])
        owner.register(proof["proofToken"], VICTIM)
        town.mails(VICTIM, count)
    tokens = [token_of(mail.links[0]) for mail in town.mails(VICTIM, 3)]
    assert town.citizen().do("confirmRegistration", token=tokens[0])["email"] == VICTIM
    return tokens


def numbers(citizen: Citizen) -> set[str]:
    return {held["contractNumber"] for held in citizen.ask(CONTRACTS)["me"]["contracts"]}


def test_their_own_link_says_where_the_contract_is_added_and_it_goes_to_no_strangers_account(
    town: Town, links: list[str]
) -> None:
    for (language, sentence), token in zip(SENTENCES.items(), links[1:], strict=True):
        told = town.citizen(language).do("confirmRegistration", token=token)
        assert (told["__typename"], told["code"], told["message"]) == ("Problem", "CONFLICT", sentence)
    stranger, owner = town.citizen(), town.citizen()
    assert stranger.do("login", email=VICTIM, password=STRANGERS_PASSWORD)["__typename"] == "LoginSuccess"
    assert numbers(stranger) == {"1234567"}
    assert owner.do("login", email=VICTIM, password=PASSWORD)["code"] == "LOGIN_REFUSED"

    told_of = [mail for mail in town.mails(VICTIM, 6) if mail.subject == "Vous avez déjà un compte"]
    assert len(told_of) == 2
    owner.do("requestPasswordReset", email=VICTIM)
    reset = token_of(town.mails(VICTIM, 7)[-1].links[0])
    assert owner.do("resetPassword", token=reset, password=CHOSEN)["__typename"] == "PasswordReset"
    assert owner.do("login", email=VICTIM, password=CHOSEN)["__typename"] == "LoginSuccess"
    for mail in told_of:
        assert owner.do("linkContract", proofToken=token_of(mail.links[0]))["__typename"] == "ContractLinked"
    assert numbers(owner) == {"1234567", *town.keys}
    assert stranger.ask("{ me { locale } }")["me"] is None
