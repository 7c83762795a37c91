"""The OpenID Provider, made of Authlib's core and our records."""
