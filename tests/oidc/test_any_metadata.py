"""Whatever a service says that it is, registration answers with a client or with the protocol's own error."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity.oidc import clients, wire_metadata
from tests.oidc import town as town_
from tests.oidc.town import CALLBACK, Town

_TEXTS = st.one_of(
    st.text(max_size=30),
    # No name that a resolver would be asked for.
    st.sampled_from(["https://127.0.0.1/x", "http://127.0.0.1/", "fr.exemple.app:/x", "code", "none", "ES256",
                     "authorization_code", "refresh_token", "private_key_jwt", "pairwise", "public", "openid email"]),
)  # fmt: skip
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)),
    max_leaves=6,
)
_NAMES = st.one_of(
    st.sampled_from([*wire_metadata.WORDS, "response_types", "client_name#en"]), st.text(max_size=8)
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.dictionaries(_NAMES, _JSON, max_size=8), reasonable=st.booleans())
def test_any_metadata_give_a_client_or_an_error_of_the_protocol(
    town: Town, said: dict[str, Any], reasonable: bool
) -> None:
    open_ = town.units.settings.model_copy(update={"open_registration": "on", "rate_limits": "off"})
    there = town_.build(replace(town.units, settings=open_), town.clock)
    document = {"redirect_uris": [CALLBACK]} | said if reasonable else said
    content = json.dumps(document).encode()
    reply = there.http.post("/register", content=content, headers={"Content-Type": "application/json"})
    told = reply.json()
    if reply.status_code == 201:
        with there.units.read() as work:
            assert clients.find(work, told["client_id"])
        return
    assert reply.status_code == 400
    assert told["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
