"""The forms of a case. The quick log is written out; every other form follows from the fields of its event."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

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
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from caseapp.domain.cases import words
from caseapp.domain.cases.events import EVENT_FIELDS, Head, Party, names_petitioner
from caseapp.domain.cases.events import Field as Spec
from caseapp.domain.cases.states import Transition
from caseapp.domain.documents.kinds import KINDS
from caseapp.domain.exchange.casefile import LONGEST_TEXT
from caseapp.kernel.clock import SHANGHAI
from caseapp.labels import choice_label, label

needed = InputRequired(_("Please fill this in."))
TITLE_LENGTH = 40


def choices(kind: str, slugs: tuple[str, ...]) -> list[tuple[str, str]]:
    """Slugs with their words."""
    return [(slug, label(kind, slug)) for slug in slugs]


class LogForm(FlaskForm):
    """The quick log: five things to say, the rest folded away."""

    token = HiddenField(default=lambda: secrets.token_urlsafe(24))
    track = RadioField(_("What is it"), default="dispute")
    story = TextAreaField(_("What happened"), [needed, Length(max=LONGEST_TEXT)])
    unit = SelectField(_("Where"))
    category = RadioField(_("Category"), [needed])
    name = StringField(_("Who"), [Length(max=100)])
    headcount = IntegerField(_("How many people"), [needed, NumberRange(1, 100_000)], default=1)
    phone = StringField(_("Telephone"), [Length(max=30)])
    contact = SelectField(_("May be contacted"), default="any")
    respondent = StringField(_("The other side"), [Length(max=100)])
    petition_class = SelectField(_("Class of petition"), default="appeal")
    channel = SelectField(_("How it came in"), default="screening")
    risk = RadioField(_("Risk"), default="green")
    about = SelectMultipleField(_("Complained of (an official or a unit)"))
    received_on = DateField(_("Received on, when earlier"), [Optional()])
    paper_kind = SelectField(_("What they are"), default="photo")
    submit = SubmitField(_("Log it"))

    def offer(self, units: list[tuple[str, str]], accused: list[tuple[str, str]], categories: tuple[str, ...]) -> None:
        """Fill in what can be chosen."""
        self.unit.choices = units
        self.about.choices = accused
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
            description=self.story.data.strip(),
            channel=self.channel.data,
            category=self.category.data,
            headcount=self.headcount.data,
            risk=self.risk.data,
            parties=parties,
            about=tuple(self.about.data or ()),
            named=names_petitioner(parties),
        )

    def _parties(self, *, petition: bool) -> Any:
        if self.name.data and self.name.data.strip():
            role = "petitioner" if petition else "party"
            yield Party(role, self.name.data.strip(), (self.phone.data or "").strip(), self.contact.data)
        if self.respondent.data and self.respondent.data.strip():
            yield Party("respondent", self.respondent.data.strip())


def first_sentence(story: str) -> str:
    """The first sentence of a story, cut where a title gets long."""
    text = story.strip().splitlines()[0]
    for end in "。；！？!?;":
        text = text.split(end)[0]
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1] + "…"


class ActForm(FlaskForm):
    """What every act has: how much of the case the doer had seen, and when it happened."""

    length = HiddenField()
    at = DateTimeLocalField(_("When it happened (empty: now)"), [Optional()], format="%Y-%m-%dT%H:%M")

    def instant(self) -> datetime | None:
        """When it happened, in Asia/Shanghai; None for now."""
        return self.at.data.replace(tzinfo=SHANGHAI) if self.at.data else None

    def values(self, names: tuple[str, ...]) -> dict[str, Any]:
        """The fields of the event as an import would give them."""
        return {name: _plain(self[name].data) for name in names if name in self}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else value


def _options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Values with their words, as WTForms wants them."""
    return [SelectChoice(value, word) for value, word in pairs]


HIDDEN = ("approved_by", "by_seat", "acting", "told_on", "told_how")


def act_form(transition: Transition, units: list[tuple[str, str]]) -> type[ActForm]:
    """The form of a move: a field for each field of its event. ``units`` are those it may go to."""
    fields: dict[str, Any] = {}
    for name, spec in EVENT_FIELDS[transition.event].items():
        if name not in HIDDEN:
            fields[name] = _field(transition.event, name, spec, units)
    if transition.second:
        fields["submit"] = SubmitField(_("Ask for it"))
    else:
        fields["submit"] = SubmitField(_("Put on record"))
    return type("FormOf_" + transition.event, (ActForm,), fields)


def _field(event: str, name: str, spec: Spec, units: list[tuple[str, str]]) -> Field:
    title = label("field", name)
    rules = [needed] if spec.needed or spec.asked else [Optional()]
    if spec.type == "unit":
        return SelectField(title, rules, choices=_options(units))
    if spec.type == "choice":
        options = [(value, choice_label(event, name, value)) for value in spec.choices]
        coerce = int if isinstance(spec.choices[0], int) else str
        return RadioField(title, rules, choices=_options(options), coerce=coerce)
    if spec.type == "day":
        return DateField(title, rules)
    if spec.private:
        return TextAreaField(title, [*rules, Length(max=LONGEST_TEXT)])
    return StringField(title, [*rules, Length(max=200)])


def amend_form(field: str, accused: list[tuple[str, str]], now: Any, categories: tuple[str, ...]) -> type[ActForm]:
    """The form that amends one value of a case."""
    title = label("field", field)
    made: dict[str, Field] = {
        "title": StringField(title, [needed, Length(max=200)], default=now),
        "description": TextAreaField(title, [Length(max=LONGEST_TEXT)], default=now),
        "headcount": IntegerField(title, [needed, NumberRange(1, 100_000)], default=now),
        "risk": RadioField(title, [needed], choices=_options(choices("risk", words.RISKS)), default=now),
        "category": RadioField(title, [needed], choices=_options(choices("category", categories)), default=now),
        "about": SelectMultipleField(title, choices=_options(accused), default=list(now) if field == "about" else None),
    }
    fields = {
        "to": made[field],
        "reason": TextAreaField(label("field", "reason"), [needed, Length(max=LONGEST_TEXT)]),
        "submit": SubmitField(_("Put on record")),
    }
    return type("AmendForm", (ActForm,), fields)


AMENDABLE_ON_PAGES = ("title", "description", "risk", "headcount", "category", "about")


class SeatForm(FlaskForm):
    """Who takes a seat."""

    holder = SelectField(_("Holder (A)"))
    deputy = SelectField(_("Deputy (B)"))
    reason = TextAreaField(_("Reason"), [Length(max=2000)])
    submit = SubmitField(_("Put on record"))


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
