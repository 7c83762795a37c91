"""The settings of a Django project that leaves sign-in to Parvis; below the line, Django's own."""

import os

import requests

ISSUER = os.environ["OIDC_ISSUER"]
_PROVIDER = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()

OIDC_OP_AUTHORIZATION_ENDPOINT = _PROVIDER["authorization_endpoint"]
OIDC_OP_TOKEN_ENDPOINT = _PROVIDER["token_endpoint"]
OIDC_OP_USER_ENDPOINT = _PROVIDER["userinfo_endpoint"]
OIDC_OP_JWKS_ENDPOINT = _PROVIDER["jwks_uri"]
OIDC_OP_END_SESSION_ENDPOINT = _PROVIDER["end_session_endpoint"]
OIDC_RP_CLIENT_ID = os.environ["OIDC_CLIENT_ID"]
OIDC_RP_CLIENT_SECRET = os.environ["OIDC_CLIENT_SECRET"]
OIDC_RP_SIGN_ALGO = "ES256"
OIDC_RP_SCOPES = "openid profile email"
OIDC_USE_PKCE = True
OIDC_TIMEOUT = 10
OIDC_STORE_ID_TOKEN = True  # the hint that spares citizens a question at sign-out
OIDC_OP_LOGOUT_URL_METHOD = "parvis.logout_url"
OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS = 15 * 60  # then Parvis is asked, unseen, whether they are still signed in

AUTHENTICATION_BACKENDS = ["parvis.Backend"]
LOGIN_URL = "oidc_authentication_init"
LOGIN_REDIRECT_URL = "/me"
LOGOUT_REDIRECT_URL = "/"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mozilla_django_oidc.middleware.SessionRefresh",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "mozilla_django_oidc",
]

# ---

SECRET_KEY = os.environ["SERVICE_SECRET"]
ALLOWED_HOSTS = os.environ["SERVICE_HOSTS"].split(",")
ROOT_URLCONF = "urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SERVICE_DATABASE"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
