"""A service on Starlette and Authlib that leaves sign-in, renewal and sign-out to Parvis."""

import os
from uuid import uuid4

from authlib.integrations.starlette_client import OAuth
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

SERVICE = os.environ["SERVICE_URL"]
sessions: dict[str, dict] = {}  # tokens stay on the server: use your own store


async def keep_renewed(name: str, token: dict, refresh_token: str | None = None, **_: object) -> None:
    """Authlib renewed the tokens of whoever held this refresh token."""
    for held in sessions.values():
        if held["refresh_token"] == refresh_token:
            held.update(token)


oauth = OAuth(update_token=keep_renewed)
parvis = oauth.register(
    "parvis",
    server_metadata_url=f"{os.environ['OIDC_ISSUER']}/.well-known/openid-configuration",
    client_id=os.environ["OIDC_CLIENT_ID"],
    client_secret=os.environ["OIDC_CLIENT_SECRET"],
    client_kwargs={"scope": "openid profile email offline_access", "code_challenge_method": "S256"},
)


async def login(request: Request) -> Response:
    return await parvis.authorize_redirect(request, f"{SERVICE}/callback")


async def callback(request: Request) -> Response:
    tokens = await parvis.authorize_access_token(request)  # checks state, the ID token and its nonce
    session = request.session["id"] = str(uuid4())
    sessions[session] = tokens
    return RedirectResponse("/me", 303)


async def me(request: Request) -> Response:
    tokens = sessions.get(request.session.get("id", ""))
    if tokens is None:
        return RedirectResponse("/login", 303)
    userinfo = await parvis.userinfo(token=tokens)  # renews the access token once it has expired
    return JSONResponse({"id_token": tokens["userinfo"], "userinfo": userinfo})


async def renew(request: Request) -> Response:
    sessions[request.session["id"]]["expires_at"] = 0
    return RedirectResponse("/me", 303)


async def logout(request: Request) -> Response:
    tokens = sessions.pop(request.session.pop("id", ""), None)
    hint = tokens["id_token"] if tokens else None
    return await parvis.logout_redirect(request, f"{SERVICE}/goodbye", hint)


async def goodbye(request: Request) -> Response:
    await parvis.validate_logout_response(request)
    return JSONResponse({"signed_in": "id" in request.session})


app = Starlette(
    routes=[Route(f"/{page.__name__}", page) for page in (login, callback, me, renew, logout, goodbye)],
    middleware=[Middleware(SessionMiddleware, secret_key=os.environ["SERVICE_SECRET"], max_age=None)],
)
