"""The OpenID Provider, tried over HTTP as its clients use it, on both databases."""
