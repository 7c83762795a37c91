"""Requests that nobody would send, made of what a client or an attacker may hold. Strategies, and what they stand for.

A case is drawn without the town: `§code` in it stands for a real code, put in when it is sent. So cases shrink, and
reach deep: a good request with one thing wrong is worth more than noise.
"""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from identity.oidc import invitations
from identity.oidc.invitations import Terms
from tests.oidc.signing import ASSERTION, Signer
from tests.oidc.town import CALLBACK, COOKIE, ISSUER, Citizen, Pkce, Town, request_for

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Jwt:
    """A JWT to be signed when it is sent: a kind that is good, and what is wrong with it."""

    kind: str
    claims: dict[str, Any]
    header: dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One request; `raw` takes the place of the parameters, and `form` says where those go."""

    method: str
    path: str
    base: str
    changes: tuple[tuple[str, str | Jwt | None], ...]
    repeated: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, bytes | str | Jwt], ...]
    media: str
    raw: bytes | None
    as_usual: bool
    """With the header that such a request has."""


@dataclass(repr=False)
class Stock:
    """What may be held: clients, a citizen's browser, tokens, codes, keys."""

    town: Town
    signer: Signer
    citizen: Citizen
    held: dict[str, str] = field(default_factory=dict)

    def put(self, value: str) -> str:
        """The same text with what its marks stand for; a code and a pushed request are used up, so made anew."""
        for mark, text in self.held.items():
            value = value.replace(mark, text)
        if "§code" in value:
            value = value.replace("§code", self.town.code(self.citizen, "portail", Pkce("v" * 43)))
        return value.replace("§uri", self._push()) if "§uri" in value else value

    def enroll(self) -> None:
        """A client that registered itself a moment ago, and the token that opens its registration."""
        with self.town.units.begin() as work:
            invitation = invitations.issue(work, Terms("essais", uses=1)).reveal()
        headers = {"authorization": f"Bearer {invitation}"}
        told = self.town.http.post("/register", json={"redirect_uris": [CALLBACK]}, headers=headers).json()
        self.held |= {"§dynamic": told["client_id"], "§registration": told["registration_access_token"]}

    def _push(self) -> str:
        auth = ("mediatheque", self.held["§secret"])
        asked = request_for("mediatheque", Pkce("v" * 43))
        return str(self.town.http.post("/par", data=asked, auth=auth).json()["request_uri"])

    def sign(self, asked: Jwt) -> str:
        """The JWT, signed by the client's key."""
        claims = {name: _put(self, value) for name, value in asked.claims.items()}
        signer = self.signer
        good = {
            "assertion": lambda: signer.assertion("signataire")["client_assertion"],
            "request": lambda: signer.request("signataire", request_for("signataire", Pkce())),
            "proof": lambda: signer.proof("/token")["DPoP"],
        }[asked.kind]()
        head, body, _ = good.split(".")
        whole = [_unb64(head) | asked.header, _unb64(body) | claims]
        return signer.raw(*whole)


def stock(town: Town) -> Stock:
    """A town with one of each."""
    signer, citizen = Signer(town), town.settle()
    town.register("portail", public=True, access_token_format="jwt")
    secret = town.register(
        "mediatheque", jwks=signer.jwks, device=True, exchange_audiences=("portail",), sector="portail.test"
    )
    town.register("signataire", auth_method="private_key_jwt", jwks=signer.jwks, dpop_bound=True)
    town.register("banque", profile="fapi2", jwks=signer.jwks, require_signed_request=True)
    with town.units.begin() as work:
        invitation = invitations.issue(work, Terms("essais", uses=1000)).reveal()
    pkce = Pkce("v" * 43)
    tokens = town.sign_in(citizen, "portail", scope="openid email offline_access")
    asked = {"scope": "openid", "client_id": "mediatheque"}
    device = town.http.post("/device_authorization", data=asked, auth=("mediatheque", secret)).json()
    waiting = town.authorize(None, **request_for("portail", pkce)).headers["location"].rpartition("=")[2]
    return Stock(
        town,
        signer.learn_nonce(),
        citizen,
        {
            "§access": tokens["access_token"], "§refresh": tokens["refresh_token"], "§identity": tokens["id_token"],
            "§secret": secret, "§invitation": invitation, "§waiting": waiting,
            "§device": device.get("device_code", ""), "§user": device.get("user_code", ""),
            "§verifier": pkce.verifier, "§challenge": pkce.challenge,
        },
    )  # fmt: skip


_HOSTILE = (
    "", " ", '"', "\\", "\0", "é", "\u202e", "%00", "../..", "'; --", "<script>", "a" * 3000, "a" * 17_000, "0", "-1",
    "9" * 30, "NaN", "{}", "[]", "null", '{"userinfo": {"email": null}}', "[" * 2000, "none", "login", "create",
    "S256", "plain", "code", "code id_token", "openid offline_access", "form_post", "query", "fragment", CALLBACK,
    CALLBACK + "/", CALLBACK.upper(), CALLBACK + "#x", ISSUER, "http://127.0.0.1:1/", "javascript:alert(1)",
    "fr.exemple:/x", "a.b.c", "..", "e30.e30.", "eyJhbGciOiJub25lIn0.e30.", "portail", "mediatheque", "signataire",
    "banque", "inconnu", "authorization_code", "refresh_token", "client_credentials", "password", ASSERTION,
    "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:token-type:access_token", "urn:ietf:params:oauth:request_uri:x",
    "§access", "§refresh", "§identity", "§code", "§uri", "§secret", "§waiting", "§device", "§user", "§verifier",
    "§challenge", "§access§access", "§dynamic", "§registration",
)  # fmt: skip
TEXT = st.sampled_from(_HOSTILE) | st.text(max_size=30)

NAMES = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "prompt", "max_age", "claims", "display",
    "code_challenge", "code_challenge_method", "response_mode", "request", "request_uri", "registration", "dpop_jkt",
    "id_token_hint", "login_hint", "acr_values", "ui_locales", "claims_locales", "resource", "audience",
    "grant_type", "code", "code_verifier", "refresh_token", "client_secret", "client_assertion",
    "client_assertion_type", "token", "token_type_hint", "access_token", "device_code", "user_code", "subject_token",
    "subject_token_type", "actor_token", "requested_token_type", "logout_hint", "post_logout_redirect_uri", "continue",
    "email", "password", "csrf", "decision", "code",
)  # fmt: skip

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
_CLAIMS = st.dictionaries(
    st.sampled_from(["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "htm", "htu", "ath", "nonce", *NAMES]),
    _JSON,
    max_size=2,
)  # fmt: skip
_HEADER = st.dictionaries(
    st.sampled_from(["alg", "kid", "typ", "jwk", "crit", "b64", "jku", "x5c"]), _JSON, max_size=1
)
JWT = st.builds(Jwt, st.sampled_from(["assertion", "request", "proof"]), _CLAIMS, _HEADER)
SIGNED = {"signed": ("client_assertion", "assertion"), "requested": ("request", "request")}
"""The bases that hold a JWT, where, and of which kind."""

BASES: dict[str, dict[str, str]] = {
    "nothing": {},
    "authorization": request_for("portail", Pkce("v" * 43)),
    "pushed": {"client_id": "mediatheque", "request_uri": "§uri"},
    "code": {"grant_type": "authorization_code", "client_id": "portail", "code": "§code", "redirect_uri": CALLBACK,
             "code_verifier": "§verifier"},
    "refresh": {"grant_type": "refresh_token", "client_id": "portail", "refresh_token": "§refresh"},
    "own": {"grant_type": "client_credentials", "client_id": "mediatheque", "client_secret": "§secret"},
    "signed": {"grant_type": "client_credentials", "client_assertion_type": ASSERTION},
    "requested": {"client_id": "signataire", "redirect_uri": CALLBACK},
    "device": {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "mediatheque",
               "client_secret": "§secret", "device_code": "§device"},
    "exchange": {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "client_id": "mediatheque",
                 "client_secret": "§secret", "subject_token": "§access",
                 "subject_token_type": "urn:ietf:params:oauth:token-type:access_token"},
    "token": {"client_id": "mediatheque", "client_secret": "§secret", "token": "§access"},
    "waiting": {"continue": "§waiting", "email": "zoe@exemple.fr", "password": "x", "user_code": "§user"},
    "logout": {"id_token_hint": "§identity", "client_id": "portail", "post_logout_redirect_uri": CALLBACK},
    "client": {"redirect_uris": f'["{CALLBACK}"]', "client_name": '"Essai"'},
}  # fmt: skip
USUAL = {
    "/authorize": ("authorization", "pushed", "requested"), "/par": ("authorization", "signed", "requested"),
    "/token": ("code", "refresh", "own", "signed", "device", "exchange"), "/introspect": ("token",),
    "/revoke": ("token",), "/device_authorization": ("own",), "/logout": ("logout",), "/register": ("client",),
    "/register/§dynamic": ("client",),
}  # fmt: skip

USUAL_HEADER: dict[str, tuple[str, str]] = {
    "/authorize": ("cookie", f"{COOKIE}=§cookie"),
    "/consent": ("cookie", f"{COOKIE}=§cookie"),
    "/userinfo": ("authorization", "Bearer §access"),
    "/register": ("authorization", "Bearer §invitation"),
    "/register/§dynamic": ("authorization", "Bearer §registration"),
}

HEADERS = st.one_of(
    st.tuples(st.just("authorization"), st.sampled_from([
        "Bearer §access", "DPoP §access", "Bearer §invitation", "Bearer", "Basic", "Basic bWVkaWF0aGVxdWU6eA==", "x",
    ])),
    st.tuples(st.just("authorization"), st.binary(max_size=20).map(lambda raw: b"Basic " + raw)),
    st.tuples(st.just("dpop"), JWT | TEXT),
    st.tuples(st.sampled_from(["accept", "accept-language", "if-none-match", "origin", "user-agent"]), TEXT),
    st.just(("accept", "application/token-introspection+jwt")),
    st.tuples(st.just("cookie"), st.just(f"{COOKIE}=§cookie") | TEXT.map(lambda text: f"{COOKIE}={text}")),
)  # fmt: skip


def _repeated(wanted: bool) -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.tuples(st.sampled_from(NAMES), TEXT), min_size=int(wanted), max_size=int(wanted))


@st.composite
def cases(draw: st.DrawFn, doors: tuple[tuple[str, str], ...]) -> Case:
    """A request to one of these doors (method and path)."""
    method, path = draw(st.sampled_from(doors))
    usual = USUAL.get(path, ("waiting",))
    base = draw(st.sampled_from(usual * 3 + tuple(BASES)[:4]))
    name = st.sampled_from(NAMES) | st.text(max_size=8)
    change = st.tuples(name, st.none() | TEXT | JWT)
    changes = draw(st.lists(change, max_size=draw(st.sampled_from([1, 1, 2, 4]))))
    if base in SIGNED:
        place, kind = SIGNED[base]
        changes.insert(0, (place, Jwt(kind, draw(_CLAIMS), draw(_HEADER))))
    return Case(
        method=method,
        path=path,
        base=base,
        changes=tuple(changes),
        repeated=tuple(draw(st.sampled_from([False] * 5 + [True]).flatmap(_repeated))),
        headers=tuple(draw(st.lists(HEADERS, max_size=1))),
        media=draw(
            st.sampled_from([FORM] * 6 + ["application/json", "text/plain", "", "multipart/form-data"])
        ),
        raw=draw(
            st.sampled_from([True] * 9 + [False]).flatmap(
                lambda n: st.none() if n else st.binary(max_size=60)
            )
        ),
        as_usual=draw(st.sampled_from([True, True, False])),
    )


def send(held: Stock, case: Case) -> Any:
    """Send it, and give what came back."""
    if "§dynamic" in case.path:
        held.enroll()
    wanted: dict[str, str | Jwt] = dict(BASES[case.base])
    for name, value in case.changes:
        wanted.pop(name, None)
        if value is not None:
            wanted[name] = value
    pairs = [(name, _text(held, value)) for name, value in (*wanted.items(), *case.repeated)]
    coded = case.raw if case.raw is not None else urlencode(pairs, errors="replace").encode()
    is_json = case.path.startswith("/register") or case.media == "application/json"
    body = json.dumps(dict(_loaded(pairs))).encode() if is_json and case.raw is None else coded
    usual = [USUAL_HEADER[case.path]] if case.as_usual and case.path in USUAL_HEADER else []
    headers = [(name, _header(held, value)) for name, value in (*usual, *case.headers)]
    if case.method in ("POST", "PUT"):
        headers.append(("content-type", (case.media if not is_json else "application/json").encode()))
        return _request(held, case, headers, body, "")
    return _request(held, case, headers, b"", quote(coded, safe="=&%+"))


def _request(held: Stock, case: Case, headers: list[tuple[str, bytes]], body: bytes, query: str) -> Any:
    held.town.http.cookies.clear()
    path = held.put(case.path)
    url = f"{path}?{query}" if query else path
    return held.town.http.request(case.method, url, content=body, headers=headers, follow_redirects=False)


def _loaded(pairs: list[tuple[str, str]]) -> Any:
    for name, text in pairs:
        try:
            yield name, json.loads(text)
        except (ValueError, RecursionError):
            yield name, text


def _header(held: Stock, value: bytes | str | Jwt) -> bytes:
    raw = value if isinstance(value, bytes) else _text(held, value).encode("utf-8", "replace")
    # What no server lets through to us.
    return bytes(byte for byte in raw[:8000] if byte >= 32 and byte != 127).strip()


def _text(held: Stock, value: str | Jwt) -> str:
    if isinstance(value, Jwt):
        return held.sign(value)
    return held.put(value.replace("§cookie", held.citizen.cookie.reveal()))


def _put(held: Stock, value: Any) -> Any:
    return held.put(value) if isinstance(value, str) else value


def _unb64(part: str) -> dict[str, Any]:
    return dict(json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))))
