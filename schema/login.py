"""Logging in and out (seed 000 step 9). Tokens come from the OpenID provider, beside the cookie."""

from typing import Annotated

import strawberry

from identity.accounts import login
from identity.oidc import direct_login
from schema.account import Account
from schema.context import CookieName, Info, perform, perform_hashing
from schema.problems import Problem
from schema.sentences import say


@strawberry.input(description="What a person types, and the client that wants tokens.")
class LoginInput:
    email: str = strawberry.field(description="In any case.")
    password: str = strawberry.field(description="As chosen.")
    stay_logged_in: bool = strawberry.field(
        default=False, description="Keeps the person signed in after the browser closes."
    )
    client_id: str | None = strawberry.field(
        default=None,
        description="A public first-party OIDC client, flagged for direct login and called from its registered "
        "origin, that wants tokens beside the cookie.",
    )
    scope: str | None = strawberry.field(
        default=None,
        description="Space-separated; `openid` gives an ID token, `offline_access` a refresh token.",
    )


@strawberry.type(description="Issued by the OpenID provider, the same as from its token endpoint.")
class Tokens:
    access_token: str = strawberry.field(description="For `Authorization: Bearer`.")
    id_token: str | None = strawberry.field(
        description="A JWT; see the issuer's `jwks_uri`. With scope `openid`."
    )
    refresh_token: str | None = strawberry.field(description="With scope `offline_access`.")
    token_type: str = strawberry.field(description="`Bearer`.")
    expires_in: int = strawberry.field(description="Seconds that the access token lives.")
    scope: str = strawberry.field(description="What was granted.")

    @classmethod
    def of(cls, issued: direct_login.TokenSet) -> "Tokens":
        """Tokens as the provider issued them."""
        return cls(
            access_token=issued.access_token.reveal(),
            id_token=issued.id_token.reveal() if issued.id_token else None,
            refresh_token=issued.refresh_token.reveal() if issued.refresh_token else None,
            token_type=issued.token_type,
            expires_in=issued.expires_in,
            scope=issued.scope,
        )


@strawberry.type(
    description="Sets the session cookie. `tokens` is filled only for a clientId that is allowed to log in this way."
)
class LoginSuccess:
    account: Account = strawberry.field(description="Who is signed in.")
    tokens: Tokens | None = strawberry.field(description="Null without a `clientId`.")


@strawberry.type(description="Nobody is signed in here any more.")
class LoggedOut:
    message: str = strawberry.field(description="A word of goodbye.")


LoginResult = Annotated[LoginSuccess | Problem, strawberry.union("LoginResult")]
LogoutResult = Annotated[LoggedOut | Problem, strawberry.union("LogoutResult")]


@strawberry.type
class LoginMutation:
    @strawberry.mutation(description="Log in with e-mail and password.")
    async def login(self, info: Info, input: LoginInput) -> LoginResult:
        attempt = login.Attempt(input.email, input.password, input.stay_logged_in)
        wanted = direct_login.Wanted(input.client_id, input.scope) if input.client_id else None
        logged_in, tokens = await perform_hashing(info, direct_login.log_in, attempt, wanted)
        info.context.keep(CookieName.SESSION, logged_in.session_token, persistent=input.stay_logged_in)
        info.context.keep(CookieName.KNOWN_BROWSER, logged_in.known_browser, persistent=True)
        account = Account.of(logged_in.account, session_id=logged_in.session.id)
        return LoginSuccess(account=account, tokens=Tokens.of(tokens) if tokens else None)

    @strawberry.mutation(description="End this browser's session.")
    async def logout(self, info: Info) -> LogoutResult:
        await perform(info, login.log_out)
        info.context.keep(CookieName.SESSION, None)
        return LoggedOut(message=say(info.context.language, "logged-out"))
