"""Putting an act on record from its form, with the photo or paper that comes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions import cases as acts
from caseapp.actions.context import Ctx
from caseapp.actions.documents import attach
from caseapp.actions.volume import CaseFile, file_of_case
from caseapp.db import db, unit_of_work
from caseapp.kernel.errors import N_, Conflict, RuleViolation
from caseapp.web.accounts.views import show_problem
from caseapp.web.cases import forms
from caseapp.web.cases.fitting import ADDS, PAPER_KIND
from caseapp.web.cases.meanwhile import came_between
from caseapp.web.documents.uploads import Sent, draw_anew, store
from caseapp.web.entrance import new_token
from caseapp.web.issuing.offers import saying
from caseapp.web.page import said
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case

BESIDE = ("length", "at", "submit", "csrf_token", "photos")
Answer = str | Response | tuple[str, int]


def put_on_record(
    case: Case, action: str, form: forms.ActForm, values: Callable[[], dict[str, Any]], *, asks: bool = False
) -> Answer:
    """Show the form of an act, or put the act on record: whole, with its paper, or not at all."""
    number, length = case.number, case.length
    if request.method == "GET":
        form.length.data = str(length)
    elif form.validate():
        sent = draw_anew(PAPER_KIND.get(action, "photo"), new_token())
        try:
            with unit_of_work(db.session):
                command = acts.Act(number, action, values(), form.instant(), form.seen(length))
                done = _do(command, sent, acts.propose if asks else acts.record)
                again = not asks and done.length == length
            _say(again=again, asks=asks)
            return redirect(url_for("cases.show", number=number))
        except Conflict as problem:
            return _after_somebody_else(form, problem, action, number), 409
        except RuleViolation as problem:
            show_problem(form, _beside_the_file(form, problem))
            if sent.ready:
                flash(gettext("Choose the photos once more: a form that comes back has lost them."), "warning")
    told = {"action": action, "number": number, "title": case.title, "asks": asks}
    told["letter_kinds"] = saying(ctx(), case, action)
    told["file"] = _file(case, action)
    page = render_template("cases/act.html", form=form, fields=forms.shown(form), **told)
    return page, 422 if form.errors else 200


def _file(case: Case, action: str) -> CaseFile | None:
    """The file of a case that is about to be archived or paid for; an accusation has none."""
    return file_of_case(ctx(), case) if action in ("archive", "claim_subsidy") and not case.sealed else None


def _do(command: acts.Act, sent: Sent, act: Callable[[Ctx, acts.Act], object]) -> Any:
    """Do it with the paper that comes along; a paper that was put down with it before is not added once more. Returns
    the case, or what was asked for."""
    if sent.ready and acts.came_before(ctx(), command):
        return acts.case_for(ctx(), command.number)
    return act(ctx(), replace(command, data={**command.data, **_with_paper(command.number, sent)}))


def _say(*, again: bool, asks: bool) -> None:
    """Say that it is on record; where nothing was added, because the very same form had arrived before, say that too:
    it may be that somebody went back to a form to put down another occasion."""
    if asks:
        flash(gettext("Asked for; it waits for a second person."), "success")
    elif again:
        sentence = gettext(
            "On record already: this form arrived before and nothing was added. If it happened once more, open the form"
            " anew and put it down."
        )
        flash(sentence, "warning")
    else:
        flash(gettext("On record."), "success")


def _after_somebody_else(form: forms.ActForm, problem: Conflict, action: str, number: str) -> str:
    """What was typed, and what others entered since its page was opened: sent once more, it is put on record."""
    case, between = came_between(ctx(), number, form.seen(0))
    form.length.data = str(case.length)
    if action in ADDS:
        form["nth"].data, form["nth"].raw_data = form["nth"].default, None
    told = {"action": action, "number": number, "title": case.title, "asks": False}
    return render_template(
        "cases/act.html", form=form, fields=forms.shown(form), conflict=said(problem), between=between, **told
    )


def _with_paper(number: str, sent: Sent) -> dict[str, str]:
    """The number of the paper that was added with an act; of several, of the first."""
    for why, names in sent.refused.items():
        raise RuleViolation("photos", N_("%(name)s was not taken: %(why)s"), name="、".join(names), why=why)
    added = [attach(ctx(), number, ready, store()) for ready in sent.ready]
    return {"paper": str(added[0].nth)} if added else {}


def _beside_the_file(form: forms.ActForm, problem: RuleViolation) -> RuleViolation:
    """What is wrong with the paper is told beside the field that a file is chosen in, where no other is there."""
    if problem.field == "paper" and "paper" not in form:
        return RuleViolation("photos", problem.message, **problem.params)
    return problem
