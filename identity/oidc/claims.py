"""What is told about a person, scope by scope. Owns the map from scopes to claims and reads the records.

A claim without a value is left out (OpenID Connect Core §5.3.2). `contracts` and `legal_identity` are
Parvis's own: which contracts the person proved to hold, and as what kind of person.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from identity.accounts.account import Account
from identity.directory.operators import Operator
from identity.directory.subscribers import Subscriber
from identity.foundation import prepared
from identity.foundation.unit_of_work import UnitOfWork

SCOPES: dict[str, tuple[str, ...]] = {
    "openid": ("sub",),
    "profile": ("name", "given_name", "family_name", "locale", "updated_at"),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
    "address": ("address",),
    "contracts": ("contracts",),
    "legal_identity": ("legal_identity",),
    "offline_access": (),
    "account": (),
}

FURTHER: dict[str, tuple[str, ...]] = {
    "profile": (
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
    ),
}
"""The rest of OpenID Connect's standard claims (Core §5.1): no citizen is asked for them, an account may hold them."""

SCOPE_OF = {
    name: scope
    for held in (SCOPES, FURTHER)
    for scope, names in held.items()
    for name in names
    if name != "sub"
}
"""The scope that holds each claim that may be asked for by itself."""

_ACCOUNTS = Account.__table__  # type: ignore[attr-defined]
_SUBSCRIBERS = Subscriber.__table__  # type: ignore[attr-defined]
_OPERATORS = Operator.__table__  # type: ignore[attr-defined]

_PERSON = prepared.Statement(select(_ACCOUNTS).where(_ACCOUNTS.c.id == bindparam("account_id")))
_CONTRACTS = (
    select(
        _OPERATORS.c.slug,
        _OPERATORS.c.name,
        _OPERATORS.c.services,
        *(
            _SUBSCRIBERS.c[name]
            for name in ("contract_number", "address_line1", "address_line2", "postcode", "city")
        ),
    )
    .join(_OPERATORS, _OPERATORS.c.id == _SUBSCRIBERS.c.operator_id)
    .where(
        _SUBSCRIBERS.c.account_id == bindparam("account_id"),
        or_(_SUBSCRIBERS.c.closed_on.is_(None), _SUBSCRIBERS.c.closed_on > bindparam("today")),
    )
    .order_by(_SUBSCRIBERS.c.linked_at, _SUBSCRIBERS.c.id)
)
_NEED_CONTRACTS = {"address", "contracts"}


def of(work: UnitOfWork, account_id: str, scope: str, names: Iterable[str] = ()) -> dict[str, Any]:
    """Every claim that these scopes reveal of this account, save `sub`, and those asked for by name.

    Nothing null, nothing empty.
    """
    words = scope.split()
    alone = [name for name in names if SCOPE_OF[name] not in words]
    if not alone:
        return _told(work, account_id, words)
    told = _told(work, account_id, list(dict.fromkeys([*words, *(SCOPE_OF[name] for name in alone)])))
    return {name: value for name, value in told.items() if name in alone or SCOPE_OF[name] in words}


def further(account: Account, scope: str) -> list[str]:
    """The claims that these scopes reveal of this account beside the usual ones, for the page that names each."""
    return [name for name in account.further_claims or {} if SCOPE_OF.get(name) in scope.split()]


def _told(work: UnitOfWork, account_id: str, words: list[str]) -> dict[str, Any]:
    (person,) = work.run(_PERSON, account_id=account_id)
    contracts = _contracts(work, account_id) if _NEED_CONTRACTS.intersection(words) else []
    claims: dict[str, Any] = {}
    for word in words:
        if word in _TOLD:
            claims |= _TOLD[word](person, contracts)
    held = person.further_claims or {}
    return _filled(
        {name: value for name, value in held.items() if SCOPE_OF.get(name) in words} | _filled(claims)
    )


def _contracts(work: UnitOfWork, account_id: str) -> list[Row[Any]]:
    """The person's open contracts, the first linked first."""
    return list(work.execute(_CONTRACTS, {"account_id": account_id, "today": work.now.date()}))


def _profile(person: Row[Any], _: list[Row[Any]]) -> dict[str, Any]:
    return {
        "name": f"{person.given_name} {person.family_name}".strip(),
        "given_name": person.given_name,
        "family_name": person.family_name,
        "locale": person.language,
        "updated_at": int(person.updated_at.timestamp()),
    }


def _email(person: Row[Any], _: list[Row[Any]]) -> dict[str, Any]:
    # An account exists only once its address is confirmed.
    return {"email": person.email, "email_verified": True} if person.email else {}


def _phone(person: Row[Any], _: list[Row[Any]]) -> dict[str, Any]:
    number = person.mobile or person.phone
    return {"phone_number": number, "phone_number_verified": False} if number else {}


def _address(_: Row[Any], contracts: list[Row[Any]]) -> dict[str, Any]:
    """Where the first contract is: the account itself keeps no address."""
    if not contracts:
        return {}
    first = contracts[0]
    street = "\n".join(line for line in (first.address_line1, first.address_line2) if line)
    place = f"{first.postcode} {first.city}".strip()
    address = {
        "formatted": "\n".join(line for line in (street, place) if line),
        "street_address": street,
        "postal_code": first.postcode,
        "locality": first.city,
    }
    return {"address": _filled(address)}


def _legal_identity(person: Row[Any], _: list[Row[Any]]) -> dict[str, Any]:
    identity = {"legal_nature": person.legal_nature, "organization_name": person.organization_name}
    return {"legal_identity": _filled(identity)}


def _contract_list(_: Row[Any], contracts: list[Row[Any]]) -> dict[str, Any]:
    return {
        "contracts": [
            {
                "operator": row.slug,
                "operator_name": row.name,
                "services": row.services,
                "contract_number": row.contract_number,
            }
            for row in contracts
        ]
    }


_TOLD: dict[str, Callable[[Row[Any], list[Row[Any]]], dict[str, Any]]] = {
    "profile": _profile,
    "email": _email,
    "phone": _phone,
    "address": _address,
    "contracts": _contract_list,
    "legal_identity": _legal_identity,
}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
