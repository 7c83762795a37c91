"""A forgotten password (seed 004, « Mot de passe oublié »), and what any password must be."""

from typing import Annotated

import strawberry

from identity.accounts import password_policy, recovery
from identity.proof import awaited
from schema.context import CookieName, Info, perform_hashing, perform_neutrally
from schema.mail import ExpectedMail
from schema.problems import Problem
from schema.sentences import say


@strawberry.type(description="One rule of the password policy.")
class PasswordRule:
    code: str = strawberry.field(
        description="MIN_LENGTH, LOWERCASE, UPPERCASE, DIGIT, SPECIAL, COMMON, PERSONAL"
    )
    description: str = strawberry.field(description="In the language of Accept-Language.")
    pattern: str | None = strawberry.field(
        description="A regular expression (ECMAScript, unicode) for rules that a page can check by itself, after NFKC."
    )


@strawberry.type(description="What a password must be, at registration, reset and change alike.")
class PasswordPolicy:
    min_length: int = strawberry.field(description="In characters, after NFKC.")
    max_length: int = strawberry.field(description="Longer ones are refused, never cut.")
    rules: list[PasswordRule] = strawberry.field(description="All of them must hold.")


@strawberry.input(description="Whose password was forgotten.")
class RequestPasswordResetInput:
    email: str = strawberry.field(description="The account's address.")
    challenge_solution: str | None = strawberry.field(default=None, description="Of a `challenge`.")


@strawberry.type(description='"Si votre compte existe, un e-mail vous a été adressé. ...": whatever is true.')
class PasswordResetRequested:
    message: str = strawberry.field(description="Neutral.")

    @strawberry.field(
        description="What to look for if there is an account, said whatever is true: never the sender, which is the "
        "operator of that account, and in this page's language, which may not be the account's."
    )
    def mail(self, info: Info) -> ExpectedMail:
        return ExpectedMail.of(awaited.anonymous("reset_password", info.context.language))


@strawberry.input(description="The new password.")
class ResetPasswordInput:
    token: str = strawberry.field(description="What follows `#token=` in the link.")
    password: str = strawberry.field(description="See `passwordPolicy`.")


@strawberry.type(description="The password was changed; every other session has ended.")
class PasswordReset:
    message: str = strawberry.field(description="« Votre mot de passe a été mis à jour. »")


RequestPasswordResetResult = Annotated[
    PasswordResetRequested | Problem, strawberry.union("RequestPasswordResetResult")
]
ResetPasswordResult = Annotated[PasswordReset | Problem, strawberry.union("ResetPasswordResult")]


@strawberry.type
class RecoveryQuery:
    @strawberry.field(description="What a password must be: a form can tick the rules as one types.")
    def password_policy(self, info: Info) -> PasswordPolicy:
        patterns = {rule.code: rule.pattern for rule in password_policy.RULES}
        return PasswordPolicy(
            min_length=password_policy.MIN_LENGTH,
            max_length=password_policy.MAX_LENGTH,
            rules=[
                PasswordRule(
                    code=code,
                    description=say(info.context.language, f"fault.{code}", min=password_policy.MIN_LENGTH),
                    pattern=patterns.get(code),
                )
                for code in password_policy.RULE_CODES
            ],
        )


@strawberry.type
class RecoveryMutation:
    @strawberry.mutation(description="Ask for a reset link; the answer is the same whatever is true.")
    async def request_password_reset(
        self, info: Info, input: RequestPasswordResetInput
    ) -> RequestPasswordResetResult:
        await perform_neutrally(info, recovery.request_reset, input.email, input.challenge_solution)
        return PasswordResetRequested(message=say(info.context.language, "reset.requested"))

    @strawberry.mutation(description="Choose a new password with the e-mailed link.")
    async def reset_password(self, info: Info, input: ResetPasswordInput) -> ResetPasswordResult:
        known_browser = await perform_hashing(info, recovery.reset, input.token, input.password)
        info.context.keep(CookieName.KNOWN_BROWSER, known_browser, persistent=True)
        return PasswordReset(message=say(info.context.language, "password.updated"))
