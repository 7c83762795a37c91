"""Query and Mutation put together."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema import caches, masking
from schema.account import AccountQuery
from schema.directory import DirectoryQuery
from schema.links import LinksQuery
from schema.login import LoginMutation
from schema.problems import RefusalHandler
from schema.proof import ProofMutation, ProofQuery
from schema.recovery import RecoveryMutation, RecoveryQuery
from schema.registration import RegistrationMutation
from schema.requests import RequestsMutation, RequestsQuery
from schema.self_service import SelfServiceMutation
from schema.waiting import WaitingQuery


@strawberry.type(description="What can be read. Reading changes nothing.")
class Query(DirectoryQuery, RecoveryQuery, ProofQuery, LinksQuery, WaitingQuery, RequestsQuery, AccountQuery):
    """Every query, one module a subject."""


@strawberry.type(
    description="Every mutation takes one `input` (`logout` excepted) and returns a union of its payload and Problem. "
    "One mutation an operation."
)
class Mutation(
    ProofMutation,
    RegistrationMutation,
    RequestsMutation,
    LoginMutation,
    RecoveryMutation,
    SelfServiceMutation,
):
    """Every mutation, one module a subject."""


def build_schema() -> masking.Schema:
    """The schema of this server; see schema.graphql for its SDL."""
    return masking.Schema(
        query=Query,
        mutation=Mutation,
        extensions=caches.EXTENSIONS,
        exception_handlers=[RefusalHandler()],
        config=StrawberryConfig(disable_field_suggestions=True),
    )
