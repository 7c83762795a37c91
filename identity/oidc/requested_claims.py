"""The `claims` parameter (OpenID Connect Core §5.5): claims asked for one by one, where they are to be told.

What we do not know is left out, as the standard wants; only nonsense is refused. A claim that is asked for alone
needs the scope that holds it, of the client as of the person.
"""

from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError

from identity.oidc import claims, exchange

LONGEST = 8_192
PLACES = ("userinfo", "id_token")


@dataclass(frozen=True)
class RequestedClaims:
    """Names of claims by place, and what the client demands of some."""

    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()
    subject: str | None = None
    """The one person that will do."""
    acr: tuple[str, ...] = ()
    """The authentication contexts of which one must be met."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that hold what is asked for."""
        names = dict.fromkeys(self.userinfo + self.id_token)
        return tuple(dict.fromkeys(claims.SCOPE_OF[name] for name in names))

    def within(self, scope: str) -> dict[str, list[str]]:
        """What may be told where these scopes are granted, to be stored with the grant; {} for nothing."""
        words = scope.split()
        said = {
            "userinfo": [name for name in self.userinfo if claims.SCOPE_OF[name] in words],
            "id_token": [name for name in self.id_token if claims.SCOPE_OF[name] in words],
        }
        return {place: names for place, names in said.items() if names}


NONE = RequestedClaims()


def parse(text: str | None) -> RequestedClaims:
    """What the parameter asks for; InvalidRequestError where it is not an object of objects."""
    if text is None:
        return NONE
    asked = _object(_json(text))
    places = {place: _object(asked.get(place)) for place in PLACES}
    subjects = [wanted for place in places.values() for wanted in _values(place.get("sub"))]
    acr = _object(places["id_token"].get("acr"))
    return RequestedClaims(
        userinfo=_known(places["userinfo"]),
        id_token=_known(places["id_token"]),
        subject=subjects[0] if subjects else None,
        acr=tuple(_values(acr)) if acr.get("essential") is True else (),
    )


def _json(text: str) -> Any:
    if len(text) > LONGEST:
        raise InvalidRequestError("The claims parameter is too long.")
    try:
        return exchange.document(text)
    except (ValueError, RecursionError):
        raise InvalidRequestError("The claims parameter is not JSON.") from None


def _object(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidRequestError("The claims parameter is an object of objects.")
    return value


def _known(asked: dict[str, Any]) -> tuple[str, ...]:
    for demand in asked.values():
        _object(demand)
    return tuple(name for name in asked if name in claims.SCOPE_OF)


def _values(demand: Any) -> list[str]:
    asked = _object(demand)
    listed = asked.get("values")
    said = [asked.get("value"), *(listed if isinstance(listed, list) else ())]
    return [value for value in said if isinstance(value, str)]
