// What the pages say, in French and English. What the server says of an answer comes from the server.

const WORDS = {
  site: ["Espace usager", "Residents’ area"],
  demo: ["Ceci est une démonstration : les e-mails arrivent dans", "This is a demonstration: e-mails arrive in"],
  "demo.mailbox": ["la boîte aux lettres", "the mailbox"],
  wait: ["Un instant…", "One moment…"],
  proving: [
    "Vérification automatique que vous n’êtes pas un robot, quelques secondes…",
    "Checking automatically that you are not a robot, a few seconds…",
  ],
  unanswered: [
    "Le service ne répond pas. Vérifiez votre connexion, puis réessayez.",
    "The service does not answer. Check your connection, then try again.",
  ],
  insecure: [
    "Cette page n’est pas ouverte en https : votre navigateur ne peut pas faire la vérification de sécurité. " +
      "Ouvrez-la avec une adresse qui commence par https://.",
    "This page was not opened over https: your browser cannot do the security check. " +
      "Open it with an address that begins with https://.",
  ],
  unsolved: [
    "La vérification de sécurité n’a pas abouti. Veuillez réessayer.",
    "The security check did not succeed. Please try again.",
  ],
  retry: ["Réessayez dans {time}.", "Try again in {time}."],
  seconds: ["{count} s", "{count} s"],
  minutes: ["{count} min", "{count} min"],
  "fault.some": ["Veuillez vérifier les champs signalés.", "Please check the fields shown."],
  "fault.required": ["Ce champ est obligatoire.", "This field is required."],
  fault: ["{label} : {fault}", "{label}: {fault}"],
  optional: ["{label} (facultatif)", "{label} (optional)"],
  choose: ["Choisissez", "Choose"],
  again: ["Réessayer", "Try again"],
  "again.home": ["Retour à l’accueil", "Back to the start"],

  email: ["Adresse e-mail", "E-mail address"],
  "email.hint": ["Par exemple nom@exemple.fr", "For example name@example.org"],
  password: ["Mot de passe", "Password"],
  "password.new": ["Nouveau mot de passe", "New password"],
  "password.again": ["Confirmez le mot de passe", "Confirm the password"],
  "password.differs": ["Les deux mots de passe ne sont pas les mêmes.", "The two passwords are not the same."],
  "password.show": ["Afficher le mot de passe", "Show the password"],
  "password.rules": [
    "Pour des raisons de sécurité, votre mot de passe doit contenir :",
    "For security, your password must hold:",
  ],
  "password.kept": ["rempli", "done"],
  "password.broken": ["manque", "missing"],
  "password.later": ["vérifié à l’envoi", "checked when sent"],
  "password.missing": ["Il manque : {rules}.", "Missing: {rules}."],
  "password.good": ["Tous les critères vérifiables sont remplis.", "Every rule that can be checked here is met."],

  "home.title": ["Mon espace usager", "My account"],
  "home.text": [
    "Ce service tient le compte avec lequel vous accédez aux démarches de votre collectivité ou de votre " +
      "distributeur : eau, assainissement, déchets.",
    "This service keeps the account that you use with your local authority or supplier: water, sanitation, waste.",
  ],
  "home.login": ["Accéder à mon compte", "Sign in"],
  "home.new": ["Pas encore de compte ?", "No account yet?"],
  "home.signed": ["Vous êtes connecté avec l’adresse {email}.", "You are signed in as {email}."],
  "home.contracts": ["Mes contrats", "My contracts"],
  "home.logout": ["Me déconnecter", "Sign out"],
  login: ["Connexion", "Sign in"],
  stay: ["Maintenir la connexion", "Keep me signed in"],
  "way.register": ["Ouvrir un compte maintenant", "Open an account now"],
  "way.signed": ["J’ai déjà un compte : me connecter", "I have an account: sign in"],
  "way.back": ["Continuer vers {name}", "Go on to {name}"],
  "way.restart": ["Recommencer depuis le choix de la commune", "Start again from the choice of the commune"],
  "way.attach": ["Ajouter un contrat à mon compte", "Add a contract to my account"],
  "way.login": ["Accéder à mon compte", "Go to my account"],
  "way.forgot": ["J’ai oublié mon mot de passe", "I forgot my password"],
  "way.resend": ["Recevoir un nouvel e-mail de confirmation", "Get a new confirmation e-mail"],

  "forgot.title": ["Mot de passe oublié ?", "Forgot your password?"],
  "forgot.text": [
    "Saisissez l’adresse e-mail de votre compte : vous y recevrez un lien, valable une heure, pour choisir un " +
      "nouveau mot de passe.",
    "Enter the e-mail address of your account: you will get a link, good for one hour, to choose a new password.",
  ],
  "forgot.button": ["Valider", "Send"],
  "sent.title": ["Consultez votre messagerie", "Check your mailbox"],
  "sent.spam": [
    "Vérifiez que cet e-mail n’est pas arrivé dans votre dossier « Courriers indésirables » ou « Spam ».",
    "Make sure that the e-mail has not gone to your spam folder.",
  ],

  "link.sent": ["Ce lien a été envoyé à {email}.", "This link was sent to {email}."],
  "link.by": ["De la part de : {operator}.", "On behalf of: {operator}."],
  "link.until": ["Il est valable jusqu’au {time}.", "It is good until {time}."],
  "link.missing": [
    "L’adresse de cette page est incomplète. Ouvrez à nouveau le lien de l’e-mail, en entier.",
    "The address of this page is incomplete. Open the link of the e-mail again, all of it.",
  ],
  "link.broken": ["Lien inutilisable", "This link cannot be used"],
  "link.UNKNOWN": [
    "Ce lien n’est pas valable. Vérifiez que vous l’avez ouvert en entier, ou demandez-en un nouveau.",
    "This link is not valid. Make sure that you opened all of it, or ask for a new one.",
  ],
  "link.EXPIRED": [
    "Ce lien n’est plus valable : son délai est dépassé.",
    "This link is no longer valid: it has expired.",
  ],
  "link.USED": [
    "Ce lien a déjà été utilisé, ou un lien plus récent vous a été envoyé.",
    "This link was already used, or a newer one was sent to you.",
  ],

  "confirm.title": ["Confirmer mon adresse e-mail", "Confirm my e-mail address"],
  "confirm.text": [
    "L’ouverture d’un compte a été demandée avec cette adresse. Si c’est vous, confirmez-la.",
    "An account was requested with this address. If that was you, confirm it.",
  ],
  "confirm.button": ["Confirmer mon adresse", "Confirm my address"],
  "confirm.EXPIRED": [
    "Ce lien n’était valable que 48 heures. Vous devez recommencer la procédure ; votre clé ou votre contrat " +
      "peut servir à nouveau.",
    "This link was good for 48 hours only. You need to start again; your key or contract can be used again.",
  ],
  "confirm.USED": [
    "Ce lien a déjà été utilisé : si vous avez confirmé votre adresse, connectez-vous. Sinon, ouvrez le lien du " +
      "dernier e-mail reçu.",
    "This link was already used: if you have confirmed your address, sign in. If not, open the link of the " +
      "latest e-mail.",
  ],
  "disown.other": ["Vous n’avez rien demandé ?", "You asked for nothing?"],
  "disown.me": ["Ce n’est pas moi", "This was not me"],
  "disown.title": ["Ce n’est pas moi", "This was not me"],
  "disown.text": [
    "Quelqu’un a demandé un compte avec votre adresse ? Annulez sa demande : rien ne sera créé à votre nom.",
    "Has someone asked for an account with your address? Cancel it: nothing will be created in your name.",
  ],
  "disown.button": ["Annuler cette demande", "Cancel this request"],
  "reset.title": ["Choisir un nouveau mot de passe", "Choose a new password"],
  "reset.text": [
    "Il remplacera l’ancien ; vos autres appareils seront déconnectés.",
    "It will replace the former one; your other devices will be signed out.",
  ],
  "reset.button": ["Valider", "Save"],
  "activate.title": ["Activer mon compte", "Activate my account"],
  "activate.text": [
    "Votre demande a été acceptée. Choisissez votre mot de passe : votre compte sera ouvert.",
    "Your request was accepted. Choose your password: your account will be open.",
  ],
  "activate.button": ["Ouvrir mon compte", "Open my account"],
  "activate.termless": [
    "Ce lien ne dit pas de quel service il vient. Contactez le service qui a accepté votre demande.",
    "This link does not say which service it comes from. Contact the service that accepted your request.",
  ],
  "activate.EXPIRED": [
    "Ce lien n’est plus valable. Demandez-en un nouveau au service qui a accepté votre demande.",
    "This link has expired. Ask the service that accepted your request for a new one.",
  ],
  "link-contract.title": ["Ajouter ce contrat à mon compte", "Add this contract to my account"],
  "link-contract.text": [
    "Vous avez déjà un compte avec cette adresse : connectez-vous pour y ajouter le contrat.",
    "You already have an account with this address: sign in to add the contract to it.",
  ],
  "link-contract.button": ["Ajouter ce contrat", "Add this contract"],
  "link-contract.other": [
    "Ce lien est pour le compte de {email}. Déconnectez-vous, puis connectez-vous avec cette adresse.",
    "This link is for the account of {email}. Sign out, then sign in with that address.",
  ],
  "confirm-request.title": ["Confirmer ma demande de compte", "Confirm my account request"],
  "confirm-request.text": [
    "Un compte a été demandé avec cette adresse. Si c’est vous, confirmez-la : un agent étudiera votre demande.",
    "An account was requested with this address. If that was you, confirm it: an agent will look at your request.",
  ],
  "confirm-request.button": ["Confirmer mon adresse et envoyer ma demande", "Confirm my address and send my request"],
  "confirm-request.USED": ["Cette demande a déjà été transmise.", "This request was already passed on."],
  "confirm-email.title": ["Confirmer ma nouvelle adresse", "Confirm my new address"],
  "confirm-email.text": [
    "Vous vous connecterez désormais avec cette adresse ; l’ancienne en sera avertie.",
    "You will sign in with this address from now on; the former one will be told.",
  ],
  "confirm-email.button": ["Utiliser cette adresse", "Use this address"],
  "undo-email.title": ["Reprendre mon ancienne adresse", "Take my former address back"],
  "undo-email.text": [
    "L’adresse de votre compte a été changée. Si ce n’est pas vous, reprenez votre ancienne adresse : tous les " +
      "appareils seront déconnectés et vous recevrez un lien pour choisir un nouveau mot de passe.",
    "The address of your account was changed. If that was not you, take your former address back: every device " +
      "will be signed out, and you will get a link to choose a new password.",
  ],
  "undo-email.button": ["Reprendre mon ancienne adresse", "Take my former address back"],
  "undo-email.EXPIRED": [
    "Ce lien n’était valable que 7 jours. Si vous n’avez pas demandé ce changement, contactez votre service.",
    "This link was good for 7 days only. If you did not ask for that change, contact your service.",
  ],

  step: ["Ouverture de mon compte, étape {step} sur 4", "Opening my account, step {step} of 4"],
  "commune.title": ["Votre commune", "Your commune"],
  "commune.label": ["Nom ou code postal de la commune", "Name or postcode of the commune"],
  "commune.button": ["Chercher", "Search"],
  "commune.found": ["Communes trouvées : {count}. Choisissez la vôtre.", "Communes found: {count}. Choose yours."],
  "commune.none": ["Aucune commune ne commence ainsi.", "No commune begins like that."],
  "commune.operators": ["Qui gère votre contrat ?", "Who manages your contract?"],
  "commune.nobody": [
    "Aucun service de {commune} n’ouvre encore de compte ici.",
    "No service of {commune} opens accounts here yet.",
  ],
  "commune.other": ["Choisir une autre commune", "Choose another commune"],
  continue: ["Continuer", "Continue"],
  WATER: ["eau", "water"],
  WASTEWATER: ["assainissement", "wastewater"],
  WASTE: ["déchets", "waste"],
  OTHER: ["autres services", "other services"],
  "waiting.here": [
    "Une inscription attend sa confirmation dans ce navigateur : {email}.",
    "A registration waits for its confirmation in this browser: {email}.",
  ],
  "waiting.button": ["Saisir le code reçu", "Enter the code received"],

  "proof.title": ["Êtes-vous abonné ?", "Are you a subscriber?"],
  "proof.operator": ["Votre contrat est géré par : {operator}.", "Your contract is managed by: {operator}."],
  "key.title": ["J’ai une clé d’activation", "I have an activation key"],
  "key.label": ["Clé d’activation", "Activation key"],
  "key.hint": [
    "Sous la forme XXXX-XXXX-XXXX-XXXX. Attention, certaines lettres et chiffres peuvent être confondus (comme le " +
      "chiffre 0 avec la lettre O, ou le chiffre 1 avec la lettre l).",
    "Like XXXX-XXXX-XXXX-XXXX. Some letters and digits are easily confused (the digit 0 and the letter O, or the " +
      "digit 1 and the letter l).",
  ],
  "key.button": ["Valider ma clé d’activation", "Check my activation key"],
  "key.kept": [
    "Votre clé {key} sera déjà inscrite. Choisissez d’abord votre commune.",
    "Your key {key} will be filled in. First choose your commune.",
  ],
  "contract.title": ["J’ai une facture", "I have a bill"],
  "contract.label": ["Numéro de contrat", "Contract number"],
  "contract.hint": ["7 chiffres, sans la lettre", "7 digits, without the letter"],
  "meter.label": ["Numéro de compteur", "Meter number"],
  "meter.hint": ["Présent sur vos factures", "It is on your bills"],
  "keyless.title": ["Je n’ai pas de clé d’activation", "I have no activation key"],
  "keyless.text": [
    "Demandez l’ouverture de votre compte : un agent étudiera votre demande.",
    "Ask for an account: an agent will look at your request.",
  ],
  "keyless.button": ["Demander l’ouverture de mon compte", "Ask for an account"],

  "form.title": ["Mes informations", "My details"],
  "form.you": ["Vos informations", "About you"],
  "form.address": ["Votre adresse", "Your address"],
  "form.login": ["Identifiants de votre compte", "How you will sign in"],
  "form.button": ["Valider ma demande", "Send"],
  nature: ["Nature juridique", "Legal nature"],
  INDIVIDUAL: ["Particulier", "Private person"],
  SOLE_TRADER: ["Entrepreneur individuel", "Sole trader"],
  COMPANY: ["Société", "Company"],
  ASSOCIATION: ["Association", "Association"],
  PUBLIC_BODY: ["Organisme public", "Public body"],
  CO_OWNERSHIP: ["Copropriété", "Co-ownership"],
  civility: ["Civilité", "Title"],
  MADAM: ["Madame", "Madam"],
  SIR: ["Monsieur", "Sir"],
  organization: ["Raison sociale", "Name of the organisation"],
  family: ["Nom", "Family name"],
  given: ["Prénom", "Given name"],
  phone: ["Téléphone", "Telephone"],
  mobile: ["Mobile", "Mobile"],
  "phone.known": ["Votre service connaît le {phone}.", "Your service knows {phone}."],
  street: ["Numéro et rue", "Number and street"],
  postcode: ["Code postal", "Postcode"],
  city: ["Commune", "Town"],
  comment: ["Message pour l’agent", "Message for the agent"],
  terms: ["J’accepte les", "I accept the"],
  "terms.link": ["conditions générales d’utilisation (nouvel onglet)", "terms of service (new tab)"],
  "terms.must": [
    "Veuillez accepter les conditions générales d’utilisation.",
    "Please accept the terms of service.",
  ],
  robot: [
    "Sécurité : une vérification automatique confirmera que vous n’êtes pas un robot.",
    "Security: an automatic check will confirm that you are not a robot.",
  ],

  "waiting.until": [
    "L’e-mail est parti à {email}. Son lien et son code sont valables jusqu’au {time}.",
    "The e-mail went to {email}. Its link and its code are good until {time}.",
  ],
  "code.title": ["Confirmer avec le code", "Confirm with the code"],
  "code.label": ["Code à six chiffres de l’e-mail", "Six-digit code of the e-mail"],
  "code.button": ["Confirmer mon adresse", "Confirm my address"],
  "resend.title": ["Je n’ai rien reçu", "Nothing came"],
  "resend.text": ["Possible à partir de {time}.", "Possible from {time}."],
  "resend.button": ["Recevoir un nouvel e-mail de confirmation", "Get a new confirmation e-mail"],
  "correct.title": ["L’adresse est fausse", "The address is wrong"],
  "correct.label": ["La bonne adresse e-mail", "The right e-mail address"],
  "correct.button": ["Corriger l’adresse", "Correct the address"],
  "confirmed.title": ["Votre compte a été validé.", "Your account has been confirmed."],
  "attach.title": ["Ajouter ce contrat à mon compte", "Add this contract to my account"],
  "reference.label": ["Référence de votre demande, à conserver :", "Reference of your request, to keep:"],

  "terms.title": ["Conditions générales d’utilisation", "Terms of service"],
  "terms.version": ["{operator}, version {version}", "{operator}, version {version}"],
  "terms.text": [
    "Le compte est personnel. Les informations que vous donnez servent à vous reconnaître comme abonné et à vous " +
      "donner accès aux démarches de ce service. Vous pouvez les corriger, et fermer votre compte à tout moment : " +
      "vos données personnelles sont effacées 30 jours plus tard.",
    "The account is personal. What you tell is used to recognise you as a subscriber and to give you access to this " +
      "service. You can correct it, and close your account at any time: your personal data are erased 30 days later.",
  ],
  "terms.unknown": ["Ce service n’est pas connu.", "This service is not known."],
};

const spoken = globalThis.navigator?.languages?.map((tag) => tag.slice(0, 2).toLowerCase()) ?? [];
export const language = spoken.find((tag) => tag === "fr" || tag === "en") ?? "fr";

// The words of this name, `{facts}` filled in.
export function say(name, facts = {}) {
  const words = WORDS[name][language === "en" ? 1 : 0];
  const filled = words.replace(/\{(\w+)\}/g, (all, fact) => facts[fact] ?? all);
  return language === "fr" ? spaced(filled) : filled;
}

export const has = (name) => name in WORDS;

// `20 novembre 2026 à 14:05`, or the hour alone.
export function when(moment, hourAlone = false) {
  const style = hourAlone ? { timeStyle: "medium" } : { dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat(language, style).format(new Date(moment));
}

// French wants spaces that do not break inside « » and before ? ! : ;
function spaced(text) {
  return text.replace(/« /g, "«\u00a0").replace(/ ([»?!:;])/g, "\u00a0$1");
}
