"""Am I a subscriber? By activation key (seed 000 steps 2 to 4) or by contract and meter (seed 004 step 3)."""

from datetime import datetime
from typing import Annotated

import strawberry

from identity.directory.subscribers import Subscriber
from identity.foundation import challenge
from identity.proof import activation_key, contract_meter
from identity.proof.ticket import Proven
from schema.context import Info, perform, read
from schema.directory import Operator
from schema.enums import Civility, LegalNature
from schema.problems import Problem


@strawberry.type(description="A postal address, in France or elsewhere.")
class PostalAddress:
    lines: list[str] = strawberry.field(description="Number and street, and what completes them.")
    postcode: str = strawberry.field(description="Five digits in France.")
    city: str = strawberry.field(description="As it is written on the bill.")

    @classmethod
    def of(cls, subscriber: Subscriber) -> "PostalAddress":
        """Where a subscriber is served."""
        lines = [line for line in (subscriber.address_line1, subscriber.address_line2) if line]
        return cls(lines=lines, postcode=subscriber.postcode, city=subscriber.city)


@strawberry.type(
    description="What the operator already knows, to prefill the form (seed 000 step 5); phones masked."
)
class SubscriberPreview:
    legal_nature: LegalNature | None = strawberry.field(description="Null where the operator does not know.")
    civility: Civility | None = strawberry.field(description="Null where the operator does not know.")
    organization_name: str | None = strawberry.field(description="« Raison sociale ».")
    family_name: str | None = strawberry.field(description="« Nom ».")
    given_name: str | None = strawberry.field(description="« Prénom ».")
    masked_phone: str | None = strawberry.field(description="Its last two digits.")
    masked_mobile: str | None = strawberry.field(description="Its last two digits.")
    address: PostalAddress | None = strawberry.field(description="The address of the contract.")

    @classmethod
    def of(cls, subscriber: Subscriber) -> "SubscriberPreview":
        """What a good key reveals."""
        return cls(
            legal_nature=subscriber.legal_nature,
            civility=subscriber.civility,
            organization_name=subscriber.organization_name,
            family_name=subscriber.family_name,
            given_name=subscriber.given_name,
            masked_phone=_masked(subscriber.phone),
            masked_mobile=_masked(subscriber.mobile),
            address=PostalAddress.of(subscriber),
        )


@strawberry.type(description="Good for 30 minutes; `register` and `linkContract` take its token.")
class Proof:
    proof_token: str = strawberry.field(description="Sealed; says nothing to whoever holds it.")
    expires_at: datetime = strawberry.field(description="30 minutes after it was given.")
    proven: strawberry.Private[Proven]

    @strawberry.field(description="Whose subscriber the person is.")
    def operator(self) -> Operator:
        return Operator.of(self.proven.operator)

    @strawberry.field(
        description="What the operator already knows, to prefill the form; phones masked. Null after contract and "
        "meter: numbers that can be guessed reveal neither name nor address."
    )
    def subscriber(self) -> SubscriberPreview | None:
        return SubscriberPreview.of(self.proven.subscriber) if self.proven.subscriber else None

    @classmethod
    def of(cls, proven: Proven) -> "Proof":
        """A proof as the proof wing gave it; the rest is made for those who ask for it."""
        return cls(proof_token=proven.token.reveal(), expires_at=proven.expires_at, proven=proven)


@strawberry.type(description="A proof-of-work challenge (ALTCHA).")
class Challenge:
    payload: str = strawberry.field(
        description="The JSON that an ALTCHA client solves; send back its answer as `challengeSolution`."
    )
    expires_at: datetime = strawberry.field(description="Later solutions are refused.")


@strawberry.input(
    description="`challengeSolution` is asked for (CHALLENGE_FAILED) only when an operator is under attack."
)
class ValidateActivationKeyInput:
    operator: str = strawberry.field(description="The operator's slug.")
    activation_key: str = strawberry.field(
        description="XXXX-XXXX-XXXX-XXXX in any case, with any spaces or dashes."
    )
    challenge_solution: str | None = strawberry.field(default=None, description="Of a `challenge`.")


@strawberry.input(
    description="`challengeSolution` is asked for (CHALLENGE_FAILED) only when an operator is under attack."
)
class VerifyContractInput:
    operator: str = strawberry.field(description="The operator's slug.")
    contract_number: str = strawberry.field(description="Seven digits; the letter behind them is forgiven.")
    meter_number: str = strawberry.field(description="As on the bill; case, spaces and dashes are forgiven.")
    challenge_solution: str | None = strawberry.field(default=None, description="Of a `challenge`.")


ValidateActivationKeyResult = Annotated[Proof | Problem, strawberry.union("ValidateActivationKeyResult")]
VerifyContractResult = Annotated[Proof | Problem, strawberry.union("VerifyContractResult")]


@strawberry.type
class ProofQuery:
    @strawberry.field(description="A proof-of-work challenge (ALTCHA) for the mutations that ask for one.")
    async def challenge(self, info: Info) -> Challenge:
        issued = await read(info, challenge.issue)
        return Challenge(payload=issued.payload, expires_at=issued.expires_at)


@strawberry.type
class ProofMutation:
    @strawberry.mutation(
        description="Prove by activation key to be a subscriber. Looking does not use the key."
    )
    async def validate_activation_key(
        self, info: Info, input: ValidateActivationKeyInput
    ) -> ValidateActivationKeyResult:
        attempt = activation_key.AttemptedKey(input.operator, input.activation_key, input.challenge_solution)
        return Proof.of(await perform(info, activation_key.prove, attempt))

    @strawberry.mutation(description="Prove by contract and meter number to be a subscriber.")
    async def verify_contract(self, info: Info, input: VerifyContractInput) -> VerifyContractResult:
        attempt = contract_meter.AttemptedContract(
            input.operator, input.contract_number, input.meter_number, input.challenge_solution
        )
        return Proof.of(await perform(info, contract_meter.prove, attempt))


def _masked(phone: str | None) -> str | None:
    return f"•• •• •• •• {phone[-2:]}" if phone else None
