"""Turns a template into the two bodies of a letter. Owns the templates' little language, never their words.

A template says each thing once, as plain paragraphs between blank lines, and calls `button`, `address` and
`display` for what text and HTML show differently. It is rendered twice, among the pieces of `templates/text`
and of `templates/html`, so the two bodies can never drift apart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from identity.mail import words

if TYPE_CHECKING:
    from jinja2 import Environment

Form = Literal["text", "html"]

_TEMPLATES = Path(__file__).parent / "templates"
_SPACES = re.compile(r"[ \t\n]+")  # never the no-break ones


@dataclass(frozen=True)
class Rendered:
    """What a letter says."""

    subject: str
    text: str
    html: str


def render(template: str, language: str, facts: Mapping[str, Any]) -> Rendered:
    """The letter of this name in this language (fr or en); a fact that is missing is an error."""
    text = _environment(language, "text").get_template(f"{template}.jinja")
    html = _environment(language, "html").get_template(f"{template}.jinja")
    return Rendered(subject(template, language, facts), text.render(facts), html.render(facts))


def subject(template: str, language: str, facts: Mapping[str, Any] | None = None) -> str:
    """The subject alone: what a mailbox lists. None of those that a screen announces needs a fact."""
    text = _environment(language, "text").get_template(f"{template}.jinja")
    return "".join(text.blocks["subject"](text.new_context(dict(facts or {})))).strip()


@cache
def _environment(language: str, form: Form) -> "Environment":
    # Imported here: commands that send no mail start without it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES / language, _TEMPLATES / form]),
        autoescape=form == "html",  # noqa: S701 - text is not HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "paragraphs": _html_paragraphs if form == "html" else _text_paragraphs,
        "moment": partial(words.moment, language=language),
        "day": partial(words.day, language=language),
        "duration": partial(words.duration, language=language),
    }
    pieces = environment.get_template("pieces.jinja").module
    environment.globals |= {"language": language} | {
        name: getattr(pieces, name) for name in ("button", "address", "display")
    }
    return environment


def _text_paragraphs(body: str) -> str:
    """One line a paragraph; what is indented stays as it is."""
    return "\n\n".join(
        chunk if chunk.startswith("    ") else _SPACES.sub(" ", chunk).strip() for chunk in _chunks(body)
    )


def _html_paragraphs(body: str) -> str:
    """A `<p>` for each paragraph; what is already an element stays as it is."""
    from markupsafe import Markup

    chunks = (_SPACES.sub(" ", chunk).strip() for chunk in _chunks(body))
    # The body is escaped already: a chunk begins with < only where a piece made it.
    return Markup("\n").join(
        Markup(chunk) if chunk.startswith("<") else Markup(f"<p>{chunk}</p>")  # noqa: S704
        for chunk in chunks
    )


def _chunks(body: str) -> list[str]:
    return [chunk.strip("\n").rstrip() for chunk in re.split(r"\n(?:[ \t]*\n)+", body) if chunk.strip()]
