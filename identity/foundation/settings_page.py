"""The reference page of the settings, printed from their docstrings: `make docs` writes docs/settings.md."""

from typing import Any, get_args

from identity.foundation.settings import Settings

HEAD = """# Settings

Every variable that Parvis reads. A wrong value is refused at start, with a sentence. This page is printed from the
code by `make docs`.

| variable | default | meaning |
| --- | --- | --- |"""


def page() -> str:
    """The page in Markdown, a row a variable."""
    return "\n".join([HEAD, *(_row(name, field) for name, field in Settings.model_fields.items())]) + "\n"


def _row(name: str, field: Any) -> str:
    default = field.get_default(call_default_factory=True)
    shown = "" if default in (None, []) else f"`{default}`"
    choices = [str(choice) for choice in get_args(field.annotation) if isinstance(choice, str)]
    meaning = " ".join(field.description.split()) + (f" One of {', '.join(choices)}." if choices else "")
    return f"| `PARVIS_{name.upper()}` | {shown} | {meaning} |".replace("| |", "| — |")


if __name__ == "__main__":
    print(page(), end="")
