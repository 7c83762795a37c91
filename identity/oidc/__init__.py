"""The OpenID Provider, made of Authlib's core and our records.

Records: clients, signing_keys, subjects, issued (and standing, which says whether what was issued is still
worth something). Protocol: exchange, claims, grants, id_token, endpoints, put together by provider. Flows:
authorize, discovery, direct_login, bearer. Knows no cookie and no HTTP library; the accounts wing does not
know it.
"""
