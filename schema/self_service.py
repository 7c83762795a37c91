"""What a signed-in person does: profile, e-mail, password, contracts, sessions, consents, closing."""

from datetime import datetime
from typing import Annotated

import strawberry

from identity.accounts import closing, email_change, profile
from identity.oidc import consents
from schema import way_back
from schema.account import Account, Contract
from schema.context import CookieName, Info, identify, perform, perform_as_actor, perform_hashing
from schema.mail import ExpectedMail
from schema.problems import Problem
from schema.profile import ProfileInput
from schema.sentences import say
from schema.way_back import WayBack


@strawberry.input(description="Another password.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description="To be sure who asks.")
    new_password: str = strawberry.field(description="See `passwordPolicy`.")


@strawberry.type(description="The password was changed; every other session has ended.")
class PasswordChanged:
    message: str = strawberry.field(description="« Votre mot de passe a été mis à jour. »")


@strawberry.input(description="Another address.")
class ChangeEmailInput:
    new_email: str = strawberry.field(description="Where the link is sent.")
    password: str = strawberry.field(description="To be sure who asks.")


@strawberry.type(description="A link was sent to the new address; nothing changes until it is used.")
class EmailChangeRequested:
    message: str = strawberry.field(description="The same whether or not the address is taken.")
    expires_at: datetime = strawberry.field(description="48 hours later.")

    @strawberry.field(description="What to look for there; the same whether or not the address is taken.")
    async def mail(self, info: Info) -> ExpectedMail:
        return ExpectedMail.of(await perform_as_actor(info, email_change.awaited_mail))


@strawberry.input(description="The link sent to the new address; one need not be signed in.")
class ConfirmEmailChangeInput:
    token: str = strawberry.field(description="What follows `#token=` in the link.")


@strawberry.type(description="The account has its new address; the old one was told and may undo for 7 days.")
class EmailChanged:
    email: str = strawberry.field(description="What to log in with from now on.")
    message: str = strawberry.field(description="For the person.")


@strawberry.input(description="The link sent to the old address; one need not be signed in.")
class UndoEmailChangeInput:
    token: str = strawberry.field(description="What follows `#token=` in the link.")


@strawberry.type(
    description="The account has its old address back; sessions and password ended, a link to choose another was sent."
)
class EmailChangeUndone:
    email: str = strawberry.field(description="What to log in with again.")
    message: str = strawberry.field(description="For the person.")


@strawberry.input(description="The whole profile as it should be.")
class UpdateProfileInput:
    profile: ProfileInput = strawberry.field(description="Replaces the former one.")
    locale: str | None = strawberry.field(default=None, description="`fr` or `en`: the language of e-mails.")


@strawberry.type(description="The profile was changed.")
class ProfileUpdated:
    account: Account = strawberry.field(description="As it is now.")


@strawberry.input(description="One more contract.")
class LinkContractInput:
    proof_token: str = strawberry.field(
        description="A proof token of either kind, or the token of a mailed LINK_CONTRACT link."
    )


@strawberry.type(description="The contract belongs to the account.")
class ContractLinked:
    contract: Contract = strawberry.field(description="The one that was added.")
    message: str = strawberry.field(description="For the person.")
    way_back: WayBack | None = strawberry.field(
        default=None,
        description="Where a service sent the person to register, who turned out to have an account.",
    )


@strawberry.input(description="A session of one's own.")
class RevokeSessionInput:
    id: strawberry.ID = strawberry.field(description="`Session.id`.")


@strawberry.type(description="That session has ended.")
class SessionRevoked:
    message: str = strawberry.field(description="For the person.")


@strawberry.input(description="A service that should read no more.")
class WithdrawConsentInput:
    client_id: str = strawberry.field(description="`Consent.clientId`.")


@strawberry.type(description="The service's tokens are revoked.")
class ConsentWithdrawn:
    message: str = strawberry.field(description="For the person.")


@strawberry.input(description="Closing the account.")
class CloseAccountInput:
    password: str = strawberry.field(description="To be sure who asks.")


@strawberry.type(description="The account is closed and its contracts are free.")
class AccountClosed:
    message: str = strawberry.field(description="For the person.")
    erased_at: datetime = strawberry.field(description="When its personal data are erased: 30 days later.")


ChangePasswordResult = Annotated[PasswordChanged | Problem, strawberry.union("ChangePasswordResult")]
ChangeEmailResult = Annotated[EmailChangeRequested | Problem, strawberry.union("ChangeEmailResult")]
ConfirmEmailChangeResult = Annotated[EmailChanged | Problem, strawberry.union("ConfirmEmailChangeResult")]
UndoEmailChangeResult = Annotated[EmailChangeUndone | Problem, strawberry.union("UndoEmailChangeResult")]
UpdateProfileResult = Annotated[ProfileUpdated | Problem, strawberry.union("UpdateProfileResult")]
LinkContractResult = Annotated[ContractLinked | Problem, strawberry.union("LinkContractResult")]
RevokeSessionResult = Annotated[SessionRevoked | Problem, strawberry.union("RevokeSessionResult")]
WithdrawConsentResult = Annotated[ConsentWithdrawn | Problem, strawberry.union("WithdrawConsentResult")]
CloseAccountResult = Annotated[AccountClosed | Problem, strawberry.union("CloseAccountResult")]


@strawberry.type
class SelfServiceMutation:
    @strawberry.mutation(description="Choose another password; ends the other sessions.")
    async def change_password(self, info: Info, input: ChangePasswordInput) -> ChangePasswordResult:
        await perform_hashing(
            info, profile.change_password, identify, input.current_password, input.new_password
        )
        return PasswordChanged(message=say(info.context.language, "password.updated"))

    @strawberry.mutation(description="Ask for another address; a link goes there.")
    async def change_email(self, info: Info, input: ChangeEmailInput) -> ChangeEmailResult:
        expires_at = await perform_hashing(
            info, email_change.request_change, identify, input.new_email, input.password
        )
        message = say(info.context.language, "email.change-requested")
        return EmailChangeRequested(message=message, expires_at=expires_at)

    @strawberry.mutation(description="Confirm the new address; the link is enough.")
    async def confirm_email_change(
        self, info: Info, input: ConfirmEmailChangeInput
    ) -> ConfirmEmailChangeResult:
        email = await perform(info, email_change.confirm, input.token)
        return EmailChanged(email=email, message=say(info.context.language, "email.changed"))

    @strawberry.mutation(description="Take the old address back; the link is enough.")
    async def undo_email_change(self, info: Info, input: UndoEmailChangeInput) -> UndoEmailChangeResult:
        email = await perform(info, email_change.undo, input.token)
        return EmailChangeUndone(email=email, message=say(info.context.language, "email.undone"))

    @strawberry.mutation(description="Change the profile.")
    async def update_profile(self, info: Info, input: UpdateProfileInput) -> UpdateProfileResult:
        actor = await perform_as_actor(info, profile.update, input.profile.as_profile(), input.locale)
        return ProfileUpdated(account=Account.of(actor.account, actor.session.id if actor.session else None))

    @strawberry.mutation(description="Add a contract, by key or by contract and meter.")
    async def link_contract(self, info: Info, input: LinkContractInput) -> LinkContractResult:
        held = await perform_as_actor(info, profile.link_contract, input.proof_token)
        return ContractLinked(
            contract=Contract.of(held),
            message=say(info.context.language, "contract.linked"),
            way_back=await way_back.find(info, held.continue_with, elsewhere=held.is_elsewhere),
        )

    @strawberry.mutation(description="Sign another browser out.")
    async def revoke_session(self, info: Info, input: RevokeSessionInput) -> RevokeSessionResult:
        await perform_as_actor(info, profile.revoke_session, input.id)
        return SessionRevoked(message=say(info.context.language, "session.revoked"))

    @strawberry.mutation(description="Stop a service from reading the account; its tokens are revoked.")
    async def withdraw_consent(self, info: Info, input: WithdrawConsentInput) -> WithdrawConsentResult:
        await perform_as_actor(info, consents.withdraw, input.client_id)
        return ConsentWithdrawn(message=say(info.context.language, "consent.withdrawn"))

    @strawberry.mutation(description="Close the account; its data are erased 30 days later.")
    async def close_account(self, info: Info, input: CloseAccountInput) -> CloseAccountResult:
        erased_at = await perform_hashing(info, closing.close, identify, input.password)
        info.context.keep(CookieName.SESSION, None)
        return AccountClosed(message=say(info.context.language, "account.closed"), erased_at=erased_at)
