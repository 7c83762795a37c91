"""The domain of Parvis: keys, proofs, accounts and the OpenID provider. Knows neither HTTP nor GraphQL."""
