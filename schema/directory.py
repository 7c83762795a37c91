"""Where am I served? Communes and operators (seed 004 step 2)."""

import strawberry

from identity.directory import communes, theme
from identity.directory import operators as operators_
from schema.context import Info, read
from schema.enums import ProofMethod, ServiceKind


@strawberry.type(
    description="A version of an operator's terms of service; `register` takes the version accepted."
)
class TermsOfService:
    version: str = strawberry.field(description="What `acceptedTermsVersion` must say.")
    url: str = strawberry.field(description="Where to read them.")


@strawberry.type(
    description="How an operator looks: colours have a contrast of at least 4.5 to 1 (WCAG 2.2) with the page, as text "
    "on it and under text of the page's own colour. Null leaves it to the page."
)
class Theme:
    logo_url: str | None = strawberry.field(description="PNG, JPEG, WebP or SVG; may be kept for ever.")
    colour: str | None = strawberry.field(description="`#rrggbb`, on a light page.")
    second_colour: str | None = strawberry.field(
        description="Likewise; the same as `colour` where there is one alone."
    )
    dark_colour: str | None = strawberry.field(description="`colour`, on a dark page.")
    dark_second_colour: str | None = strawberry.field(description="`secondColour`, on a dark page.")


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
    languages: list[str] = strawberry.field(
        description="`fr`, `en`: those of its e-mails, the first where a person's own is not among them."
    )
    signs_in_on_confirmation: bool = strawberry.field(
        description="Does confirming the e-mail sign in the browser that registered?"
    )
    found: strawberry.Private[operators_.Operator]

    @strawberry.field(description="Its logo and colours.")
    def theme(self, info: Info) -> Theme:
        return Theme(**vars(theme.of(info.context.units.settings, self.found)))

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
            languages=operator.languages,
            signs_in_on_confirmation=operator.login_on_confirmation,
            found=operator,
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
