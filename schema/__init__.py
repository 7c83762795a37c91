"""GraphQL: types, and resolvers that each perform one function of identity. Knows no HTTP."""
