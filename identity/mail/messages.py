"""Every e-mail that Parvis writes: one function, and one template a language, each. Knows no operator.

A function is given secrets and facts, builds the links from the letterhead's portal, and posts the letter in
the transaction of the flow that calls it. The first address of the text is the one to follow. A letter to an
address that nobody has confirmed yet bears no name: whoever typed the address typed the name too, and a
town's mail must not carry strangers' words.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork
from identity.mail import outbox, rendering
from identity.mail.mime import one_line
from identity.mail.words import LANGUAGES

LONGEST_NAME = 80


@dataclass(frozen=True)
class Letterhead:
    """In whose name a letter goes out, and where its links lead."""

    sender_name: str
    sender_address: str
    portal: str
    support_email: str | None
    signature: str
    """The operator's name."""
    operator: str | None = None
    """Its slug, where a page must know whose key it is given."""


@dataclass(frozen=True)
class Addressee:
    """Who reads it, in which language (`fr`, `en`)."""

    email: str
    language: str
    name: str | None


@dataclass(frozen=True)
class _Letter:
    template: str
    letterhead: Letterhead
    to: Addressee
    expires_at: datetime | None = None
    bulk: bool = False


def activation_key(
    work: UnitOfWork, letterhead: Letterhead, to: Addressee, *, key: Secret, expires_at: datetime
) -> None:
    """The subscriber's key, and the link that opens the form with it (seed 000, step 1)."""
    letter = _Letter("activation_key", letterhead, to, expires_at, bulk=True)
    whose = f"&operator={quote(letterhead.operator)}" if letterhead.operator else ""
    link = f"{_page(letterhead, 'register')}#key={quote(key.reveal(), safe='-')}{whose}"
    symbols = sum(character.isalnum() for character in key.reveal())
    _post(work, letter, link=link, key=key.reveal(), symbols=symbols)


def confirm_registration(
    work: UnitOfWork,
    letterhead: Letterhead,
    to: Addressee,
    *,
    token: Secret,
    code: Secret,
    expires_at: datetime,
) -> None:
    """Is this address yours? The link, the code, and « ce n’est pas moi » (seed 004, step 4)."""
    letter = _Letter("confirm_registration", letterhead, _nameless(to), expires_at)
    _post(
        work,
        letter,
        link=_link(letterhead, "confirm", token),
        disown=_link(letterhead, "disown", token),
        code=code.reveal(),
    )


def account_exists(
    work: UnitOfWork, letterhead: Letterhead, to: Addressee, *, token: Secret, expires_at: datetime
) -> None:
    """Someone registered with an address that has an account: log in and link the contract, or do nothing."""
    letter = _Letter("account_exists", letterhead, _nameless(to), expires_at)
    _post(work, letter, link=_link(letterhead, "link-contract", token), forgot=_page(letterhead, "forgot"))


def registration_confirmed(work: UnitOfWork, letterhead: Letterhead, to: Addressee) -> None:
    """The second e-mail of seed 004: the account is open."""
    _post(work, _Letter("registration_confirmed", letterhead, to), link=_page(letterhead))


def contract_linked(
    work: UnitOfWork, letterhead: Letterhead, to: Addressee, *, contract_number: str | None
) -> None:
    """A further contract belongs to the account now."""
    letter = _Letter("contract_linked", letterhead, to)
    _post(work, letter, link=_page(letterhead), contract_number=contract_number)


def confirm_request(
    work: UnitOfWork,
    letterhead: Letterhead,
    to: Addressee,
    *,
    token: Secret,
    reference: str,
    expires_at: datetime,
) -> None:
    """Someone without a key asks for an account: is this address theirs?"""
    letter = _Letter("confirm_request", letterhead, _nameless(to), expires_at)
    _post(work, letter, link=_link(letterhead, "confirm-request", token), reference=reference)


def request_approved(
    work: UnitOfWork,
    letterhead: Letterhead,
    to: Addressee,
    *,
    token: Secret,
    reference: str,
    expires_at: datetime,
) -> None:
    """An agent agreed: choose a password."""
    letter = _Letter("request_approved", letterhead, to, expires_at)
    _post(work, letter, link=_link(letterhead, "activate", token), reference=reference)


def request_rejected(
    work: UnitOfWork, letterhead: Letterhead, to: Addressee, *, reference: str, reason: str
) -> None:
    """An agent declined, and says why."""
    _post(work, _Letter("request_rejected", letterhead, to), reference=reference, reason=reason)


def reset_password(
    work: UnitOfWork, letterhead: Letterhead, to: Addressee, *, token: Secret, expires_at: datetime
) -> None:
    """The link that sets a new password (seed 004, « Mot de passe oublié »)."""
    letter = _Letter("reset_password", letterhead, to, expires_at)
    _post(work, letter, link=_link(letterhead, "reset", token))


def no_account(work: UnitOfWork, letterhead: Letterhead, to: Addressee) -> None:
    """Someone asked for a new password with an address that has no account."""
    _post(work, _Letter("no_account", letterhead, _nameless(to)), link=_page(letterhead, "register"))


def password_changed(work: UnitOfWork, letterhead: Letterhead, to: Addressee) -> None:
    """The password was changed or reset (seed 004, last paragraph)."""
    _post(work, _Letter("password_changed", letterhead, to), link=_page(letterhead, "forgot"))


def confirm_new_email(
    work: UnitOfWork, letterhead: Letterhead, to: Addressee, *, token: Secret, expires_at: datetime
) -> None:
    """To the new address: is it yours?"""
    letter = _Letter("confirm_new_email", letterhead, _nameless(to), expires_at)
    _post(work, letter, link=_link(letterhead, "confirm-email", token))


def email_changed(
    work: UnitOfWork,
    letterhead: Letterhead,
    to: Addressee,
    *,
    token: Secret,
    new_email_masked: str,
    expires_at: datetime,
) -> None:
    """To the old address: the account has left it, unless that is undone."""
    letter = _Letter("email_changed", letterhead, to, expires_at)
    _post(work, letter, link=_link(letterhead, "undo-email", token), new_email=new_email_masked)


def email_restored(
    work: UnitOfWork, letterhead: Letterhead, to: Addressee, *, token: Secret, expires_at: datetime
) -> None:
    """The old address is back, and no password opens the account until another is chosen by this link."""
    letter = _Letter("email_restored", letterhead, to, expires_at)
    _post(work, letter, link=_link(letterhead, "reset", token), forgot=_page(letterhead, "forgot"))


def account_closed(work: UnitOfWork, letterhead: Letterhead, to: Addressee, *, erased_on: date) -> None:
    """The account is closed, and when its personal data will be gone."""
    _post(work, _Letter("account_closed", letterhead, to), erased_on=erased_on)


def _post(work: UnitOfWork, letter: _Letter, **facts: Any) -> None:
    letterhead, to = letter.letterhead, letter.to
    language = to.language if to.language in LANGUAGES else LANGUAGES[0]
    name = one_line(to.name or "")[:LONGEST_NAME].strip() or None
    shared = {
        "name": name,
        "operator": letterhead.signature,
        "support": letterhead.support_email,
        "expires_at": letter.expires_at,
        "validity": letter.expires_at and letter.expires_at - work.now,
    }
    # One line each: a line break typed into a form must not begin a paragraph of the town's.
    clean = {key: one_line(fact) if isinstance(fact, str) else fact for key, fact in (shared | facts).items()}
    rendered = rendering.render(letter.template, language, clean)
    written = outbox.Letter(
        kind=letter.template,
        language=language,
        sender_name=letterhead.sender_name,
        sender_address=letterhead.sender_address,
        recipient=to.email,
        recipient_name=name,
        reply_to=letterhead.support_email,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        bulk=letter.bulk,
    )
    outbox.post(work, written, expires_at=letter.expires_at)


def _link(letterhead: Letterhead, page: str, token: Secret) -> str:
    # In the fragment: it reaches neither a server's log nor a Referer.
    return f"{_page(letterhead, page)}#token={quote(token.reveal(), safe='')}"


def _page(letterhead: Letterhead, page: str = "") -> str:
    return f"{letterhead.portal.rstrip('/')}/{page}"


def _nameless(to: Addressee) -> Addressee:
    return replace(to, name=None)
