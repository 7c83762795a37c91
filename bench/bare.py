"""What key validation is measured against: a Strawberry mutation that does nothing, on the stock view.

As good as the stock gets: its caches of parsed and validated documents are on, and bounded.
"""

import strawberry
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

MUTATION = (
    "mutation($input: ValidateActivationKeyInput!) { validateActivationKey(input: $input) "
    "{ __typename ... on Proof { proofToken } ... on Problem { code message } } }"
)


@strawberry.type
class Proof:
    proof_token: str


@strawberry.type
class Problem:
    code: str
    message: str


@strawberry.input
class ValidateActivationKeyInput:
    operator: str
    activation_key: str


@strawberry.type
class Query:
    hello: str = "hello"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def validate_activation_key(self, input: ValidateActivationKeyInput) -> Proof | Problem:
        return Proof(proof_token=input.activation_key)


schema = strawberry.Schema(Query, Mutation, extensions=[ParserCache, ValidationCache])
app = GraphQL(schema)
