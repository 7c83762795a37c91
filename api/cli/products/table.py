"""The products, one row each: what was seen of each one's own code and documentation. Holds no logic."""

from api.cli.products import Product, Way

_OFFLINE = "openid profile email offline_access"
_USUAL = "openid profile email"

_ROWS = (
    Product(
        "oidc-client-ts", "oidc-client-ts", "the page's address",
        redirects=("/callback",), goodbyes=("/",), files=("oidc.ts",),
        way=Way(auth="none", nonce=False, refreshes=True), more={"scope": _OFFLINE},
        notes=(
            "It runs in the page and keeps no secret: a public client, with PKCE.",
            "`loadUserInfo` fetches name and e-mail; without it `profile` holds who and when, and nothing else.",
            "Renewal is by refresh token (`offline_access`). The hidden frame that it falls back to without one "
            "cannot work: browsers send no cookie of Parvis's into a frame of another site.",
        ),
    ),
    Product(
        "express-openid-connect", "express-openid-connect", "the application's address",
        redirects=("/callback",), goodbyes=("",), backchannel="/backchannel-logout",
        files=("auth.js",), way=Way(reads="id_token"), more={"scope": _USUAL},
        notes=(
            "`req.oidc.user` is the ID token and nothing else: its name and e-mail are there because this client is "
            "registered with `--id-token-claims`.",
            "Sign-outs that Parvis tells of are kept in `store`: with several processes take one that they share.",
        ),
    ),
    Product(
        "jupyterhub", "JupyterHub", "the hub's address",
        redirects=("/hub/oauth_callback",), goodbyes=("/hub/login",), files=("jupyterhub_config.py",),
        way=Way(auth="client_secret_post", nonce=False, leaves="client_id"), more={"scope": _USUAL},
        notes=(
            "`pip install oauthenticator`, 17 or newer. Users are named by their `sub`, which never changes; who may "
            "come in is yours to say (`allow_all`, `allowed_users`).",
            "It keeps no ID token to sign out with: Parvis asks citizens once whether they want to leave there too.",
        ),
    ),
    Product(
        "oidc-agent", "oidc-agent", "not needed: it runs on people's own machines",
        redirects=("http://localhost:4242", "http://localhost:8080", "http://localhost:43985"),
        files=("oidc-gen.sh",), way=Way(auth="none", nonce=False, refreshes=True, leaves=""),
        more={"scope": _OFFLINE, "application_type": "native", "device": True},
        notes=(
            "A public, native client: it has no secret, and Parvis never answers it without a person's consent at "
            "that moment.",
            "Where no browser is at hand: `oidc-gen --flow=device …` (RFC 8628).",
        ),
    ),
    Product(
        "oauth2-proxy", "oauth2-proxy", "the address of what stands behind the proxy",
        redirects=("/oauth2/callback",), goodbyes=("/",), files=("oauth2-proxy.cfg",),
        way=Way(refreshes=True, leaves="client_id"), more={"scope": _OFFLINE},
        notes=(
            "Sign people out with `/oauth2/sign_out?rd=` followed by the address in the file's last comment, "
            "percent-encoded.",
            "`cookie_refresh` is shorter than the five minutes that an access token lives.",
        ),
    ),
    Product(
        "keycloak", "Keycloak, as identity broker", "the realm's address, such as https://sso.exemple.fr/realms/ville",
        redirects=("/broker/parvis/endpoint",), goodbyes=("/broker/parvis/endpoint/logout_response",),
        backchannel="/protocol/openid-connect/logout/backchannel-logout",
        files=("parvis.json", "import.sh"), way=Way(auth="client_secret_post"), more={"scope": _USUAL},
        notes=(
            "The alias is `parvis`: it is part of the redirect URI.",
            "E-mail addresses of Parvis are confirmed (`trustEmail`).",
        ),
    ),
    Product(
        "spring-boot", "Spring Boot", "the application's address",
        redirects=("/login/oauth2/code/parvis",), goodbyes=("/",),
        backchannel="/logout/connect/back-channel/parvis",
        files=("application.yml", "Security.java"), way=Way(pkce=False), more={"scope": _USUAL},
        notes=(
            "`spring-boot-starter-oauth2-client`. For a client with a secret Spring Security sends PKCE from 7.0 on; "
            "then have the agent demand it (`--require-pkce`).",
            "Users are named by `sub`. Never take `email` as the key: an address may change hands.",
        ),
    ),
    Product(
        "django-allauth", "django-allauth", "the site's address",
        redirects=("/accounts/oidc/parvis/login/callback/",), goodbyes=("/",), files=("settings.py",),
        way=Way(auth="client_secret_post", nonce=False, leaves="client_id"), more={"scope": _USUAL},
        notes=(
            "Beside what `allauth` itself wants: `allauth.socialaccount` and "
            "`allauth.socialaccount.providers.openid_connect` in `INSTALLED_APPS`, `include(\"allauth.urls\")` at "
            "`/accounts/`.",
            "It signs out at the site alone; `LOGOUT_REDIRECT_URL` leads on to Parvis, which asks citizens once "
            "whether they want to leave there too.",
        ),
    ),
    Product(
        "lemonldap-ng", "LemonLDAP::NG", "the portal's address",
        redirects=("/?openidconnectcallback=1", "?openidconnectcallback=1"), goodbyes=("/?logout=1", "?logout=1"),
        backchannel="/oauth2/blogout", files=("parvis.sh",),
        way=Way(auth="client_secret_post", pkce=False), more={"scope": _USUAL},
        notes=(
            "Versions differ in whether a slash stands before the `?`: both addresses are registered.",
            "It sends no PKCE to a provider: leave `--require-pkce` alone.",
        ),
    ),
    Product(
        "passport-openidconnect", "passport-openidconnect", "the application's address",
        redirects=("/login/callback",), goodbyes=("/",), files=("passport.js",),
        way=Way(auth="client_secret_post", pkce=False, reads="id_token"), more={"scope": _USUAL},
        notes=(
            "It sends no PKCE: leave `--require-pkce` alone.",
            "`profile` is read from the ID token, which holds name and e-mail because this client is registered with "
            "`--id-token-claims`.",
        ),
    ),
    Product(
        "flask-pyoidc", "Flask-pyoidc", "the application's address",
        redirects=("/redirect_uri",), goodbyes=("/logout",), files=("app.py",),
        way=Way(pkce=False), more={"scope": _USUAL},
        notes=(
            "It sends no PKCE: leave `--require-pkce` alone.",
            "Without `OIDC_CLOCK_SKEW` it refuses a token whose `iat` is a second ahead of its own clock.",
        ),
    ),
    Product(
        "synapse", "Synapse (Matrix)", "the homeserver's public_baseurl",
        redirects=("/_synapse/client/oidc/callback",), backchannel="/_synapse/client/oidc/backchannel_logout",
        files=("homeserver.yaml",), way=Way(leaves=""), more={"scope": _USUAL},
        notes=(
            "Who signs in is known by `sub`; the Matrix name is chosen by the person the first time "
            "(`confirm_localpart`).",
            "Who signs out at Parvis is signed out here (`backchannel_logout_enabled`).",
        ),
    ),
    Product(
        "pgadmin", "pgAdmin", "pgAdmin's address",
        redirects=("/oauth2/authorize",), goodbyes=("/",), files=("config_local.py",),
        way=Way(reads="id_token", leaves="client_id"), more={"scope": _USUAL},
        notes=(
            "With a metadata address it reads the ID token first, and userinfo only where that says too little: it is "
            "registered with `--id-token-claims`, so that both say the same.",
            "`OAUTH2_USERNAME_CLAIM` is `sub`, so that an address that changes hands opens nothing.",
        ),
    ),
    Product(
        "authjs", "Auth.js", "the application's address",
        redirects=("/auth/callback/parvis", "/api/auth/callback/parvis"), files=("auth.js",),
        goodbyes=("/",), way=Way(reads="id_token", leaves="client_id"), more={"scope": _USUAL},
        notes=(
            "Both of its usual paths are registered: `/auth` (Express, SvelteKit) and `/api/auth` (Next.js).",
            "It reads the ID token alone, which holds name and e-mail because this client is registered with "
            "`--id-token-claims`.",
            "`signOut` ends the application's own session; the address in the file's last comment leads on to Parvis, "
            "which asks citizens once whether they want to leave there too.",
        ),
    ),
)  # fmt: skip

PRODUCTS = {product.name: product for product in _ROWS}
