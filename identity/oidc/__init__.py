"""The OpenID Provider, made of Authlib's core and our records.

Records: clients (metadata says what one may be asked to be, metadata_rules what it may be, registration changes
one), client_keys, invitations, resources, pushed (requests that wait), replays, device_codes,
signing_keys (key_ring: what a process knows of them), subjects, consents, granted and issued (standing says whether
they are still worth something).
Protocol: exchange, signed, dpop, assertions, client_auth, request_object, requested_claims, asking, reading,
well_formed, claims, id_token, audiences, access_tokens, grants, endpoints, put together by provider, served by serving.
Flows: authorize (obstacles and interaction say what the person must do first), pushing, device, dynamic, discovery,
direct_login, bearer, end_session and the logouts. It knows no cookie; the accounts wing does not know it.
"""
