"""What a service knows a session by: the `sid` of ID tokens and logout notices. Owns no table.

One for each client, so that two services cannot join their files by it: a digest keyed by a random value of the
session, which outlives every change of the deployment's secret and is forgotten with the session. The public id of
a session is never told to a service.
"""

from identity.foundation import tokens


def of(sid_key: str, client_id: str) -> str:
    """The `sid` of the session with this key at this client: 43 characters, the same as long as the session lives."""
    return tokens.keyed_digest(sid_key, client_id)
