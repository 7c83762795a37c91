"""Operators: added with little, changed in part, refused with one sentence, found by commune."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import select

from identity.directory import operators
from identity.directory.communes import Commune
from identity.directory.operators import NewOperator, Operator, ProofMethod, ServiceKind
from identity.foundation.audit import AuditEvent
from identity.foundation.errors import Conflict, NotAllowed, NotFound, OperatorNotFound
from identity.foundation.unit_of_work import Units

CODES = ["13026", "13055", "86137"]


@pytest.fixture
def town(units: Units) -> Units:
    """Three communes and no operator yet."""
    with units.begin() as work:
        work.session.add_all(Commune(insee_code=code, name=f"N° {code}", postcodes=[]) for code in CODES)
    return units


def new(slug: str = "eau", **differences: Any) -> NewOperator:
    return NewOperator(
        **{
            "slug": slug,
            "name": f"La Compagnie {slug}",
            "services": [ServiceKind.WATER],
            "proof_methods": [ProofMethod.CONTRACT_AND_METER],
            "communes": ["13026"],
            **differences,
        }
    )


def test_an_operator_needs_little(town: Units) -> None:
    """Terms, sender and languages have defaults; it neither takes requests nor signs in on confirmation."""
    with town.begin() as work:
        operators.add(work, new())
    with town.read() as work:
        added = operators.get(work, "eau")
    assert added.model_dump(exclude={"id", "created_at", "subscribers_revision"}) == {
        "slug": "eau",
        "name": "La Compagnie eau",
        "services": ["WATER"],
        "proof_methods": ["CONTRACT_AND_METER"],
        "accepts_requests": False,
        "login_on_confirmation": False,
        "terms_version": "1",
        "terms_url": "https://compte.example/terms/eau",
        "languages": ["fr", "en"],
        "sender_name": "La Compagnie eau",
        "sender_address": None,
        "support_email": None,
        "portal_url": None,
        "colour": None,
        "second_colour": None,
        "logo_version": None,
        "activation_keys_checked": True,
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": "E"}, "slug"),
        ({"slug": "Eau"}, "slug"),
        ({"slug": "eau\n"}, "slug"),
        ({"slug": "e" * 65}, "slug"),
        ({"services": []}, "service"),
        ({"communes": []}, "commune"),
        ({"proof_methods": []}, "proof"),
        ({"languages": ["de"]}, "languages"),
        ({"languages": []}, "languages"),
        ({"name": " "}, "name"),
        ({"name": "Eau\r\nBcc: x@example.org"}, "name"),
        ({"sender_name": "x" * 201}, "sender"),
        ({"terms_version": "x" * 33}, "terms version"),
        ({"terms_url": "javascript:alert(1)"}, "https"),
        ({"terms_url": "http://eau.example/terms"}, "https"),
        ({"terms_url": "https://[eau"}, "https"),
        ({"portal_url": "https://eau.example/#/espace"}, "path"),
        ({"sender_address": "eau@"}, "e-mail"),
        ({"support_email": "eau"}, "e-mail"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    town: Units, wrong: dict[str, Any], sentence: str
) -> None:
    """And nothing is added."""
    with pytest.raises(NotAllowed, match=sentence), town.begin() as work:
        operators.add(work, new(**wrong))
    with town.read() as work:
        assert operators.every(work) == []


def test_unknown_communes_are_named(town: Units) -> None:
    """All of them, in one sentence; and the operator is not added without them."""
    with pytest.raises(NotFound, match=r"99999, 1302\.$"), town.begin() as work:
        operators.add(work, new(communes=["13026", "99999", "1302"]))
    with town.read() as work:
        assert operators.find(work, "eau") is None


def test_a_slug_belongs_to_one_operator(town: Units) -> None:
    """Of those who add it at the same moment one succeeds."""

    def add(number: int) -> bool:
        try:
            with town.begin() as work:
                operators.add(work, new(name=f"La {number}e"))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(add, range(4))) == [False, False, False, True]


def test_an_update_keeps_what_it_does_not_name(town: Units) -> None:
    """Lists that are given replace those before; defaults follow what they come from."""
    with town.begin() as work:
        operators.add(work, new(communes=["13026", "13055"], support_email="aide@eau.example"))
    with town.begin() as work:
        operators.update(
            work, "eau", name="Eau du Midi", communes=["86137"], portal_url="https://eau.example/x/"
        )
    with town.read() as work:
        updated = operators.get(work, "eau")
        assert operators.served_by(work, updated) == ["86137"]
    assert (updated.name, updated.sender_name) == ("Eau du Midi", "Eau du Midi")
    assert (updated.support_email, updated.portal_url) == ("aide@eau.example", "https://eau.example/x")
    assert updated.proof_methods == ["CONTRACT_AND_METER"]


def test_an_update_is_held_to_the_same_rules(town: Units) -> None:
    """And an operator must be there to be changed."""
    with town.begin() as work:
        operators.add(work, new())
    with pytest.raises(NotAllowed), town.begin() as work:
        operators.update(work, "eau", languages=["xx"])
    with pytest.raises(OperatorNotFound), town.begin() as work:
        operators.update(work, "gaz", name="Gaz")


def test_changes_are_recorded(town: Units) -> None:
    """What was done, to which operator, and which facts changed; not to what."""
    with town.begin() as work:
        operators.add(work, new())
        operators.update(work, "eau", name="Autre")
    with town.read() as work:
        events = work.session.exec(select(AuditEvent).order_by(AuditEvent.id)).all()  # type: ignore[arg-type]
        operator = operators.get(work, "eau")
    assert [(event.action, event.operator_id, event.detail) for event in events] == [
        ("operator.added", operator.id, None),
        ("operator.updated", operator.id, {"changed": ["name"]}),
    ]


def slugs(found: Sequence[Operator]) -> list[str]:
    return [operator.slug for operator in found]


def test_the_operators_of_communes_come_at_once_and_by_name(town: Units) -> None:
    """Every commune that was asked for is there, also one that nobody serves."""
    with town.begin() as work:
        operators.add(work, new("eau", name="Z", communes=["13026", "13055", "13055"]))
        operators.add(work, new("tri", name="A", communes=["13026"]))
    with town.read() as work:
        served = operators.serving(work, CODES)
        assert {code: slugs(found) for code, found in served.items()} == {
            "13026": ["tri", "eau"],
            "13055": ["eau"],
            "86137": [],
        }
        assert operators.serving(work, []) == {}


@pytest.mark.parametrize("slug", ["gaz", "", "\x00", "\ud800", "EAU", "e" * 10_000])
def test_what_is_no_slug_names_no_operator(town: Units, slug: str) -> None:
    """Whatever is typed, on both engines."""
    with town.begin() as work:
        operators.add(work, new())
    with town.read() as work:
        assert operators.find(work, slug) is None
        with pytest.raises(OperatorNotFound):
            operators.get(work, slug)
