"""The way back to the service that sent a person to register (OpenID Connect's `prompt=create`)."""

import strawberry

from identity.oidc import interaction
from schema.context import Info, perform


@strawberry.type(description="The service that sent the person to register, which waits for them.")
class WayBack:
    name: str = strawberry.field(description="The service's name.")
    url: str = strawberry.field(description="Where to go on; signing in comes first where it must.")


async def find(
    info: Info, handle: str | None, *, elsewhere: bool = False, session_id: str | None = None
) -> WayBack | None:
    """Where the request of this handle goes on; None where none waits.

    `elsewhere`: on another device. `session_id`: the session that was opened on its behalf just now.
    """
    if handle is None:
        return None
    found = await perform(info, interaction.way_back, handle, elsewhere=elsewhere, session_id=session_id)
    return WayBack(name=found.client.name, url=found.url) if found else None
