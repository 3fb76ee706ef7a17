"""/outside: what is to be handed over to an authority outside, without a word of the matter; and the sheet that goes
with it (移送函), printed by who had it before their eyes; printed again with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import login_required
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, Optional

from caseapp.actions.context import Ctx
from caseapp.actions.outside import (
    LONGEST_NAME,
    Handed,
    confirm_handed_over,
    deny_handed_over,
    say_handed_over,
)
from caseapp.actions.transfer_sheets import (
    LONGEST_REASON,
    Owed,
    owed_outside,
    print_sheet,
    sees_to_it,
    sheet_owed,
)
from caseapp.db import db, unit_of_work
from caseapp.domain.access.outside import AUTHORITIES
from caseapp.domain.cases.queries.sealed import contacts_erased_on
from caseapp.domain.cases.words import SERVICE_WAYS
from caseapp.domain.people.queries import names_of
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.labels import choice_label
from caseapp.web.accounts.views import show_problem
from caseapp.web.cases.accused import said_of
from caseapp.web.cases.forms import options
from caseapp.web.page import said
from caseapp.web.session import ctx

room = Blueprint("outside", __name__)
Answer = str | Response | tuple[str, int]
WAYS = [("", ""), *((way, choice_label("notice_served", "method", way)) for way in SERVICE_WAYS)]
needed = InputRequired(_("Please fill this in."))


class HandedForm(FlaskForm):
    """That a matter was handed over."""

    to = StringField(_("Handed to"), [needed, Length(max=LONGEST_NAME)])
    on = DateField(_("Handed over on"), [needed])
    received_by = StringField(_("Received by"), [needed, Length(max=LONGEST_NAME)])
    letter_no = StringField(_("Letter no."), [Length(max=LONGEST_NAME)])
    told_on = DateField(_("Petitioner told on"), [Optional()])
    told_how = SelectField(_("Way of service"), choices=options(WAYS), validators=[Optional()])
    submit = SubmitField(_("Put on record that it was handed over"))


@room.get("/outside")
@login_required
def listing() -> str:
    """What is to be handed over, for who sees to it."""
    return _page(owed_outside(ctx()), {})


def _page(owed: list[Owed], forms: dict[int, HandedForm]) -> str:
    context = ctx()
    if not owed and not sees_to_it(context):
        raise OutOfScope(N_("there is no such page"))
    for one in owed:
        name = context.office.outside(one.duty.authority, context.today)[0]
        if one.hands_over and one.duty.printed_at:
            forms.setdefault(one.duty.id, HandedForm(formdata=None, to=name, on=context.today))
    ways = {kind: context.office.outside(kind, context.today) for kind in AUTHORITIES}
    names = names_of(db.session, {name for one in owed for name in _named_with(one)})
    return render_template(
        "outside/list.html", owed=owed, forms=forms, ways=ways, today=context.today, names=names, told=_said_of(owed),
    )  # fmt: skip


def _said_of(owed: list[Owed]) -> dict[int, Handed]:
    return {one.duty.id: Handed.read(one.duty.said) for one in owed if one.duty.said}


def _named_with(one: Owed) -> set[str]:
    """Who printed the sheet of a matter, or said that it was handed over."""
    return {printing.by for printing in one.printings} | {one.duty.said_by or ""}


@room.post("/outside/<key:duty>")
@login_required
def hand_over(duty: int) -> Answer:
    """Put down that one was handed over."""
    form = HandedForm()
    if form.validate():
        told = (form.told_on.data, form.told_how.data or "")
        handed = Handed(form.to.data, form.on.data, form.received_by.data, form.letter_no.data or "", *told)
        try:
            with unit_of_work(db.session):
                owed = say_handed_over(ctx(), duty, handed)
            waits = gettext("On record: %(number)s. Somebody else is to confirm it.", number=owed.number)
            flash(_handed_over(owed.number) if owed.alone else waits, "success")
            return redirect(url_for("work.show"))
        except RuleViolation as problem:
            show_problem(form, problem)
    found = [one for one in owed_outside(ctx()) if one.duty.id == duty]
    if not found:
        raise OutOfScope(N_("there is no such duty"))
    return _page(found, {duty: form}), 422


@room.post("/outside/<key:duty>/said")
@login_required
def decide(duty: int) -> Response:
    """Confirm what somebody said of the handing over, or say that it did not happen."""
    with unit_of_work(db.session):
        if request.form.get("decision") == "confirm":
            told = _handed_over(confirm_handed_over(ctx(), duty))
        else:
            number = deny_handed_over(ctx(), duty)
            told = gettext("On record: %(number)s was not handed over. It is to be handed over.", number=number)
    flash(told, "success")
    return redirect(url_for("work.show"))


def _handed_over(number: str) -> str:
    return gettext("On record: %(number)s was handed over.", number=number)


def authorities_not_set(context: Ctx) -> list[str]:
    """The authorities outside that the office has not named yet."""
    return [kind for kind in AUTHORITIES if not context.office.outside(kind, context.today)[0]]


@room.get("/outside/sheet/<path:number>")
@login_required
def sheet(number: str) -> str:
    """What has to be done now: print the sheet; or print it again, with a reason."""
    return _offer(number)


def _offer(number: str, problem: str = "") -> str:
    context = ctx()
    owed = sheet_owed(context, number)
    authority = context.office.outside(owed.duty.authority, context.today)[0]
    return render_template(
        "outside/offer.html", number=number, authority=authority, again=not owed.prints, problem=problem,
        longest=LONGEST_REASON,
    )  # fmt: skip


@room.post("/outside/sheet/<path:number>")
@login_required
def printed(number: str) -> Answer:
    """The sheet itself."""
    try:
        return _sheet(number, request.form.get("reason", ""))
    except RuleViolation as problem:
        return _offer(number, said(problem)), 422


def _sheet(number: str, reason: str) -> str:
    context = ctx()
    with unit_of_work(db.session):
        made = print_sheet(context, number, reason)
        names = names_of(db.session, set(made.about))
        about = "、".join(said_of(one, context.units, names) for one in made.about)
        return render_template(
            "outside/sheet.html", case=made.case, about=about, papers=made.papers, today=context.today,
            erased_on=contacts_erased_on(db.session, made.case.id),
            authority=context.office.outside("discipline" if made.case.sealed else "petition", context.today),
            place=context.units.full_name(context.units.by_id[made.case.unit_id].code),
            office=context.units.full_name(context.units.town_of(context.units.by_id[made.case.unit_id].code)),
        )  # fmt: skip
