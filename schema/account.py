"""My account: who I am, my contracts, my sessions, the services I federate with."""

from datetime import datetime

import strawberry

from identity.accounts import account as accounts
from identity.accounts import contracts, sessions
from identity.accounts.actors import Actor
from identity.accounts.sessions import SignInSession
from identity.foundation.errors import LoginRequired
from identity.foundation.unit_of_work import UnitOfWork
from identity.oidc import consents
from schema.context import Info, identify, perform, read
from schema.directory import Operator
from schema.enums import Civility, LegalNature
from schema.proof import PostalAddress


@strawberry.type(description="A contract that belongs to the account.")
class Contract:
    id: strawberry.ID = strawberry.field(description="Stable.")
    operator: Operator = strawberry.field(description="Who manages it.")
    contract_number: str | None = strawberry.field(description="As the operator writes it.")
    address: PostalAddress = strawberry.field(description="Where the service is given.")
    linked_at: datetime = strawberry.field(description="When the person proved to hold it.")

    @classmethod
    def of(cls, held: contracts.Contract) -> "Contract":
        """A contract with its operator."""
        return cls(
            id=strawberry.ID(str(held.subscriber.id)),
            operator=Operator.of(held.operator),
            contract_number=held.subscriber.contract_number,
            address=PostalAddress.of(held.subscriber),
            linked_at=held.linked_at,
        )


@strawberry.type(description="A browser where the account is signed in.")
class Session:
    id: strawberry.ID = strawberry.field(description="What `revokeSession` takes.")
    created_at: datetime = strawberry.field(description="When the person logged in there.")
    last_seen_at: datetime = strawberry.field(description="To the nearest five minutes.")
    user_agent: str | None = strawberry.field(description="What the browser calls itself.")
    current: bool = strawberry.field(description="Is it this one?")

    @classmethod
    def of(cls, session: SignInSession, current_id: str | None) -> "Session":
        """A session, as its owner sees it."""
        return cls(
            id=strawberry.ID(session.id),
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            user_agent=session.user_agent,
            current=session.id == current_id,
        )


@strawberry.type(description="A service that the person allowed to read some of the account.")
class Consent:
    client_id: str = strawberry.field(description="What `withdrawConsent` takes.")
    client_name: str = strawberry.field(description="The service's name.")
    scopes: list[str] = strawberry.field(description="What it may read.")
    granted_at: datetime = strawberry.field(description="When it was allowed.")

    @classmethod
    def of(cls, consent: consents.Given) -> "Consent":
        """A consent, as its owner sees it."""
        return cls(
            client_id=consent.client_id,
            client_name=consent.client_name,
            scopes=consent.scopes,
            granted_at=consent.granted_at,
        )


@strawberry.type(description="A signed-in account.")
class Account:
    email: str = strawberry.field(description="Confirmed.")
    legal_nature: LegalNature = strawberry.field(description="« Nature juridique ».")
    civility: Civility | None = strawberry.field(description="Of a person.")
    organization_name: str | None = strawberry.field(description="Of an organisation.")
    family_name: str = strawberry.field(description="« Nom ».")
    given_name: str = strawberry.field(description="« Prénom ».")
    phone: str | None = strawberry.field(description="E.164.")
    mobile: str | None = strawberry.field(description="E.164.")
    created_at: datetime = strawberry.field(description="When it was confirmed.")
    locale: str = strawberry.field(
        description="`fr` or `en`: the language of its e-mails; see `updateProfile`."
    )
    account_id: strawberry.Private[str]
    session_id: strawberry.Private[str | None]

    @strawberry.field(description="The oldest first.")
    async def contracts(self, info: Info) -> list[Contract]:
        return [Contract.of(held) for held in await read(info, contracts.of_account, self.account_id)]

    @strawberry.field(description="Where it is signed in, the latest seen first.")
    async def sessions(self, info: Info) -> list[Session]:
        found = await read(info, sessions.of_account, self.account_id)
        return [Session.of(session, self.session_id) for session in found]

    @strawberry.field(description="The services that may read it.")
    async def consents(self, info: Info) -> list[Consent]:
        return [Consent.of(given) for given in await read(info, consents.of_account, self.account_id)]

    @classmethod
    def of(cls, account: accounts.Account, session_id: str | None) -> "Account":
        """An account, as its owner sees it from this session."""
        profile = vars(accounts.profile_of(account))
        return cls(
            email=account.email,
            created_at=account.created_at,
            locale=account.language,
            account_id=account.id,
            session_id=session_id,
            **profile,
        )


@strawberry.type
class AccountQuery:
    @strawberry.field(description="The signed-in account, or null.")
    async def me(self, info: Info) -> Account | None:
        actor = await read(info, _actor)
        if actor is None:
            return None
        if actor.session and sessions.needs_touch(actor.session, info.context.units.clock()):
            await perform(info, sessions.touch, actor.session)
        return Account.of(actor.account, actor.session.id if actor.session else None)


def _actor(work: UnitOfWork) -> Actor | None:
    try:
        return identify(work)
    except LoginRequired:
        return None
