"""Registering and confirming (seed 000 steps 5 to 8, seed 004 steps 3 and 4)."""

from datetime import datetime
from typing import Annotated

import strawberry

from identity.accounts import activation, confirmation, registration, waiting
from identity.accounts.confirmation import Confirmed
from schema import way_back
from schema.context import CookieName, Info, perform, perform_hashing, perform_neutrally, read
from schema.directory import Operator
from schema.mail import ExpectedMail
from schema.problems import Problem
from schema.profile import ProfileInput
from schema.sentences import say
from schema.way_back import WayBack


@strawberry.input(description="What a subscriber gives to register.")
class RegisterInput:
    proof_token: str = strawberry.field(description="From `validateActivationKey` or `verifyContract`.")
    profile: ProfileInput = strawberry.field(description="Who registers.")
    email: str = strawberry.field(description="What one will log in with.")
    password: str = strawberry.field(description="See `passwordPolicy`.")
    accepted_terms_version: str = strawberry.field(
        description="`Operator.termsOfService.version` as accepted."
    )
    challenge_solution: str | None = strawberry.field(default=None, description="Of a `challenge`.")
    continue_with: str | None = strawberry.field(
        default=None,
        description="The `continue` of the address, where a service sent the person to register: see `wayBack`.",
    )


@strawberry.type(
    description="The same whether or not the e-mail already has an account: the truth is told in the mailbox only."
)
class RegistrationPending:
    email: str = strawberry.field(description="Where the e-mail was sent.")
    expires_at: datetime = strawberry.field(description="48 hours later.")
    resend_available_at: datetime = strawberry.field(description="When `resendConfirmation` works again.")
    message: str = strawberry.field(description="Seed 004 step 3.")
    operator: Operator = strawberry.field(description="With whom.")
    mail: ExpectedMail = strawberry.field(
        description="What to look for; the same whether or not the e-mail has an account."
    )


@strawberry.input(description="Whose e-mail to send again.")
class ResendConfirmationInput:
    email: str = strawberry.field(description="The address given at registration.")
    challenge_solution: str | None = strawberry.field(default=None, description="Of a `challenge`.")


@strawberry.type(description="Said whether or not anything was waiting for that address.")
class ConfirmationSent:
    message: str = strawberry.field(description="Neutral.")
    resend_available_at: datetime = strawberry.field(description="When it works again.")
    email: strawberry.Private[str]

    @strawberry.field(
        description="What to look for, where this browser registered with that address; null elsewhere, whatever waits."
    )
    async def mail(self, info: Info) -> ExpectedMail | None:
        found = await read(info, waiting.mail_to, self.email)
        return ExpectedMail.of(found) if found else None


@strawberry.input(description="The six-digit code of the confirmation e-mail, with the address it went to.")
class ConfirmationCodeInput:
    email: str = strawberry.field(description="The address given at registration.")
    code: str = strawberry.field(description="Six digits.")


@strawberry.input(
    one_of=True,
    description="Either the link's token, or the six-digit code of the same e-mail with the address it went to.",
)
class ConfirmRegistrationInput:
    token: strawberry.Maybe[str] = strawberry.field(description="What follows `#token=` in the link.")
    code: strawberry.Maybe[ConfirmationCodeInput] = strawberry.field(description="For whoever types.")


@strawberry.type(description="The account exists.")
class RegistrationConfirmed:
    email: str = strawberry.field(description="What to log in with.")
    message: str = strawberry.field(description="« Votre compte a été validé. »")
    signed_in: bool = strawberry.field(
        description="True when this browser began the registration and the operator signs people in on confirmation."
    )
    way_back: WayBack | None = strawberry.field(
        default=None,
        description="Where a service sent the person to register, on whichever device they confirm.",
    )


@strawberry.input(description="A mistyped address, corrected.")
class CorrectRegistrationEmailInput:
    email: str = strawberry.field(description="The right address.")
    challenge_solution: str | None = strawberry.field(default=None, description="Of a `challenge`.")


@strawberry.input(description="The token of a link that one should not have received.")
class DisownRegistrationInput:
    token: str = strawberry.field(description="What follows `#token=` in the link.")


@strawberry.type(description="The registration is void.")
class RegistrationDisowned:
    message: str = strawberry.field(description="A word of thanks.")


@strawberry.input(description="After an agent's approval.")
class ActivateAccountInput:
    token: str = strawberry.field(description="What follows `#token=` in the link.")
    password: str = strawberry.field(description="See `passwordPolicy`.")
    accepted_terms_version: str = strawberry.field(description="The version in force.")


RegisterResult = Annotated[RegistrationPending | Problem, strawberry.union("RegisterResult")]
ResendConfirmationResult = Annotated[ConfirmationSent | Problem, strawberry.union("ResendConfirmationResult")]
ConfirmRegistrationResult = Annotated[
    RegistrationConfirmed | Problem, strawberry.union("ConfirmRegistrationResult")
]
CorrectRegistrationEmailResult = Annotated[
    RegistrationPending | Problem, strawberry.union("CorrectRegistrationEmailResult")
]
DisownRegistrationResult = Annotated[
    RegistrationDisowned | Problem, strawberry.union("DisownRegistrationResult")
]
ActivateAccountResult = Annotated[RegistrationConfirmed | Problem, strawberry.union("ActivateAccountResult")]


@strawberry.type
class RegistrationMutation:
    @strawberry.mutation(description="Register with a proof; an e-mail with a link and a code follows.")
    async def register(self, info: Info, input: RegisterInput) -> RegisterResult:
        wish = registration.Registering(
            proof_token=input.proof_token,
            profile=input.profile.as_profile(),
            email=input.email,
            password=input.password,
            accepted_terms_version=input.accepted_terms_version,
            challenge_solution=input.challenge_solution,
            continue_with=input.continue_with,
        )
        return _pending(info, await perform_hashing(info, registration.register, wish))

    @strawberry.mutation(
        description="Send the confirmation again: « recevoir un nouvel email de confirmation »."
    )
    async def resend_confirmation(
        self, info: Info, input: ResendConfirmationInput
    ) -> ResendConfirmationResult:
        again = await perform_neutrally(info, registration.resend, input.email, input.challenge_solution)
        return ConfirmationSent(
            message=say(info.context.language, "confirmation.sent"),
            resend_available_at=again,
            email=input.email,
        )

    @strawberry.mutation(
        description="Confirm the e-mail; the account exists from then on. CONFLICT where another has the contract, or "
        "where the address has an account already: then another e-mail says how to add the contract to it."
    )
    async def confirm_registration(
        self, info: Info, input: ConfirmRegistrationInput
    ) -> ConfirmRegistrationResult:
        if input.code:
            typed = input.code.value
            return await _confirmed(info, await perform(info, confirmation.by_code, typed.email, typed.code))
        token = input.token.value if input.token else ""
        return await _confirmed(info, await perform(info, confirmation.by_link, token))

    @strawberry.mutation(
        description="Mistyped address: the browser that registered corrects it, as long as the registration waits."
    )
    async def correct_registration_email(
        self, info: Info, input: CorrectRegistrationEmailInput
    ) -> CorrectRegistrationEmailResult:
        corrected = await perform(info, registration.correct_email, input.email, input.challenge_solution)
        return _pending(info, corrected)

    @strawberry.mutation(description='The link\'s owner says "this was not me": the registration is void.')
    async def disown_registration(
        self, info: Info, input: DisownRegistrationInput
    ) -> DisownRegistrationResult:
        await perform(info, confirmation.disown, input.token)
        return RegistrationDisowned(message=say(info.context.language, "registration.disowned"))

    @strawberry.mutation(description="After an agent's approval: choose the password with the e-mailed link.")
    async def activate_account(self, info: Info, input: ActivateAccountInput) -> ActivateAccountResult:
        wish = activation.Activating(input.token, input.password, input.accepted_terms_version)
        return await _confirmed(info, Confirmed(await perform_hashing(info, activation.activate, wish)))


def _pending(info: Info, begun: registration.Pending) -> RegistrationPending:
    if begun.browser_token:
        info.context.keep(CookieName.BROWSER, begun.browser_token)
    return RegistrationPending(
        email=begun.email,
        expires_at=begun.expires_at,
        resend_available_at=begun.resend_available_at,
        message=say(info.context.language, "registration.pending"),
        operator=Operator.of(begun.operator),
        mail=ExpectedMail.of(begun.mail),
    )


async def _confirmed(info: Info, confirmed: Confirmed) -> RegistrationConfirmed:
    if confirmed.session_token:
        info.context.keep(CookieName.SESSION, confirmed.session_token)
    return RegistrationConfirmed(
        email=confirmed.email,
        message=say(info.context.language, "registration.confirmed"),
        signed_in=confirmed.session_token is not None,
        way_back=await way_back.find(
            info,
            confirmed.continue_with,
            elsewhere=confirmed.is_elsewhere,
            session_id=confirmed.session_id,
        ),
    )
