"""What each scope and claim lets a service do or know, in French and English, as consent pages say it."""

WORDS: dict[str, tuple[str, str]] = {
    "scope.openid": (
        "vous reconnaître d’une visite à l’autre, par un identifiant qui n’est connu que de lui",
        "recognise you from one visit to the next, by an identifier that no other service knows",
    ),
    "scope.profile": ("connaître votre identité", "know who you are"),
    "scope.email": ("connaître votre adresse e-mail", "know your e-mail address"),
    "scope.phone": ("connaître votre téléphone", "know your telephone number"),
    "scope.address": ("connaître votre adresse postale", "know your postal address"),
    "scope.contracts": ("connaître vos contrats", "know your contracts"),
    "scope.legal_identity": ("savoir à quel titre vous agissez", "know in what capacity you act"),
    "scope.offline_access": (
        "garder cet accès en votre absence, pendant six mois au plus",
        "keep this access while you are away, for six months at most",
    ),
    "scope.account": (
        "gérer votre compte à votre place : profil, contrats, appareils connectés",
        "manage your account for you: profile, contracts, signed-in devices",
    ),
    "scope.other": ("utiliser l’accès « {scope} »", "use the access “{scope}”"),
    # -- what each claim is --------------------------------------------------------------------------------------------
    "claim.name": ("votre nom complet", "your full name"),
    "claim.given_name": ("votre prénom", "your given name"),
    "claim.family_name": ("votre nom de famille", "your family name"),
    "claim.middle_name": ("vos autres prénoms", "your middle names"),
    "claim.nickname": ("votre surnom", "your nickname"),
    "claim.preferred_username": ("votre nom d’utilisateur", "your user name"),
    "claim.profile": ("l’adresse de votre page", "your profile page"),
    "claim.picture": ("votre photo", "your picture"),
    "claim.website": ("votre site", "your website"),
    "claim.gender": ("votre civilité", "your gender"),
    "claim.birthdate": ("votre date de naissance", "your date of birth"),
    "claim.zoneinfo": ("votre fuseau horaire", "your time zone"),
    "claim.locale": ("la langue dans laquelle on vous écrit", "the language that you are written to in"),
    "claim.updated_at": ("la date de leur dernière modification", "when these last changed"),
    "claim.email": ("votre adresse e-mail", "your e-mail address"),
    "claim.email_verified": ("le fait qu’elle a été vérifiée", "whether it was checked"),
    "claim.phone_number": ("votre numéro de téléphone", "your telephone number"),
    "claim.phone_number_verified": ("le fait qu’il a été vérifié ou non", "whether it was checked"),
    "claim.address": ("l’adresse de votre premier contrat", "the address of your first contract"),
    "claim.contracts": (
        "pour chaque contrat : son distributeur, son numéro, les services fournis",
        "for each contract: its operator, its number, the services supplied",
    ),
    "claim.legal_identity": (
        "particulier, entreprise, association… et le nom de l’organisation",
        "individual, company, association… and the organisation’s name",
    ),
}
