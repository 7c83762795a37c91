"""Why a service was refused: to the log, the figures, and whoever helps it. Decides nothing, waits for nothing."""

from api import metrics
from identity.foundation.unit_of_work import Units
from identity.oidc import refusals
from identity.oidc.exchange import Arrival, Reply


def note(units: Units, arrival: Arrival, reply: Reply) -> None:
    """Note the refusal of this answer, if it is one."""
    if cause := refusals.note(units, arrival, reply):
        metrics.REFUSED.labels(cause.client_id or "unknown", cause.endpoint, cause.error).inc()
