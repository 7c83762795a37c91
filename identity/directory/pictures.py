"""What a file of a picture is, by its bytes and never by its name. Keeps nothing.

A drawing (SVG) is a program as much as a picture: one that holds a script, asks for anything elsewhere or declares
entities is refused. What is let through is served under a policy that would stop it all the same.
"""

import re
from dataclasses import dataclass
from xml.parsers import expat

from identity.foundation.errors import NotAllowed

LARGEST = 100_000  # bytes

_SVG = "http://www.w3.org/2000/svg"
_NEEDLESS = ("script", "foreignobject", "iframe", "object", "embed", "audio", "video", "animate", "set")
_LINKS = ("href", "src")
_INSIDE = ("#", "data:image/png", "data:image/jpeg", "data:image/webp")
_ELSEWHERE = re.compile(r"@import|url\(\s*['\"]?\s*(?!['\"#\s])", re.IGNORECASE)


@dataclass(frozen=True)
class Picture:
    """A file that was found to be a harmless picture."""

    body: bytes
    media_type: str
    """`image/png`, `image/jpeg`, `image/webp` or `image/svg+xml`."""


def judge(body: bytes) -> Picture:
    """The picture in these bytes; NotAllowed says why there is none, in a sentence."""
    return Picture(body, _media_type(body))


def _media_type(body: bytes) -> str:
    if len(body) > LARGEST:
        raise NotAllowed(f"The logo weighs {len(body):,} bytes; it may weigh {LARGEST:,}.")
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image/webp"
    _require_drawing(body)
    return "image/svg+xml"


def _require_drawing(body: bytes) -> None:
    drawing = _Drawing()
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
    # A whole text at once: what spans two pieces must not pass.
    parser.buffer_text, parser.buffer_size = True, LARGEST
    parser.StartElementHandler = drawing.begin
    parser.CharacterDataHandler = drawing.add_text
    parser.StartDoctypeDeclHandler = drawing.refuse_doctype
    parser.ProcessingInstructionHandler = drawing.refuse_instruction
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise _no_picture() from None


class _Drawing:
    """What the parser meets, of which the first must be `svg`."""

    def __init__(self) -> None:
        self._is_begun = False

    def begin(self, element: str, attributes: dict[str, str]) -> None:
        if not self._is_begun and element != f"{_SVG} svg":
            raise _no_picture()
        self._is_begun = True
        name = element.rpartition(" ")[2]
        if name.lower() in _NEEDLESS:
            raise NotAllowed(f"The logo holds <{name}>, which a drawing does not need.")
        for attribute, value in attributes.items():
            _require_harmless(attribute.rpartition(" ")[2].lower(), value)

    def add_text(self, text: str) -> None:
        if _ELSEWHERE.search(text):
            raise _elsewhere()

    def refuse_doctype(self, *_: object) -> None:
        raise NotAllowed("The logo declares a DOCTYPE: save it as plain SVG.")

    def refuse_instruction(self, target: str, _: str) -> None:
        raise NotAllowed(f"The logo holds an instruction ({target}): save it as plain SVG.")


def _require_harmless(attribute: str, value: str) -> None:
    if attribute.startswith("on"):
        raise NotAllowed(f"The logo holds a script ({attribute}).")
    if attribute in _LINKS and not value.startswith(_INSIDE):
        raise _elsewhere()
    if _ELSEWHERE.search(value):
        raise _elsewhere()


def _no_picture() -> NotAllowed:
    return NotAllowed("The logo is neither PNG, JPEG, WebP nor SVG.")


def _elsewhere() -> NotAllowed:
    return NotAllowed("The logo asks for something elsewhere: all of a drawing must be in its file.")
