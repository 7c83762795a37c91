"""What people are told, in French and English. The French is the seeds' own wherever they speak."""

from typing import Any

_SENTENCES: dict[str, tuple[str, str]] = {
    # -- problems ------------------------------------------------------------------------------------------------
    "INVALID_INPUT": (
        "Certaines informations ne conviennent pas. Veuillez vérifier les champs signalés.",
        "Some information does not fit. Please check the fields shown.",
    ),
    "ACTIVATION_KEY_MALFORMED": (
        "Cette clé d'activation n'est pas complète ou comporte une erreur. Attention, certaines lettres et chiffres "
        "peuvent être confondus (comme le chiffre 0 avec la lettre O, ou le chiffre 1 avec la lettre l).",
        "This activation key is incomplete or mistyped. Some letters and digits are easily confused "
        "(the digit 0 and the letter O, or the digit 1 and the letter l).",
    ),
    "PROOF_REFUSED": (
        "Les informations saisies pour ce compte sont incorrectes. Veuillez vérifier votre saisie.",
        "The information entered for this account is incorrect. Please check what you typed.",
    ),
    "PROOF_EXPIRED": (
        "Votre vérification a expiré. Veuillez saisir à nouveau votre clé ou votre numéro de contrat.",
        "Your verification has expired. Please enter your key or contract number again.",
    ),
    "OPERATOR_NOT_FOUND": (
        "Cette collectivité ou société n'est pas connue.",
        "This authority or company is not known.",
    ),
    "REQUESTS_CLOSED": (
        "Ce service n'accepte pas de demande d'ouverture de compte sans clé d'activation.",
        "This service takes no account request without an activation key.",
    ),
    "TERMS_OUTDATED": (
        "Les conditions générales d'utilisation ont changé. Veuillez lire et accepter la nouvelle version.",
        "The terms of service have changed. Please read and accept the new version.",
    ),
    "CHALLENGE_FAILED": (
        "Sécurité : veuillez confirmer que vous n'êtes pas un robot.",
        "Security: please confirm that you are not a robot.",
    ),
    "LINK_INVALID": (
        "Ce lien ou ce code n'est pas valable.",
        "This link or code is not valid.",
    ),
    "LINK_EXPIRED": (
        "Ce lien n'est plus valable : son délai est dépassé. Vous devez recommencer la procédure.",
        "This link has expired. You need to start again.",
    ),
    "LINK_USED": (
        "Ce lien a déjà été utilisé, ou un lien plus récent vous a été envoyé.",
        "This link has already been used, or a newer one was sent to you.",
    ),
    "LOGIN_REFUSED": (
        "L'e-mail ou le mot de passe est incorrect, ou le compte n'est pas encore validé.",
        "The e-mail or password is incorrect, or the account is not confirmed yet.",
    ),
    "UNAVAILABLE": (
        "Le service est momentanément indisponible. Rien n'a été enregistré : veuillez réessayer dans un instant.",
        "The service is unavailable for the moment. Nothing was saved: please try again shortly.",
    ),
    "UNAVAILABLE.unknown": (
        "Le service a été interrompu pendant l'enregistrement. Nous ne savons pas si votre demande a été enregistrée : "
        "vérifiez-le avant de recommencer.",
        "The service was interrupted while saving. We do not know whether your request was saved: "
        "check before you try again.",
    ),
    "LOGIN_REQUIRED": ("Veuillez vous connecter.", "Please sign in."),
    "REAUTHENTICATION_REQUIRED": (
        "Veuillez saisir à nouveau votre mot de passe.",
        "Please enter your password again.",
    ),
    "NOT_ALLOWED": ("Cette opération n'est pas permise.", "This is not allowed."),
    "NOT_FOUND": ("Cet élément n'existe pas ou plus.", "This does not exist, or no longer does."),
    "CONFLICT": (
        "Une autre modification a été faite entre-temps. Veuillez recommencer.",
        "Another change was made in the meantime. Please try again.",
    ),
    "CONFLICT.settled": (
        "Ce contrat vient d'être rattaché à un autre compte. Si ce n'est pas le vôtre, contactez votre service.",
        "This contract has just been attached to another account. If it is not yours, contact your service.",
    ),
    "CONFLICT.account-exists": (
        "Un compte existe déjà pour cette adresse. Nous venons de vous envoyer un e-mail pour y ajouter ce contrat : "
        "connectez-vous, ou choisissez un nouveau mot de passe si vous ne le connaissez pas.",
        "There is an account for this address already. We have just sent you an e-mail to add this contract to it: "
        "sign in, or choose a new password if you do not know it.",
    ),
    "CONFLICT.email-taken": (
        "Cette adresse e-mail est déjà celle d'un compte.",
        "This e-mail address already belongs to an account.",
    ),
    "RATE_LIMITED": (
        "Trop de tentatives. Veuillez patienter avant de réessayer.",
        "Too many attempts. Please wait before trying again.",
    ),
    # -- faults --------------------------------------------------------------------------------------------------
    "fault.REQUIRED": ("Ce champ est obligatoire.", "This field is required."),
    "fault.INVALID": ("Cette valeur ne convient pas.", "This value does not fit."),
    "fault.TOO_LONG": (
        "Cette valeur est trop longue ({max} caractères au plus).",
        "Too long ({max} characters at most).",
    ),
    # -- password rules (seed 004 step 3) ------------------------------------------------------------------------
    "fault.MIN_LENGTH": ("{min} caractères", "{min} characters"),
    "fault.LOWERCASE": ("Un caractère en minuscule", "A lower-case letter"),
    "fault.UPPERCASE": ("Un caractère en majuscule", "An upper-case letter"),
    "fault.DIGIT": ("Un nombre", "A digit"),
    "fault.SPECIAL": ("Un caractère spécial", "A special character"),
    "fault.COMMON": ("Un mot de passe moins courant", "A less common password"),
    "fault.PERSONAL": (
        "Un mot de passe sans votre nom ni votre e-mail",
        "A password without your name or e-mail",
    ),
    # -- good news -----------------------------------------------------------------------------------------------
    "registration.pending": (
        "Votre compte a bien été créé. Vous devez à présent cliquer sur le lien d'activation contenu dans le mail "
        "qui vous a été envoyé.",
        "Your account has been created. You now need to click the activation link in the e-mail that was sent to you.",
    ),
    "registration.confirmed": ("Votre compte a été validé.", "Your account has been confirmed."),
    "registration.disowned": (
        "Merci. Cette inscription est annulée et rien n'a été créé à votre nom.",
        "Thank you. This registration is cancelled and nothing was created in your name.",
    ),
    "confirmation.sent": (
        "Si une inscription attend d'être confirmée à cette adresse, un nouvel e-mail vous a été envoyé. "
        "Pensez à vérifier vos courriers indésirables.",
        "If a registration is waiting for that address, a new e-mail has been sent. Please check your spam folder too.",
    ),
    "request.received": (
        "Votre demande a bien été reçue. Confirmez votre adresse e-mail avec le lien qui vous a été envoyé.",
        "Your request has been received. Confirm your e-mail address with the link that was sent to you.",
    ),
    "request.confirmed": (
        "Votre adresse est confirmée. Votre demande a été transmise à votre service.",
        "Your address is confirmed. Your request has been passed on to your service.",
    ),
    "logged-out": ("Vous êtes déconnecté.", "You are signed out."),
    "reset.requested": (
        "Si votre compte existe, un e-mail vous a été adressé. Il contient toutes les informations nécessaires.",
        "If your account exists, an e-mail has been sent to you. It holds all the information you need.",
    ),
    "password.updated": ("Votre mot de passe a été mis à jour.", "Your password has been updated."),
    "email.change-requested": (
        "Un e-mail a été envoyé à votre nouvelle adresse. Cliquez sur le lien qu'il contient pour la confirmer.",
        "An e-mail has been sent to your new address. Click the link in it to confirm.",
    ),
    "email.changed": ("Votre adresse e-mail a été modifiée.", "Your e-mail address has been changed."),
    "email.undone": (
        "Votre ancienne adresse e-mail est rétablie. L'ancien mot de passe ne fonctionne plus : choisissez-en un "
        "nouveau avec le lien qui vient de vous être envoyé.",
        "Your former e-mail address is restored. The former password no longer works: choose a new one with the link "
        "that was just sent to you.",
    ),
    "contract.linked": (
        "Le contrat a été ajouté à votre compte.",
        "The contract has been added to your account.",
    ),
    "session.revoked": ("Cet appareil a été déconnecté.", "That device has been signed out."),
    "consent.withdrawn": (
        "Ce service n'a plus accès à votre compte.",
        "This service no longer has access to your account.",
    ),
    "account.closed": (
        "Votre compte est fermé. Vos données personnelles seront effacées dans 30 jours.",
        "Your account is closed. Your personal data will be erased in 30 days.",
    ),
}


def say(language: str, name: str, **facts: Any) -> str:
    """The sentence of this name in this language (`en`, or else French)."""
    french, english = _SENTENCES[name]
    return (english if language == "en" else french).format(**facts)


def knows(name: str) -> bool:
    """Is there a sentence of this name?"""
    return name in _SENTENCES
