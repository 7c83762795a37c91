"""What a person can do on a page: its forms, buttons and links. Reads HTML; fetches nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_TYPED = frozenset({"submit", "button", "image", "reset"})
_UNSEEN = frozenset({"script", "style", "title", "template"})


@dataclass(frozen=True)
class Button:
    """What submits a form; named ones send their value."""

    id: str
    name: str = ""
    value: str = ""


@dataclass
class Form:
    """A form as it stands: where it goes, what it holds before anybody types."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)


class Document(HTMLParser):
    """A parsed page. `forms`, `links` (id or words -> address) and the `words` that a person reads."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._words: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._textarea = ""
        self._href: str | None = None
        self._unseen = 0
        self.feed(source)
        self.close()

    @property
    def words(self) -> str:
        """What a person reads, in one line."""
        return " ".join(" ".join(self._words).split())

    def button(self, id: str) -> tuple[Form, Button]:
        """The button of this id, and its form; AssertionError where there is none."""
        found = [(form, button) for form in self.forms for button in form.buttons if button.id == id]
        assert found, f"no button #{id}, only {list(self._button_ids())}, in: {self.words}"
        return found[0]

    def _button_ids(self) -> Iterator[str]:
        return (button.id for form in self.forms for button in form.buttons)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").upper())
            self.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._href = given["href"]
            if "id" in given:
                self.links[given["id"]] = given["href"]
        elif self._form is not None:
            self._hold(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen -= 1
        elif tag == "form":
            self._form = None
        elif tag == "a":
            self._href = None
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form is not None:
            self._form.fields[self._textarea] += data
        elif not self._unseen:
            self._words.append(data)
            if self._href is not None and data.strip():
                self.links.setdefault(data.strip(), self._href)

    def _hold(self, form: Form, tag: str, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text" if tag == "input" else "submit"), given.get("name", "")
        if tag in ("button", "input") and kind in _TYPED:
            if kind in ("submit", "image"):
                form.buttons.append(Button(given.get("id", ""), name, given.get("value", "")))
        elif tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in given):
            form.fields[name] = given.get("value", "on" if kind in ("checkbox", "radio") else "")
        elif tag == "textarea" and name:
            self._textarea = name
            form.fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in form.fields):
            form.fields[self._select] = given.get("value", "")
