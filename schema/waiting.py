"""The tab that waits for the e-mail to be confirmed (seed 000 step 6)."""

from datetime import datetime
from enum import Enum

import strawberry

from identity.accounts import waiting
from schema import way_back
from schema.context import Info, read
from schema.directory import Operator
from schema.mail import ExpectedMail
from schema.way_back import WayBack


@strawberry.enum(description="How far the registration of this browser is.")
class PendingRegistrationStatus(Enum):
    WAITING = strawberry.enum_value("WAITING", description="The e-mail is not confirmed yet.")
    CONFIRMED = strawberry.enum_value("CONFIRMED", description="Confirmed, here or on another device.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="It waited too long, or was replaced or disowned.")


@strawberry.type(description="The registration that this browser began.")
class PendingRegistration:
    status: PendingRegistrationStatus = strawberry.field(description="How far it is.")
    email: str = strawberry.field(description="Where the e-mail was sent.")
    expires_at: datetime = strawberry.field(description="48 hours after it began.")
    resend_available_at: datetime = strawberry.field(description="When `resendConfirmation` works again.")
    operator: Operator = strawberry.field(description="With whom.")
    mail: ExpectedMail = strawberry.field(
        description="What to look for; the same whether or not the e-mail has an account."
    )
    way_back: WayBack | None = strawberry.field(
        default=None, description="Once it is confirmed: the service that sent the person to register."
    )


@strawberry.type
class WaitingQuery:
    @strawberry.field(
        description="The registration that this browser began, by its cookie: lets the waiting tab advance. It says "
        "WAITING also where the e-mail already has an account."
    )
    async def pending_registration(self, info: Info) -> PendingRegistration | None:
        waits = await read(info, waiting.of_browser)
        if waits is None:
            return None
        found = waits.registration
        return PendingRegistration(
            operator=Operator.of(waits.operator),
            mail=ExpectedMail.of(waits.mail),
            status=PendingRegistrationStatus[found.status(info.context.units.clock())],
            email=found.email,
            expires_at=found.expires_at,
            resend_available_at=found.resend_available_at,
            way_back=await way_back.find(info, found.continue_with if found.confirmed_at else None),
        )
