"""Under whose name an e-mail goes out. Turns an operator, which mail does not know, into mail's own terms."""

from identity.directory.operators import Operator
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail.messages import Letterhead

DEPLOYMENT = "Parvis"
"""Signs the e-mails that concern no operator."""


def of(work: UnitOfWork, operator: Operator | None) -> Letterhead:
    """The letterhead of an operator, or the deployment's own where there is none."""
    settings = work.settings
    if operator is None:
        return Letterhead(
            sender_name=DEPLOYMENT,
            sender_address=settings.mail_from,
            portal=settings.public_url,
            support_email=None,
            signature=DEPLOYMENT,
        )
    return Letterhead(
        sender_name=operator.sender_name,
        sender_address=operator.sender_address or settings.mail_from,
        portal=(operator.portal_url or settings.public_url).rstrip("/"),
        support_email=operator.support_email,
        signature=operator.name,
        operator=operator.slug,
    )


def language(operator: Operator, spoken: str) -> str:
    """The person's language where the operator speaks it, else the operator's first; `fr` or `en`."""
    return spoken if spoken in operator.languages else operator.languages[0]
