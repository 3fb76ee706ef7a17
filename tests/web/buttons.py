"""The buttons of a page, read from its HTML, and what a reasonable person would type before pressing one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from tests.documents.make import picture
from tests.office.word_files import word

EMPTY_ELEMENTS = {"br", "hr", "img", "input", "link", "meta", "source", "col", "path", "line", "rect", "circle"}
# What a form asks for though no single field of it is needed, or what must differ from what stands there.
ANYWAY = ("nothing_found", "area", "name")


@dataclass
class Field:
    """One input of a form. ``choices`` are the values of a select or of the radio buttons of one name."""

    name: str
    type: str
    value: str = ""
    needed: bool = False
    choices: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)


@dataclass
class Button:
    """A button that sends a form."""

    name: str = ""
    value: str = ""
    text: str = ""
    address: str = ""


@dataclass
class Form:
    """A form with its inputs, by name, and its buttons."""

    method: str
    address: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)


class Page(HTMLParser):
    """The links, forms, ids and alarms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.problems: list[str] = []
        self._button: Button | None = None
        self._select: Field | None = None
        self._area: Field | None = None
        self._problem: list[str] | None = None
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of an element."""
        told = {name: value or "" for name, value in attrs}
        if "id" in told:
            self.ids.append(told["id"])
        if self._problem is None and {"alert-danger", "field-error"} & set(told.get("class", "").split()):
            self._problem = []
        if tag == "a" and told.get("href"):
            self.links.append(told["href"])
        elif tag == "form":
            self.forms.append(Form(told.get("method", "get").lower(), told.get("action", "")))
            self._inside = True
        elif self._inside:
            self._in_form(tag, told)

    def _in_form(self, tag: str, told: dict[str, str]) -> None:
        form = self.forms[-1]
        if tag == "button" and told.get("type", "submit") == "submit":
            self._button = Button(told.get("name", ""), told.get("value", ""), address=told.get("formaction", ""))
            form.buttons.append(self._button)
        elif tag == "option" and self._select:
            self._select.choices.append(told.get("value", ""))
            if "selected" in told:
                self._select.chosen.append(told.get("value", ""))
        elif tag in ("input", "select", "textarea") and told.get("name") and "disabled" not in told:
            self._input(form, tag, told)

    def _input(self, form: Form, tag: str, told: dict[str, str]) -> None:
        kind = told.get("type", "text") if tag == "input" else tag
        if kind == "submit":
            form.buttons.append(Button(told["name"], told.get("value", ""), told.get("value", "")))
            return
        one = form.fields.setdefault(told["name"], Field(told["name"], kind, more=told))
        one.needed = one.needed or "required" in told
        if kind in ("radio", "checkbox"):
            one.choices.append(told.get("value", "on"))
            one.chosen += [told.get("value", "on")] if "checked" in told else []
        else:
            one.value = told.get("value", "")
        self._select = one if tag == "select" else self._select
        self._area = one if tag == "textarea" else None

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag == "button":
            self._button = None
        if self._problem is not None and tag in ("p", "div", "ul"):
            self.problems.append(" ".join("".join(self._problem).split()))
            self._problem = None

    def handle_data(self, data: str) -> None:
        """The words on a button, in a text field, of an alarm."""
        if self._button is not None:
            self._button.text += data
        if self._area is not None:
            self._area.value += data
        if self._problem is not None:
            self._problem.append(data)


def filled(form: Form, today: date, known: dict[str, str]) -> dict[str, Any]:
    """What a reasonable person sends: what must be filled in, and nothing else. ``known`` are answers by field name
    that a page alone does not give, such as the number of another case; those of ``ANYWAY`` are given in any case."""
    sent: dict[str, Any] = {}
    for one in form.fields.values():
        value = known[one.name] if one.name in ANYWAY and one.name in known else _value(one, today, known)
        if one.type == "select" and one.needed and value in sent.values():  # two people are two
            value = next((other for other in one.choices if other and other not in sent.values()), value)
        if value is not None:
            sent[one.name] = value
    return sent


def _value(one: Field, today: date, known: dict[str, str]) -> Any:
    if one.type in ("radio", "checkbox", "select"):
        return _choice(one)
    if one.type == "hidden" or one.value.strip():
        return one.value.strip("\r\n")
    if not one.needed:
        return None if one.type == "file" else ""
    if one.name in known:
        return known[one.name]
    if one.type == "file":
        is_word = one.more.get("accept") == ".docx"
        return (BytesIO(word("{{ title }}")), "own.docx") if is_word else (BytesIO(picture()), "photo.jpg")
    if one.type == "date":
        return one.more.get("min") or (today + timedelta(days=5)).isoformat()
    return one.more.get("min", "1") if one.type == "number" else "已到场核实，双方在场"


def _choice(one: Field) -> Any:
    chosen = one.chosen or ([one.choices[0]] if one.type == "select" and one.choices and not _many(one) else [])
    if one.type == "checkbox" or _many(one):
        return chosen or (one.choices[:1] if one.needed else None) or None
    if one.needed and not any(chosen):
        chosen = [value for value in one.choices if value][:1]
    return chosen[0] if chosen else None


def _many(one: Field) -> bool:
    return "multiple" in one.more


def buttons_of(page: Page) -> Iterator[tuple[Form, Button]]:
    """Every button with its form; a form without any is sent by the Enter key."""
    for form in page.forms:
        for button in form.buttons or [Button()]:
            yield form, button
