"""Browsers that have logged in before: a sealed mark in a cookie (OWASP's device cookie). Owns no table.

Whoever bears the mark of an account is counted apart from strangers, so that nobody who hammers at an e-mail can
keep its owner out.
"""

from identity.accounts.account import Account
from identity.foundation import tokens
from identity.foundation.tokens import Secret
from identity.foundation.unit_of_work import UnitOfWork

PURPOSE = "known-browser"


def mark(work: UnitOfWork, account: Account) -> Secret:
    """A mark that names the account by digest and this browser by chance."""
    owner = work.keyring.digest(PURPOSE, account.email_folded or "")
    return Secret(work.keyring.seal_json(PURPOSE, {"owner": owner, "browser": tokens.new_id()}))


def find(work: UnitOfWork, email_folded: str) -> str | None:
    """The visitor's browser by its own name, if it bears the mark of this e-mail's account."""
    if not work.visitor.known_browser:
        return None
    mark_ = work.keyring.unseal_json(PURPOSE, work.visitor.known_browser.reveal())
    if not mark_ or mark_["owner"] not in work.keyring.digests(PURPOSE, email_folded):
        return None
    return str(mark_["browser"])
