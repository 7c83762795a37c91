"""What the house forgets in time: every purge of every wing, in one table. Stands on all wings."""

from collections.abc import Callable

from identity.accounts import closing, pending, sessions
from identity.foundation import challenge, links, rate_limits
from identity.foundation.unit_of_work import UnitOfWork, Units
from identity.mail import outbox
from identity.oidc import (
    backchannel,
    device_codes,
    erasure,
    invitations,
    issued,
    pushed,
    refusals,
    replays,
    signing_keys,
)
from identity.proof import account_request

TASKS: tuple[Callable[[UnitOfWork], object], ...] = (
    challenge.purge,
    rate_limits.purge,
    links.purge,
    pending.purge,
    account_request.purge,
    outbox.purge,
    closing.erase_due,
    erasure.forget_erased,
    issued.purge,
    issued.erase_successors,
    pushed.purge,
    device_codes.purge,
    invitations.purge,
    replays.purge,
    backchannel.purge,
    refusals.purge,
    sessions.purge,
    signing_keys.keep_fresh,
)


def run(units: Units) -> None:
    """Run every task, each in a transaction of its own."""
    for task in TASKS:
        with units.begin() as work:
            task(work)
