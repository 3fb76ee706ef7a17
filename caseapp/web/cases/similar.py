"""The hint of the quick log: maybe this is the same matter as a case already there; one tap adds it to that case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for
from flask_login import login_required

from caseapp.actions.cases import case_for
from caseapp.actions.context import Ctx
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.states import TRANSITIONS
from caseapp.domain.cases.texts import LONGEST_TEXT
from caseapp.domain.moves.queries import demand, is_seated, may_move, transition_of
from caseapp.domain.search.likeness import ALIKE, SURE, Typed
from caseapp.domain.search.queries import similar
from caseapp.web.cases import forms
from caseapp.web.cases.act_forms import Fitting, act_form
from caseapp.web.cases.present import state_of
from caseapp.web.session import ctx, needs

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case

room = Blueprint("similar", __name__)


@dataclass(frozen=True)
class Hint:
    """A case that may be the matter being typed. ``may_add``: whether the reader may put work on its record;
    ``may_join``: whether one more petition can be handled with it."""

    number: str
    title: str
    state: str
    registered_on: date
    may_add: bool
    may_join: bool


@room.post("/cases/new/similar")
@needs(may.REGISTER)
def show() -> str:
    """What is being typed may be one of these cases. Reads and writes nothing; it is a POST so that the story stands in
    no address and no access log."""
    return render_template("cases/similar.html", hints=hints_for(ctx(), ALIKE))


@room.post("/add/<path:number>")
@login_required
def add(number: str) -> str:
    """The follow-up form of a case with the story as its note. Nothing is written until that form is sent."""
    context = ctx()
    case = case_for(context, number)
    transition = transition_of(case, "follow_up")
    demand(context, case, transition)
    form = act_form(transition, Fitting())(formdata=None)
    form.length.data, form.note.data = str(case.length), request.form.get("story", "").strip()[:LONGEST_TEXT]
    return render_template(
        "cases/act.html", form=form, fields=forms.shown(form), action="follow_up", number=number, title=case.title,
        asks=False, post_to=url_for("cases.act", action="follow_up", number=number),
    )  # fmt: skip


def before_logging(form: forms.LogForm) -> list[Hint]:
    """The cases that a form just sent is most likely about. It is asked once: the page says that it was asked, and who
    sends no such word (a queue, a script) is not asked at all."""
    if request.form.get("asked") != "" or request.form.get("matter"):
        return []
    found = hints_for(ctx(), SURE)
    form.asked.data = "1" if found else ""
    return found


def hints_for(context: Ctx, least: float) -> list[Hint]:
    """The cases that the form of this request may be about, from a score on.

    None where the form says that somebody is complained of: that does not go on the record of a case which others read
    (信访工作条例 art. 30).
    """
    data, unit = request.form, request.form.get("unit", "")
    accuses = data.get("track") == "petition" and data.get("petition_class") == "accusation"
    reach = context.actor.units_with(may.REGISTER)
    if accuses or data.get("about") or unit not in context.units or context.units.id_of[unit] not in reach:
        return []
    names = tuple(filter(None, (data.get(name, "").replace("\0", "").strip() for name in ("name", "respondent"))))
    typed = Typed(data.get("story", ""), unit, names, data.get("category", ""))
    found = similar(db.session, context.actor, context.units, typed, context.today)
    return [_hint(context, one.case) for one in found if one.score >= least]


def _hint(context: Ctx, case: Case) -> Hint:
    open_to_more = case.track == "petition" and case.standing == "open" and not case.guarded
    may_join = open_to_more and request.form.get("track") == "petition"
    return Hint(case.number, case.title, state_of(case), case.registered_on, _may_add(context, case), may_join)


def _may_add(context: Ctx, case: Case) -> bool:
    """Whether work can be put on its record where it stands: no guard of the table looks further."""
    transition = TRANSITIONS.get((case.state, "follow_up"))
    if transition is None:
        return False
    by_post = may_move(context, case, transition, seated=False)
    return by_post or may_move(context, case, transition, seated=is_seated(context, case))
