"""The OpenID Provider, made of Authlib's core and our records.

Records: clients (registration says what one may be), signing_keys (key_ring: what a process knows of them),
subjects, consents, issued (standing says whether what was issued is still worth something).
Protocol: exchange, client_auth, claims, id_token, grants, endpoints, put together by provider.
Flows: authorize, discovery, direct_login, bearer. It knows no cookie; the accounts wing does not know it.
"""
