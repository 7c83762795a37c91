"""What an e-mailed link is worth, before anybody uses it."""

from datetime import datetime

import strawberry

from identity.accounts import mailed
from identity.foundation import links
from schema.context import Info, read
from schema.directory import Operator
from schema.enums import Purpose, Status


@strawberry.type(
    description="The registration behind a link, as much of it as whoever holds the link may know."
)
class BegunRegistration:
    begun_at: datetime = strawberry.field(description="When somebody registered.")
    here: bool = strawberry.field(
        description="Was it this browser? If not, say who registered before the button: confirming opens the account "
        "with the password that was chosen there."
    )
    initials: str = strawberry.field(description="« J. T. », of the names that were typed.")
    city: str | None = strawberry.field(
        description="Of the contract, after an activation key; null after contract and meter."
    )


@strawberry.type(description="What an e-mailed link is worth.")
class Link:
    purpose: Purpose | None = strawberry.field(description="Null when UNKNOWN.")
    status: Status = strawberry.field(description="What it is worth now.")
    masked_email: str | None = strawberry.field(description="Where it was sent.")
    expires_at: datetime | None = strawberry.field(description="Until when it was meant to live.")
    seen: strawberry.Private[links.Look]

    @strawberry.field(description="In whose name it was sent; null where that is nobody's in particular.")
    async def operator(self, info: Info) -> Operator | None:
        found = await read(info, mailed.operator_of, self.seen)
        return Operator.of(found) if found else None

    @strawberry.field(
        description="Of a VALID CONFIRM_REGISTRATION or LINK_CONTRACT link: who registered, so that whoever received "
        "it by mistake, or because of a stranger, can tell before clicking."
    )
    async def registration(self, info: Info) -> BegunRegistration | None:
        found = await read(info, mailed.begun, self.seen)
        if found is None:
            return None
        return BegunRegistration(
            begun_at=found.at, here=found.is_here, initials=found.initials, city=found.city
        )


@strawberry.type
class LinksQuery:
    @strawberry.field(
        description="What an e-mailed link is worth. Reading it changes nothing, however often."
    )
    async def link(self, info: Info, token: str) -> Link:
        seen = await read(info, links.look, token)
        return Link(
            purpose=seen.purpose,
            status=seen.status,
            masked_email=seen.masked_email,
            expires_at=seen.expires_at,
            seen=seen,
        )
