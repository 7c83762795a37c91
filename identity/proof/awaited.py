"""What to look for in the mailbox: the sender and the subject of the letter that a screen speaks of.

Says what the screen may know, never what was really sent: the same whether or not the address has an account. To
whoever has one already goes another letter, from the same sender.
"""

from dataclasses import dataclass

from identity.directory.operators import Operator
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail import rendering
from identity.mail.messages import Letterhead
from identity.proof import letterhead


@dataclass(frozen=True)
class Awaited:
    """How the letter shows in a mailbox."""

    subject: str
    language: str
    sender: str | None = None
    address: str | None = None
    """None, as the sender, where naming it would tell whether there is an account."""


def confirmation(work: UnitOfWork, operator: Operator, language: str) -> Awaited:
    """The letter that confirms a registration (seed 000 step 6, seed 004 step 4)."""
    return under(letterhead.of(work, operator), "confirm_registration", language)


def request_confirmation(work: UnitOfWork, operator_id: int, language: str) -> Awaited:
    """The letter that confirms a request without a key."""
    operator = work.session.get_one(Operator, operator_id)
    return under(letterhead.of(work, operator), "confirm_request", language)


def under(paper: Letterhead, letter: str, language: str) -> Awaited:
    """A letter, by its template's name, under a letterhead."""
    return Awaited(rendering.subject(letter, language), language, paper.sender_name, paper.sender_address)


def anonymous(letter: str, language: str) -> Awaited:
    """A letter whose sender must not be told."""
    return Awaited(rendering.subject(letter, language), language)
