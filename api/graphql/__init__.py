"""The GraphQL endpoint: GraphQL over HTTP and nothing else, lean because everything goes through it.

`view` turns a request into one execution and its result into a response; `wire` reads what was sent, strictly;
`media` chooses what to answer with; `graphiql` serves the developers' explorer. Decides nothing about GraphQL:
limits, caches and masking live in `schema`. No WebSocket, no subscription, no batch, no upload.
"""

from api.graphql.view import graphql_endpoint

__all__ = ["graphql_endpoint"]
