"""The forms of a case that are written out: the quick log, an amendment, a seat, a reason, a call for help."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Head, Party, names_petitioner
from caseapp.domain.cases.heads import read_headcount
from caseapp.domain.cases.texts import LONGEST_TEXT, longest, says_something
from caseapp.domain.documents.kinds import KINDS
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import RuleViolation
from caseapp.kernel.personal import PERSONAL
from caseapp.web.cases.accused import InWords, Options, in_words
from caseapp.web.cases.from_above import FromAbove
from caseapp.web.entrance import new_token, whole
from caseapp.web.page import said
from caseapp.web.tongue import label

needed = InputRequired(_("Please fill this in."))
TITLE_LENGTH = 40
ENDS = re.compile(r"[。；！？!?;\r\n]")


class AtMost:
    """A length that a browser keeps to. What is longer all the same, ``cases/texts.py`` refuses."""

    def __init__(self, limit: int) -> None:
        self.field_flags = {"maxlength": limit}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Says nothing."""


def choices(kind: str, slugs: tuple[str, ...]) -> list[tuple[str, str]]:
    """Slugs with their words."""
    return [(slug, label(kind, slug)) for slug in slugs]


class LogForm(FromAbove, InWords, FlaskForm):
    """The quick log: five things to say, the rest folded away. ``told_as`` is where it tells what a head calls
    otherwise."""

    told_as: ClassVar = {"title": "story", "description": "story", "parties": "name"}
    token = HiddenField(default=new_token)
    asked = HiddenField()
    track = RadioField(_("What is it"), default="dispute")
    story = TextAreaField(_("What happened"), [needed, AtMost(LONGEST_TEXT)])
    unit = SelectField(_("Where"))
    category = RadioField(_("Category"), [needed])
    name = StringField(_("Who"), [AtMost(longest("name"))])
    headcount = IntegerField(_("How many people"), [needed], default=1)
    phone = StringField(_("Telephone"), [AtMost(longest("phone"))])
    contact = SelectField(_("May be contacted"), default="any")
    address = StringField(_("Address"), [AtMost(longest("address"))])
    id_number = StringField(_("Number of an identity document"), [AtMost(longest("id_number"))])
    respondent = StringField(_("The other side"), [AtMost(longest("name"))])
    petition_class = SelectField(_("Class of petition"), default="appeal")
    channel = SelectField(_("How it came in"), default="screening")
    risk = RadioField(_("Risk"), default="green")
    about = SelectMultipleField(_("Complained of (an official or a unit)"))
    received_on = DateField(_("Received on, when earlier"), [Optional()])
    paper_kind = SelectField(_("What they are"), default="photo")
    submit = SubmitField(_("Log it"))

    def validate_headcount(self, field: IntegerField) -> None:
        """The door's own rule, asked beforehand, so that it is told together with what else is to be mended."""
        try:
            read_headcount(field.data)
        except RuleViolation as problem:
            raise ValidationError(said(problem)) from None

    def offer(self, units: Options, of_units: Options, categories: tuple[str, ...], *, receives: bool) -> None:
        """Fill in what can be chosen; ``receives``: whether cases are logged that were assigned from above."""
        self.receives = receives
        self.unit.choices = units
        self.of_unit.choices = of_units
        self.track.choices = choices("track", words.TRACKS[::-1])
        self.category.choices = choices("category", categories)
        self.contact.choices = choices("contact", words.CONTACTS)
        self.petition_class.choices = choices("class", words.PETITION_CLASSES)
        self.channel.choices = choices("channel", words.CHANNELS)
        self.risk.choices = choices("risk", words.RISKS)
        self.paper_kind.choices = choices("paper", KINDS)

    def head(self) -> Head:
        """The case as it was told. Its title is the first sentence."""
        petition = self.track.data == "petition"
        parties = tuple(self._parties(petition=petition))
        return Head(
            track=self.track.data,
            petition_class=self.petition_class.data if petition else None,
            unit=self.unit.data,
            title=first_sentence(self.story.data),
            description=self.story.data,
            channel=self.channel.data,
            category=self.category.data,
            headcount=self.headcount.data,
            risk=self.risk.data,
            parties=parties,
            about=tuple(self.everybody_named(self.about.data or ())),
            named=names_petitioner(parties),
        )

    def _parties(self, *, petition: bool) -> Any:
        if self.name.data and self.name.data.strip():
            role = "petitioner" if petition else "party"
            told = {name: (self[name].data or "").strip() for name in PERSONAL}
            yield Party(role, self.name.data.strip(), contact=self.contact.data, **told)
        if self.respondent.data and self.respondent.data.strip():
            yield Party("respondent", self.respondent.data.strip())


def first_sentence(story: str) -> str:
    """The first sentence of a story, cut where a title gets long."""
    text = next((part.strip() for part in ENDS.split(story) if says_something(part)), "")
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1] + "…"


class ActForm(FlaskForm):
    """What every act has: how much of the case the doer had seen, and when it happened."""

    length = HiddenField()
    at = DateTimeLocalField(_("When it happened (empty: now)"), [Optional()], format="%Y-%m-%dT%H:%M")

    def instant(self) -> datetime | None:
        """When it happened, in Asia/Shanghai; None for now."""
        return self.at.data.replace(tzinfo=SHANGHAI) if self.at.data else None

    def seen(self, otherwise: int) -> int:
        """How many events the doer had seen, where the form says it."""
        try:
            return whole(self.length.data or "")
        except ValueError:
            return otherwise

    def values(self, names: tuple[str, ...]) -> dict[str, Any]:
        """The fields of the event as an import would give them."""
        return {name: _plain(self[name].data) for name in names if name in self}


def shown(form: ActForm) -> list[Field]:
    """The fields of an act that its page shows one after another."""
    return [one for one in form if one.name not in ("at", "submit") and not isinstance(one.widget, HiddenInput)]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Values with their words, as WTForms wants them."""
    return [SelectChoice(value, word) for value, word in pairs]


def naming_form(accused: Options, units: Options, now: Iterable[str]) -> type[ActForm]:
    """The form that asks for others to be those who are complained of."""
    fields = {
        "to": SelectMultipleField(label("field", "about"), choices=options(accused), default=list(now)),
        "in_words": in_words(),
        "of_unit": SelectField(_("Of which unit"), default="", choices=options(units)),
        "reason": TextAreaField(label("field", "reason"), [needed, AtMost(LONGEST_TEXT)]),
        "submit": SubmitField(_("Ask for it")),
    }
    return type("NamingForm", (InWords, ActForm), fields)


def amend_form(field: str, now: Any, categories: tuple[str, ...]) -> type[ActForm]:
    """The form that amends one value of a case."""
    title = label("field", field)
    made: dict[str, Field] = {
        "title": StringField(title, [needed, AtMost(longest("title"))], default=now),
        "description": TextAreaField(title, [AtMost(LONGEST_TEXT)], default=now),
        "headcount": IntegerField(title, [needed], default=now),
        "risk": RadioField(title, [needed], choices=options(choices("risk", words.RISKS)), default=now),
        "category": RadioField(title, [needed], choices=options(choices("category", categories)), default=now),
    }
    fields = {
        "to": made[field],
        "reason": TextAreaField(label("field", "reason"), [needed, AtMost(LONGEST_TEXT)]),
        "submit": SubmitField(_("Put on record")),
    }
    return type("AmendForm", (ActForm,), fields)


AMENDABLE_ON_PAGES = ("title", "description", "risk", "headcount", "category", "about")


def seat_form(*, taken: bool) -> type[FlaskForm]:
    """Who takes a seat; with a reason when somebody sits there."""
    reason = [needed] if taken else [Optional()]
    fields = {
        "holder": SelectField(_("Holder (A)")),
        "deputy": SelectField(_("Deputy (B)")),
        "reason": TextAreaField(_("Reason"), [*reason, Length(max=2000)]),
        "submit": SubmitField(_("Put on record")),
    }
    return type("SeatForm", (FlaskForm,), fields)


class ReasonForm(FlaskForm):
    """A reason."""

    reason = StringField(_("Reason"), [needed, Length(max=500)])
    submit = SubmitField(_("Continue"))


class HelpForm(FlaskForm):
    """Who is asked to help, with what, by when."""

    username = SelectField(_("Who helps"), [needed])
    task = TextAreaField(_("The task"), [needed, Length(max=500)])
    due_on = DateField(_("Done by"), [needed])
    submit = SubmitField(_("Ask for help"))
