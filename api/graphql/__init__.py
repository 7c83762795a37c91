"""The GraphQL endpoint: GraphQL over HTTP and nothing else, lean because everything goes through it.

`view` makes one execution of a request and a response of its result; `wire` reads what was sent, strictly;
`media` chooses the type of the answer; `explorer` serves the developers' page. Decides nothing about GraphQL:
limits, caches and masking live in `schema`. No WebSocket, no subscription, no batch, no upload.
"""

from api.graphql.view import asks_for_page, graphql_endpoint

__all__ = ["asks_for_page", "graphql_endpoint"]
