"""What the pages say, in French and English. What refusals say comes from the schema's sentences."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.pages import scope_words
from identity.oidc import claims

_HIGH_SIGNS = re.compile(r" (?=[:;?!»])|(?<=«) ")
"""The spaces at which no line of French may break."""

_WORDS: dict[str, tuple[str, str]] = {
    "site": ("Espace usager", "Residents’ area"),
    "demo": (
        "Ceci est une démonstration : les e-mails arrivent dans",
        "This is a demonstration: e-mails arrive in",
    ),
    "demo.mailbox": ("la boîte aux lettres", "the mailbox"),
    "other-language": ("English", "Français"),
    "fault.summary": ("La connexion n’a pas abouti", "You are not signed in yet"),
    "fault.stale": (
        "Cette page avait expiré, ou votre navigateur refuse les cookies. Veuillez recommencer.",
        "This page had expired, or your browser refuses cookies. Please try again.",
    ),
    "fault.email": ("Saisissez votre adresse e-mail.", "Enter your e-mail address."),
    "fault.password": ("Saisissez votre mot de passe.", "Enter your password."),
    "fault.retry": ("Réessayez dans {seconds} secondes.", "Try again in {seconds} seconds."),
    "email": ("Adresse e-mail", "E-mail address"),
    "password": ("Mot de passe", "Password"),
    "stay": ("Rester connecté sur cet appareil", "Keep me signed in on this device"),
    "stay.hint": (
        "Ne cochez pas cette case sur un ordinateur partagé.",
        "Do not tick this on a shared computer.",
    ),
    # -- sign-in ---------------------------------------------------------------------------------------------------
    "login": ("Connexion", "Sign in"),
    "login.for": ("Connectez-vous pour continuer vers {name}.", "Sign in to go on to {name}."),
    "login.again": (
        "{name} vous demande de vous identifier à nouveau.",
        "{name} asks you to sign in again.",
    ),
    "login.submit": ("Me connecter", "Sign in"),
    "login.forgot": ("Mot de passe oublié ?", "Forgot your password?"),
    "login.cancel": ("Annuler et revenir à {name}", "Cancel and go back to {name}"),
    "login.new": ("Pas encore de compte ?", "No account yet?"),
    "login.register": ("Ouvrir un compte", "Open an account"),
    "choice": ("Avec quel compte continuer ?", "Which account to go on with?"),
    "choice.signed": ("Vous êtes connecté avec l’adresse {email}.", "You are signed in as {email}."),
    "choice.continue": ("Continuer avec ce compte", "Go on with this account"),
    "choice.other": ("Utiliser un autre compte", "Use another account"),
    # -- services ---------------------------------------------------------------------------------------------------
    "services": ("Vos services", "Your services"),
    "services.text": (
        "Choisissez un service : il vous connectera avec ce compte.",
        "Choose a service: it will sign you in with this account.",
    ),
    "services.self": (
        "s’est inscrit lui-même : aucun agent ne l’a vérifié",
        "registered itself: no agent has checked it",
    ),
    "services.none": (
        "Aucun service ne peut être ouvert d’ici pour l’instant. Allez sur le site du service.",
        "No service can be opened from here yet. Go to the service’s own site.",
    ),
    "services.unknown": (
        "Ce service n’existe pas, ou ne peut pas être ouvert d’ici.",
        "There is no such service, or it cannot be opened from here.",
    ),
    # -- consent ---------------------------------------------------------------------------------------------------
    "consent": ("Autoriser l’accès à vos informations", "Let a service read your details"),
    "consent.asks": ("{name} souhaite utiliser votre compte.", "{name} would like to use your account."),
    "consent.goes-on": ("Continuer vers {name} ?", "Continue to {name}?"),
    "consent.again": (
        "{name}, une application de cet appareil, demande à vous connecter. "
        "Continuez seulement si vous venez de l’ouvrir.",
        "{name}, an application on this device, asks to sign you in. Continue only if you have just opened it.",
    ),
    "consent.continue": ("Continuer", "Continue"),
    "consent.stop": ("Ne pas continuer", "Do not continue"),
    "consent.operator": (
        "Ce service est exploité par {organization}.",
        "This service is run by {organization}.",
    ),
    "consent.where": ("Vous serez ensuite renvoyé vers {host}.", "You will then be sent on to {host}."),
    "consent.account": ("Compte : {email}", "Account: {email}"),
    "consent.reads": ("Ce service pourra :", "This service will be able to:"),
    "consent.resources": (
        "Il pourra aussi utiliser en votre nom, avec ces mêmes autorisations :",
        "It will also be able to use, in your name and with these same permissions:",
    ),
    "consent.resource": ("{name}, à l’adresse {address}", "{name}, at {address}"),
    "consent.site": ("Site du service", "The service’s site"),
    "consent.policy": ("Politique de confidentialité", "Privacy policy"),
    "consent.terms": ("Conditions d’utilisation", "Terms of service"),
    "consent.new-window": ("nouvelle fenêtre", "new window"),
    "consent.once": (
        "Cette question ne vous sera posée qu’une fois. "
        "Vous pouvez retirer cet accès à tout moment depuis votre compte.",
        "You will be asked only once. You can withdraw this access from your account at any time.",
    ),
    "consent.accept": ("Autoriser", "Allow"),
    "consent.deny": ("Refuser", "Refuse"),
    # -- devices ---------------------------------------------------------------------------------------------------
    "device": ("Connecter un appareil", "Connect a device"),
    "device.text": (
        "Saisissez le code affiché sur l’appareil : guichet, borne, écran.",
        "Enter the code that the device shows: desk, kiosk, screen.",
    ),
    "device.code": ("Code affiché", "Code shown"),
    "device.hint": (
        "8 lettres et chiffres, par exemple {example}.",
        "8 letters and digits, such as {example}.",
    ),
    "device.submit": ("Continuer", "Continue"),
    "device.summary": ("L’appareil n’est pas encore connecté", "The device is not connected yet"),
    "fault.user_code": ("Saisissez le code affiché sur l’appareil.", "Enter the code that the device shows."),
    "fault.device": (
        "Aucun appareil n’attend avec ce code. Vérifiez-le, ou demandez-en un nouveau sur l’appareil : "
        "un code est valable dix minutes.",
        "No device waits under this code. Check it, or ask the device for a new one: a code is good for ten minutes.",
    ),
    "device.asks": (
        "{name} demande à utiliser votre compte depuis un autre appareil.",
        "{name} asks to use your account on another device.",
    ),
    "device.check": (
        "N’autorisez que si l’appareil devant vous affiche ce code : {code}. "
        "Si quelqu’un vous l’a envoyé, refusez.",
        "Allow this only if the device in front of you shows this code: {code}. If somebody sent it to you, refuse.",
    ),
    "device.accepted": ("Appareil connecté", "Device connected"),
    "device.accepted.text": ("Vous pouvez revenir à l’appareil.", "You can go back to the device."),
    "device.denied": ("Accès refusé", "Access refused"),
    "device.denied.text": ("L’appareil n’a reçu aucune information.", "The device was given no information."),
    # -- logout ----------------------------------------------------------------------------------------------------
    "logout": ("Se déconnecter", "Sign out"),
    "logout.ask": (
        "Voulez-vous vous déconnecter de ce compte et des services où il vous a connecté ?",
        "Do you want to sign out of this account, and of the services that it signed you in to?",
    ),
    "logout.by": ("Cette demande vient de {name}.", "This was asked by {name}."),
    "logout.confirm": ("Me déconnecter", "Sign out"),
    "logout.stay": ("Rester connecté", "Stay signed in"),
    "logout.done": ("Vous êtes déconnecté", "You are signed out"),
    "logout.done.text": (
        "Votre session est fermée. Sur un ordinateur partagé, fermez aussi le navigateur.",
        "Your session has ended. On a shared computer, close the browser too.",
    ),
    "logout.elsewhere": (
        "Les services où vous étiez connecté sont prévenus.",
        "The services where you were signed in are being told.",
    ),
    "logout.back": ("Revenir vers {name}", "Go back to {name}"),
    "logout.frame": ("Déconnexion de {name}", "Signing out of {name}"),
    # -- errors ----------------------------------------------------------------------------------------------------
    "error": ("Demande de connexion non valide", "Invalid sign-in request"),
    "error.text": (
        "L’application qui vous a envoyé ici n’est pas connue, ou son adresse de retour ne l’est pas. "
        "Revenez à cette application et recommencez ; si cela se répète, prévenez son exploitant.",
        "The application that sent you here is not known, or its return address is not. "
        "Go back to it and try again; if this happens again, tell whoever runs it.",
    ),
    "busy": ("Trop de demandes", "Too many requests"),
    "busy.text": (
        "Trop de connexions ont été demandées depuis votre réseau. Patientez quelques minutes, puis recommencez.",
        "Too many sign-ins were asked for from your network. Wait a few minutes, then try again.",
    ),
    "unavailable": ("Service momentanément indisponible", "The service is unavailable"),
    "unavailable.text": (
        "Rien n’a été enregistré. Patientez un instant, puis recommencez.",
        "Nothing was saved. Wait a moment, then try again.",
    ),
    "unavailable-unknown": ("Service interrompu", "The service was interrupted"),
    "unavailable-unknown.text": (
        "L’interruption a eu lieu pendant l’enregistrement : nous ne savons pas si votre demande a été enregistrée. "
        "Vérifiez-le avant de recommencer.",
        "This happened while saving: we do not know whether your request was saved. Check before you try again.",
    ),
    "over.answered": ("Cette demande a déjà reçu sa réponse", "This request was answered already"),
    "over.answered.text": (
        "Vous êtes revenu en arrière, ou une autre fenêtre a répondu avant celle-ci. Retournez au service ; "
        "s’il ne vous a pas reconnu, recommencez depuis là.",
        "You went back, or another window answered before this one. Go back to the service; "
        "if it does not know you, start again from there.",
    ),
    "over.expired": ("Cette demande a expiré", "This request has expired"),
    "over.expired.text": (
        "Elle a attendu trop longtemps, et rien n’a été transmis. Retournez au service et recommencez.",
        "It waited for too long, and nothing was passed on. Go back to the service and start again.",
    ),
    "over.unknown": ("Cette demande n’est pas valable", "This request is not valid"),
    "over.unknown.text": (
        "L’adresse est incomplète ou trop ancienne, ou elle n’a pas été faite pour ce service. "
        "Retournez au service et recommencez.",
        "The address is incomplete or too old, or it was not made for this service. "
        "Go back to the service and start again.",
    ),
    "over.back": ("Retourner à {name} ({host})", "Go back to {name} ({host})"),
    "over.name": ("Le service est : {name}.", "The service is: {name}."),
    "over.device": ("L’appareil n’attend plus", "The device waits no more"),
    "over.device.way": ("Saisir un nouveau code", "Enter a new code"),
    "over.device.text": (
        "Son code a déjà reçu une réponse, ou ses dix minutes sont passées. Demandez un nouveau code sur l’appareil.",
        "Its code was answered already, or its ten minutes are over. Ask the device for a new code.",
    ),
    "logout-error": ("Demande de déconnexion non valide", "Invalid sign-out request"),
    "logout-error.text": (
        "Le service qui vous a envoyé ici s’est mal identifié, ou l’adresse de retour n’est pas l’une des siennes. "
        "Vous n’avez pas été déconnecté.",
        "The service that sent you here did not name itself properly, or the return address is not one of its own. "
        "You were not signed out.",
    ),
    "logout-error.way": ("Me déconnecter quand même", "Sign out all the same"),
    **scope_words.WORDS,
}


@dataclass(frozen=True)
class Speaker:
    """Says things in one language."""

    language: str

    def __call__(self, name: str, /, **facts: Any) -> str:
        """The words of this name."""
        french, english = _WORDS[name]
        said = english if self.language == "en" else _HIGH_SIGNS.sub("\N{NO-BREAK SPACE}", french)
        return said.format(**facts)

    def knows(self, name: str) -> bool:
        """Are there words of this name?"""
        return name in _WORDS

    def scopes(self, scope: str, further: Iterable[str] = ()) -> list[tuple[str, list[str]]]:
        """What each scope lets a service do, and each claim that it reveals, as people read it.

        `further` names claims of this person's that most have not.
        """
        return [(self._scope(word), self._claims(word, further)) for word in scope.split()]

    def _scope(self, word: str) -> str:
        return self(f"scope.{word}") if self.knows(f"scope.{word}") else self("scope.other", scope=word)

    def _claims(self, word: str, further: Iterable[str]) -> list[str]:
        usual = [name for name in claims.SCOPES.get(word, ()) if name != "sub"]
        named = dict.fromkeys([*usual, *(name for name in further if claims.SCOPE_OF[name] == word)])
        return [self(f"claim.{name}") if self.knows(f"claim.{name}") else name for name in named]
