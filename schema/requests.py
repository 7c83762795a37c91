"""No key: asking the operator's agents for an account, and following the request (seed 000 step 2)."""

from datetime import datetime
from typing import Annotated

import strawberry

from identity.accounts import requesting
from identity.directory import operators
from identity.proof import awaited, request
from identity.proof.account_request import AccountRequest, State
from identity.proof.request_form import RequestedAccount
from schema.context import Info, perform, perform_neutrally, read
from schema.directory import Operator
from schema.mail import ExpectedMail
from schema.problems import Problem
from schema.profile import ProfileInput
from schema.sentences import say

strawberry.enum(State, name="AccountRequestState", description="How far a request has come.")


@strawberry.input(description="Where the person is served.")
class PostalAddressInput:
    lines: list[str] = strawberry.field(description="Number and street, and what completes them.")
    postcode: str = strawberry.field(description="Five digits in France.")
    city: str = strawberry.field(description="The commune.")


@strawberry.input(description="What a person without a key gives.")
class RequestAccountInput:
    operator: str = strawberry.field(description="The operator's slug.")
    profile: ProfileInput = strawberry.field(description="Who asks.")
    email: str = strawberry.field(description="Confirmed by a link before any agent sees the request.")
    address: PostalAddressInput = strawberry.field(description="Helps the agent to find the contract.")
    accepted_terms_version: str = strawberry.field(
        description="`Operator.termsOfService.version` as accepted."
    )
    contract_number: str | None = strawberry.field(default=None, description="If the person has it.")
    comment: str | None = strawberry.field(default=None, description="For the agent.")
    challenge_solution: str | None = strawberry.field(default=None, description="Of a `challenge`.")


@strawberry.type(description="The request was received; the e-mail must be confirmed.")
class AccountRequestReceived:
    reference: str = strawberry.field(description="What the person quotes to the operator.")
    message: str = strawberry.field(description="For the person.")
    expires_at: datetime = strawberry.field(description="48 hours later, unless it is confirmed.")
    received: strawberry.Private[AccountRequest]

    @strawberry.field(description="What to look for; the same for every e-mail.")
    async def mail(self, info: Info) -> ExpectedMail:
        asked = self.received
        return ExpectedMail.of(
            await read(info, awaited.request_confirmation, asked.operator_id, asked.language)
        )


@strawberry.input(description="The link of the request's e-mail.")
class ConfirmAccountRequestInput:
    token: str = strawberry.field(description="What follows `#token=` in the link.")


@strawberry.type(description="The request is with the operator's agents.")
class AccountRequestConfirmed:
    reference: str = strawberry.field(description="What the person quotes to the operator.")
    message: str = strawberry.field(description="For the person.")


@strawberry.type(description="What a person without key follows.")
class AccountRequestStatus:
    reference: str = strawberry.field(description="As it was given.")
    status: State = strawberry.field(description="How far it has come.")
    reason: str | None = strawberry.field(description="Why it was rejected.")
    updated_at: datetime = strawberry.field(description="When that last changed.")
    operator_id: strawberry.Private[int]

    @strawberry.field(description="Of whom it was asked.")
    async def operator(self, info: Info) -> Operator:
        return Operator.of(await read(info, operators.of_id, self.operator_id))


RequestAccountResult = Annotated[AccountRequestReceived | Problem, strawberry.union("RequestAccountResult")]
ConfirmAccountRequestResult = Annotated[
    AccountRequestConfirmed | Problem, strawberry.union("ConfirmAccountRequestResult")
]


@strawberry.type
class RequestsQuery:
    @strawberry.field(
        description="What a person without key follows; nothing is told unless reference and e-mail belong together."
    )
    async def account_request(self, info: Info, reference: str, email: str) -> AccountRequestStatus | None:
        found = await perform(info, request.status, reference, email)
        if found is None:
            return None
        return AccountRequestStatus(
            reference=found.reference,
            status=found.state,
            reason=found.reason,
            updated_at=found.updated_at,
            operator_id=found.operator_id,
        )


@strawberry.type
class RequestsMutation:
    @strawberry.mutation(description="No key: the operator's agents decide.")
    async def request_account(self, info: Info, input: RequestAccountInput) -> RequestAccountResult:
        asked = RequestedAccount(
            operator_slug=input.operator,
            profile={},
            email=input.email,
            address_lines=input.address.lines,
            postcode=input.address.postcode,
            city=input.address.city,
            accepted_terms_version=input.accepted_terms_version,
            contract_number=input.contract_number,
            comment=input.comment,
            challenge_solution=input.challenge_solution,
        )
        received = await perform_neutrally(info, requesting.submit, asked, input.profile.as_profile())
        message = say(info.context.language, "request.received")
        return AccountRequestReceived(
            reference=received.reference, message=message, expires_at=received.expires_at, received=received
        )

    @strawberry.mutation(description="Hand the request in, by the link of its e-mail.")
    async def confirm_account_request(
        self, info: Info, input: ConfirmAccountRequestInput
    ) -> ConfirmAccountRequestResult:
        confirmed = await perform(info, request.confirm, input.token)
        message = say(info.context.language, "request.confirmed")
        return AccountRequestConfirmed(reference=confirmed.reference, message=message)
