"""The OpenID Provider, made of Authlib's core and our records.

Records: clients (metadata and its rules say what one may be, registration changes one), client_keys, invitations,
device_codes, signing_keys (key_ring: what a process knows of them), subjects, consents, issued (standing says whether what was issued is still worth something).
Protocol: exchange, client_auth, claims, id_token, grants, endpoints, put together by provider.
Flows: authorize, device, dynamic, discovery, direct_login, bearer. It knows no cookie; the accounts wing does not know it.
"""
