"""Where am I served? Communes and operators (seed 004 step 2)."""

import strawberry

from identity.directory import communes
from identity.directory import operators as operators_
from schema.context import Info, read
from schema.enums import ProofMethod, ServiceKind


@strawberry.type(
    description="A version of an operator's terms of service; `register` takes the version accepted."
)
class TermsOfService:
    version: str = strawberry.field(description="What `acceptedTermsVersion` must say.")
    url: str = strawberry.field(description="Where to read them.")


@strawberry.type(description="The company or community that manages the contracts of some communes.")
class Operator:
    slug: str = strawberry.field(description="Its name in addresses and inputs.")
    name: str = strawberry.field(description='"Eau de Marseille Métropole": who manages the contract.')
    services: list[ServiceKind] = strawberry.field(description="What it runs.")
    proof_methods: list[ProofMethod] = strawberry.field(
        description="How this operator asks people to prove that they are its subscribers."
    )
    accepts_requests: bool = strawberry.field(description="May someone without a key ask for an account?")
    terms_of_service: TermsOfService = strawberry.field(description="The version in force.")
    support_email: str | None = strawberry.field(description="Where people can ask for help.")
    activation_keys_checked: bool = strawberry.field(
        description="Do all its keys carry the check symbol? If not, a page must not judge a key by it."
    )

    @classmethod
    def of(cls, operator: operators_.Operator) -> "Operator":
        """What is public of an operator."""
        return cls(
            slug=operator.slug,
            name=operator.name,
            services=[ServiceKind(kind) for kind in operator.services],
            proof_methods=[ProofMethod(method) for method in operator.proof_methods],
            accepts_requests=operator.accepts_requests,
            terms_of_service=TermsOfService(version=operator.terms_version, url=operator.terms_url),
            support_email=operator.support_email,
            activation_keys_checked=operator.activation_keys_checked,
        )


@strawberry.type(description="A commune of France, by its official geographic code (INSEE).")
class Commune:
    insee_code: str = strawberry.field(description="Five characters; `2A004` in Corsica.")
    name: str = strawberry.field(description="As the INSEE writes it.")
    postcodes: list[str] = strawberry.field(description="All of them, in order.")

    @strawberry.field(description="Who manages the contracts here.")
    async def operators(self, info: Info) -> list[Operator]:
        found = await info.context.operators_of_communes.load(self.insee_code)
        return [Operator.of(operator) for operator in found]

    @classmethod
    def of(cls, found: communes.Found) -> "Commune":
        """A commune as the directory found it."""
        return cls(insee_code=found.insee_code, name=found.name, postcodes=list(found.postcodes))


@strawberry.type
class DirectoryQuery:
    @strawberry.field(
        description="Communes whose name or postcode begins with the text, best matches first; accents, case, "
        "hyphens and apostrophes do not matter. `first` goes from 1 to 100."
    )
    async def communes(self, info: Info, search: str, first: int = 20) -> list[Commune]:
        return [Commune.of(found) for found in await read(info, communes.search, search, first)]

    @strawberry.field(description="The commune of this code, or null.")
    async def commune(self, info: Info, insee_code: str) -> Commune | None:
        found = await read(info, communes.find, insee_code)
        return Commune.of(found) if found else None

    @strawberry.field(description="The operator of this slug, or null.")
    async def operator(self, info: Info, slug: str) -> Operator | None:
        found = await read(info, operators_.find, slug)
        return Operator.of(found) if found else None
