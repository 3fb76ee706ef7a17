"""The form of a letter follows from what its kind has to write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Optional

from caseapp.domain.issuing.kinds import Blank, Kind
from caseapp.domain.issuing.serving import Delivered
from caseapp.domain.issuing.writing import LONGEST, LONGEST_LINE
from caseapp.labels import choice_label, field_label
from caseapp.web.cases.act_forms import Expected
from caseapp.web.cases.forms import AtMost, needed, options
from caseapp.web.tongue import label

CHOSEN = {"route": "accepted", "outcome": "replied"}
"""The events whose words name what may be chosen."""


def letter_form(kind: Kind) -> type[FlaskForm]:
    """The form of a kind of letter. A draft may be kept with empty fields, so that none is required to send it."""
    fields: dict[str, Any] = {blank.name: _field(blank) for blank in kind.blanks}
    return type("FormOf_" + kind.slug, (FlaskForm,), {**fields, "submit": SubmitField(_("Save the draft"))})


def _field(blank: Blank) -> Field:
    title, of = field_label("letter", blank.name), blank.name.removesuffix(f"_{blank.nth}")
    rules: list[Any] = [Expected(), Optional()] if blank.needed else [Optional()]
    if blank.type == "choice":
        ways = [(str(one), choice_label(CHOSEN[of], of, one)) for one in blank.choices]
        return RadioField(title, rules, choices=options(ways))
    if blank.type == "day":
        return DateField(title, rules)
    if blank.type == "line":
        return StringField(title, [*rules, AtMost(LONGEST_LINE)])
    return TextAreaField(title, [*rules, AtMost(LONGEST)])


class ServiceForm(FlaskForm):
    """A try to serve a letter."""

    receiver = RadioField(_("To whom"), [needed])
    result = RadioField(_("Result"), default="served")
    way = RadioField(_("Way of service"), [needed])
    on = DateField(_("On which day (posted up: the day it was put there)"), [needed])
    received_by = StringField(_("Who received it (of a paper left there: who saw it)"), [AtMost(LONGEST_LINE)])
    photos = MultipleFileField(_("Photo of the slip that was signed, or of what else shows the service"))
    paper = SelectField(_("Or one that lies with the case"), [Optional()])
    parcel = StringField(_("Parcel number (registered post)"), [AtMost(60)])
    why = StringField(_("In vain: why"), [AtMost(500)])
    submit = SubmitField(_("Put on record"))

    def offer(self, waiting: Iterable[str], ways: Iterable[str], papers: Iterable[tuple[int, str]]) -> None:
        """Fill in what can be chosen."""
        self.receiver.choices = options((name, name) for name in waiting)
        self.result.choices = options((one, label("service", one)) for one in ("served", "failed"))
        self.way.choices = options((way, choice_label("notice_served", "method", way)) for way in ways)
        there = [(str(nth), f"{label('paper', kind)} {nth}") for nth, kind in papers]
        self.paper.choices = options([("", str(_("the one added here"))), *there])
        if len(self.receiver.choices) == 1 and not self.receiver.data:
            self.receiver.data = self.receiver.choices[0].value

    def delivered(self, paper: str) -> Delivered:
        """What was said of it. Raises RuleViolation when no day was."""
        return Delivered(
            self.receiver.data or "", self.way.data or "", self.on.data, self.result.data == "failed",
            self.received_by.data or "", self.why.data or "", paper or self.paper.data or "", self.parcel.data or "",
        )  # fmt: skip
