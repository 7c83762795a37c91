"""The portal, state by state, as a citizen meets it: what is drawn, and what is told where it goes wrong."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.demo import CONTRACTS, KEYS, Demo, unknown_key
from tests.browser.portal import arrive, field, follow, offline, press, told_what_is_wrong


def finding(page: Page, town: Demo, language: str) -> Iterator[str]:
    """My commune, and through it my operator."""
    page.goto("/")
    arrive(page, "home")
    yield "home"
    commune = page.get_by_role("searchbox", name="Votre commune")
    commune.fill("zzz")
    page.get_by_text("Aucune commune ne commence ainsi").wait_for()
    yield "home-nothing-found"
    commune.fill("chât")
    page.get_by_role("link", name="Châteauneuf-les-Martigues").wait_for()
    yield "home-found"
    page.goto("/?commune=75056")
    arrive(page, "home-commune")
    yield "home-commune-nobody"
    page.goto("/?commune=86137")
    arrive(page, "home-commune")
    yield "home-commune"
    follow(page, "Continuer")
    arrive(page, "operators")
    yield "operators-with-key"
    page.goto(f"/operators/{CONTRACTS}")
    arrive(page, "operators")
    yield "operators-with-contract"
    page.goto("/operators/nobody")
    arrive(page, "operators-unknown")
    yield "operators-unknown"


def proving(page: Page, town: Demo, language: str) -> Iterator[str]:
    """The key, the contract and the meter: empty, mistyped, refused; and where no address says whose they are."""
    page.goto("/register#key=K7QF-9M2X")
    arrive(page, "register-commune")
    yield "register-commune-with-key"
    page.goto("/register?commune=86137")
    arrive(page, "register-operator")
    yield "register-operator"
    page.goto(f"/register?operator={KEYS}")
    arrive(page, "register")
    yield "register-key"
    press(page, "Valider ma clé d’activation")
    told_what_is_wrong(page)
    yield "register-key-empty"
    key = field(page, "Clé d’activation")
    key.fill("1234-ABCD-5678-EFGH")
    yield "register-key-mistyped"
    key.fill(unknown_key())
    press(page, "Valider ma clé d’activation")
    told_what_is_wrong(page)
    yield "register-key-refused"
    page.goto(f"/register?operator={CONTRACTS}")
    arrive(page, "register-contract")
    yield "register-contract"
    press(page, "Continuer")
    told_what_is_wrong(page)
    yield "register-contract-empty"
    field(page, "Numéro de contrat").fill("7777777")
    field(page, "Numéro de compteur").fill("D00XX000000")
    press(page, "Continuer")
    told_what_is_wrong(page)
    yield "register-contract-refused"


def registering(page: Page, town: Demo, language: str) -> Iterator[str]:
    """The form, filled with what the operator knows: as it stands, sent empty, for an organisation."""
    page.goto(f"/register?operator={KEYS}#key={next(town.keys)}")
    press(page, "Valider ma clé d’activation")
    arrive(page, "register-form")
    yield "register-form"
    press(page, "Valider ma demande")
    told_what_is_wrong(page)
    yield "register-form-empty"
    field(page, "Nature juridique").select_option("COMPANY")
    field(page, "Adresse e-mail").fill("nobody")
    field(page, "Mot de passe").fill("short")
    press(page, "Valider ma demande")
    told_what_is_wrong(page)
    yield "register-form-wrong"


def informing(page: Page, town: Demo, language: str) -> Iterator[str]:
    """What is only read."""
    page.goto(f"/terms/{KEYS}")
    arrive(page, "terms")
    yield "terms"
    page.goto("/accessibility")
    arrive(page, "accessibility")
    yield "accessibility"
    page.goto("/sign-in")
    arrive(page, "sign-in")
    with offline(page):
        follow(page, "J’ai oublié mon mot de passe")
        arrive(page, "unloaded")
    yield "unloaded"


def signing_in(page: Page, town: Demo, language: str) -> Iterator[str]:
    """The form as it stands, sent empty, refused; then the account, and out again."""
    known = town.settle()
    page.goto("/sign-in")
    arrive(page, "sign-in")
    yield "sign-in"
    press(page, "Connexion")
    told_what_is_wrong(page)
    yield "sign-in-empty"
    field(page, "Adresse e-mail").fill(known.email)
    field(page, "Mot de passe").fill("wrong")
    press(page, "Connexion")
    told_what_is_wrong(page)
    yield "sign-in-refused"
    field(page, "Mot de passe").fill(known.password)
    press(page, "Connexion")
    arrive(page, "account")
    press(page, "Me déconnecter")
    arrive(page, "sign-in")
    page.get_by_text("Vous êtes déconnecté.").wait_for()
    yield "sign-in-after-leaving"


WALKS = {walk.__name__: walk for walk in (finding, proving, registering, informing, signing_in)}
