"""The form of a move follows from the fields of its event, and from where the case stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from caseapp.domain.cases import words
from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.event_fields import Field as Spec
from caseapp.domain.cases.texts import LONGEST_TEXT, longest
from caseapp.domain.cases.transitions import Transition
from caseapp.labels import choice_label, field_label
from caseapp.web.cases.forms import ActForm, AtMost, needed, options

HIDDEN = ("approved_by", "by_seat", "acting", "served_on")
OF_A_LETTER = ("accepted", "redirected", "refused", "extended", "replied", "notice_served", "objected")
"""Events of which the number of the organ's own letter is filled in by issuing or serving it."""
NEXT_NUMBER = ("undertaken", "requested")
"""Events that give what they add the next number."""
ONE_LINE = ("received_by", "called", "who", "to", "where", "way", "mediators", "mediator", "invited")
EXPECTED = {
    "mediated": ("agreed_to",),
    "notice_served": ("received_by", "paper"),
    "replied": ("text",),
    "withdrawn": ("called", "called_on", "said"),
}
"""Fields that are marked as needed, though something else may take their place: ``domain/cases/closing.py`` decides."""


class Expected:
    """Marks a field as needed, and leaves it to the rules whether it is."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Says nothing."""


@dataclass(frozen=True)
class Fitting:
    """How the form of a move fits a case: the units it may go to; of what may be chosen for a field only this; which
    fields are left out; the papers that lie with the case, by number; what was undertaken in its agreement, or asked
    for in the petition; what stands in a field beforehand."""

    units: list[tuple[str, str]] = field(default_factory=list)
    only: Mapping[str, Collection[str]] = field(default_factory=dict)
    without: Collection[str] = ()
    papers: list[tuple[str, str]] = field(default_factory=list)
    numbered: list[tuple[int, str]] = field(default_factory=list)
    preset: Mapping[str, object] = field(default_factory=dict)


def act_form(transition: Transition, fitting: Fitting) -> type[ActForm]:
    """The form of a move: a field for each field of its event that is not filled in by who decides it."""
    fields: dict[str, Any] = {}
    out = (*HIDDEN, *transition.by_decider, *fitting.without)
    if transition.event in OF_A_LETTER:
        out = (*out, "letter_no")
    for name, spec in EVENT_FIELDS[transition.event].items():
        if name == "paper":
            fields |= _paper_fields(transition.event, fitting.papers)
        elif name not in out:
            fields[name] = _field(transition.event, name, spec, fitting)
    if transition.second:
        fields["submit"] = SubmitField(_("Ask for it"))
    else:
        fields["submit"] = SubmitField(_("Put on record"))
    return type("FormOf_" + transition.event, (ActForm,), fields)


def _paper_fields(event: str, papers: list[tuple[str, str]]) -> dict[str, Field]:
    """A photo or paper to add with the act; or, where some lie with the case, one of them."""
    fields: dict[str, Field] = {"photos": MultipleFileField(field_label(event, "paper"), _rules(event, "paper"))}
    if papers:
        there = options([("", str(_("the one added here"))), *papers])
        fields["paper"] = SelectField(_("Or one that lies with the case"), [Optional()], choices=there)
    return fields


def decide_form(transition: Transition) -> type[FlaskForm]:
    """What who decides fills in, beside a remark."""
    specs, fitting = EVENT_FIELDS[transition.event], Fitting()
    fields: dict[str, Any] = {
        name: _field(transition.event, name, specs[name], fitting) for name in transition.by_decider
    }
    return type("DecideForm", (FlaskForm,), fields | {"remark": StringField(_("Remark"), [AtMost(500)])})


def _field(event: str, name: str, spec: Spec, fitting: Fitting) -> Field:
    title = field_label(event, name)
    rules = [needed] if spec.needed or spec.asked else _rules(event, name)
    if spec.type == "unit":
        return SelectField(title, rules, choices=options(fitting.units))
    if (event, name) == ("notice_served", "method"):
        return RadioField(title, [needed], choices=options(_ways(event, name, words.SERVICE_WAYS)))
    if spec.type == "nth":
        return _numbered(title, rules, event, fitting)
    if spec.type == "choice":
        left = [one for one in spec.choices if one in fitting.only.get(name, spec.choices)]
        return _chosen(title, rules, _ways(event, name, left))
    return _written(title, rules, name, spec, fitting.preset.get(name))


def _numbered(title: str, rules: list[Any], event: str, fitting: Fitting) -> Field:
    """Something undertaken in an agreement, or a request: what is added has the next number, what is told of is
    chosen. Whether it can be is judged with the act, so that a form that is sent again is known again, though it is
    done by now."""
    preset = fitting.preset.get("nth")
    if event in NEXT_NUMBER:
        return IntegerField(title, rules, widget=HiddenInput(), default=preset)
    ways = fitting.numbered
    only = ways[0][0] if len(ways) == 1 else preset
    return RadioField(title, rules, choices=options(ways), coerce=int, default=only, validate_choice=False)


def _chosen(title: str, rules: list[Any], ways: list[tuple[Any, str]]) -> Field:
    """A field of which one is chosen; the only one there is stands chosen already."""
    coerce = int if ways and isinstance(ways[0][0], int) else str
    only = ways[0][0] if len(ways) == 1 else None
    return RadioField(title, rules, choices=options(ways), coerce=coerce, default=only)


def _written(title: str, rules: list[Any], name: str, spec: Spec, preset: Any) -> Field:
    """A field in which something is written: a day, a text, a line."""
    if spec.type == "day":
        return DateField(title, rules, default=preset)
    if spec.type == "flag":
        return BooleanField(title, rules, default=preset in (None, True))
    if spec.private and name not in ONE_LINE:
        return TextAreaField(title, [*rules, AtMost(LONGEST_TEXT)], default=preset)
    return StringField(title, [*rules, AtMost(min(longest(name), 200))], default=preset)


def _rules(event: str, name: str) -> list[Any]:
    return [Expected(), Optional()] if name in EXPECTED.get(event, ()) else [Optional()]


def _ways(event: str, name: str, values: Iterable[Any]) -> list[tuple[Any, str]]:
    return [(value, choice_label(event, name, value)) for value in values]
