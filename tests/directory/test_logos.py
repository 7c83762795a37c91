"""Logos: known by their bytes, small, harmless, and each under an address of its own."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from identity.directory import logos, operators, pictures, theme
from identity.directory.communes import Commune
from identity.directory.logos import Logo
from identity.directory.operators import NewOperator, ProofMethod, ServiceKind
from identity.foundation.errors import NotAllowed
from identity.foundation.unit_of_work import Units

PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
JPEG = b"\xff\xd8\xff\xe0" + bytes(50)
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(50)
INK = b'xmlns="http://www.w3.org/2000/svg"'
SVG = b"<?xml version='1.0'?><!-- drawn by us --><svg " + INK + b'><path fill="url(#a)" d="M0 0z"/></svg>'


def drawing(inside: str) -> bytes:
    return b"<svg " + INK + b' xmlns:xlink="http://www.w3.org/1999/xlink">' + inside.encode() + b"</svg>"


@pytest.fixture
def town(units: Units) -> Units:
    """One operator, without a logo."""
    with units.begin() as work:
        work.session.add(Commune(insee_code="13026", name="Châteauneuf", postcodes=[]))
        work.session.flush()
        proofs = [ProofMethod.CONTRACT_AND_METER]
        operators.add(work, NewOperator("eau", "Eau", [ServiceKind.WATER], proofs, ["13026"]))
    return units


def put(town: Units, body: bytes) -> str | None:
    with town.begin() as work:
        operator = operators.get(work, "eau")
        logos.put(work, operator, pictures.judge(body))
        return logos.address(town.settings, operator)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp"), (SVG, "image/svg+xml")],
    ids=["png", "jpeg", "webp", "svg"],
)
def test_a_picture_is_what_its_bytes_say(town: Units, body: bytes, media_type: str) -> None:
    put(town, body)
    with town.read() as work:
        found = logos.find(work, "eau")
        assert found is not None
        assert (found[0].body, found[0].media_type) == (body, media_type)


def test_another_picture_has_another_address_and_replaces_the_former(town: Units) -> None:
    first, second = put(town, PNG), put(town, JPEG)
    assert first is not None
    assert first.startswith("https://compte.example/logos/eau?v=")
    assert first != second
    assert put(town, PNG) == first
    with town.read() as work:
        assert len(work.session.exec(select(Logo)).all()) == 1


def test_a_logo_is_taken_away(town: Units) -> None:
    put(town, PNG)
    for _ in range(2):
        with town.begin() as work:
            logos.remove(work, operators.get(work, "eau"))
    with town.read() as work:
        assert logos.find(work, "eau") is None
        assert logos.address(town.settings, operators.get(work, "eau")) is None


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "neither PNG, JPEG, WebP nor SVG"),
        (b"GIF89a" + bytes(50), "neither"),
        (b"<html><body>no</body></html>", "neither"),
        (b"<svg><path/></svg>", "neither"),  # of no namespace: no browser draws it
        (SVG[:-3], "neither"),
        (SVG.replace(b"drawn", b"dra\xffn"), "neither"),
        (PNG + bytes(100_000), "100,058 bytes; it may weigh 100,000"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing("&a;"), "DOCTYPE"),
        (b'<?xml-stylesheet href="https://example.org/a.css"?>' + drawing(""), "instruction"),
        (drawing("<script>alert(1)</script>"), "<script>"),
        (drawing("<foreignObject/>"), "<foreignObject>"),
        (drawing('<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="#"/>'), "<iframe>"),
        (drawing('<path onload="alert(1)"/>'), "a script (onload)"),
        (drawing('<a href="javascript:alert(1)"/>'), "elsewhere"),
        (drawing('<image xlink:href="https://example.org/a.png"/>'), "elsewhere"),
        (drawing('<image href="data:image/svg+xml,%3Csvg/%3E"/>'), "elsewhere"),
        (drawing('<path fill="url( &apos;https://example.org/a.svg#b&apos;)"/>'), "elsewhere"),
        (drawing("<style>@im<!-- -->port 'a'; @import url(https://example.org)</style>"), "elsewhere"),
        (drawing("<style>path { fill: url(//example.org/a) }</style>"), "elsewhere"),
        (drawing("<style>path { fill: url(' https://example.org/a') }</style>"), "elsewhere"),
    ],
)
def test_what_is_no_harmless_picture_is_refused_in_a_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        pictures.judge(body)
    assert sentence in refused.value.reason


@pytest.mark.parametrize(
    "inside",
    [
        '<defs><linearGradient id="a"/></defs><path fill="url(#a)" style="stroke:url(\'#a\')"/>',
        '<image href="data:image/png;base64,AAAA"/><use href="#a"/>',
        "<style>path { fill: url( #a ) }</style>",
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>',
    ],
)
def test_what_a_drawing_program_writes_is_accepted(inside: str) -> None:
    assert pictures.judge(drawing(inside)).media_type == "image/svg+xml"


def test_a_theme_has_a_shade_of_each_colour_for_either_page(town: Units) -> None:
    with town.begin() as work:
        plain = theme.of(town.settings, operators.get(work, "eau"))
        assert set(vars(plain).values()) == {None}
        operators.update(work, "eau", colour="#0B5394")
        one = theme.of(town.settings, operators.get(work, "eau"))
        assert (one.colour, one.second_colour) == ("#0b5394", "#0b5394")
        assert one.dark_colour == one.dark_second_colour != "#0b5394"
        operators.update(work, "eau", second_colour="#a33a1c")
        two = theme.of(town.settings, operators.get(work, "eau"))
        assert (two.colour, two.second_colour) == ("#0b5394", "#a33a1c")


@pytest.fixture(name="refusal")
def _refusal(town: Units) -> Callable[[str], str]:
    def refuse(colour: str) -> str:
        with town.begin() as work, pytest.raises(NotAllowed) as refused:
            operators.update(work, "eau", second_colour=colour)
        return refused.value.reason

    return refuse


def test_a_colour_that_cannot_be_read_is_refused_with_its_ratio_and_one_that_can(
    refusal: Callable[[str], str],
) -> None:
    told = refusal("#ffcc00")
    assert told.startswith("#ffcc00 has a contrast of 1.29 to 1 with a light page, and text needs 4.5 to 1")
    assert refusal("yellow") == "yellow is not a colour: write it as #005b8f."
