"""What to look for in the mailbox, as the screens after which an e-mail comes say it."""

import strawberry

from identity.proof.awaited import Awaited


@strawberry.type(
    description="How the e-mail that follows shows in the mailbox. It is said alike whether or not the address has "
    "an account: to whoever has one already goes another letter, from the same sender."
)
class ExpectedMail:
    subject: str = strawberry.field(description="In the language of the e-mail.")
    language: str = strawberry.field(description="Of the e-mail: `fr` or `en`.")
    sender: str | None = strawberry.field(
        description="The name it comes from; null where naming it would tell whether there is an account."
    )
    address: str | None = strawberry.field(description="Where it comes from; null likewise.")

    @classmethod
    def of(cls, awaited: Awaited) -> "ExpectedMail":
        """The letter that a screen may announce."""
        return cls(
            subject=awaited.subject,
            language=awaited.language,
            sender=awaited.sender,
            address=awaited.address,
        )
