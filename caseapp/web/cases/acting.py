"""Putting an act on record from its form, with the photo or paper that comes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from caseapp.actions import cases as acts
from caseapp.actions.context import Ctx
from caseapp.actions.documents import attach
from caseapp.actions.volume import CaseFile, file_of_case
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.agreements import Agreement
from caseapp.domain.cases.closing import consent_is_asked, reply_before
from caseapp.domain.cases.history import History
from caseapp.domain.cases.serving import to_announce
from caseapp.domain.documents.queries import papers_of
from caseapp.kernel.errors import N_, Conflict, RuleViolation
from caseapp.labels import label
from caseapp.web.accounts.views import show_problem
from caseapp.web.cases import forms, moves
from caseapp.web.cases.act_forms import Fitting
from caseapp.web.cases.meanwhile import came_between
from caseapp.web.documents.uploads import Sent, draw_anew, store
from caseapp.web.entrance import new_token
from caseapp.web.issuing.offers import saying
from caseapp.web.page import said, show_day
from caseapp.web.session import ctx

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case

BESIDE = ("length", "at", "submit", "csrf_token", "photos")
PAPER_KIND = {
    "agree": "agreement",
    "mediate": "other",
    "perform": "voucher",
    "serve_notice": "voucher",
    "reply": "opinion",
    "withdraw": "letter",
}
"""What the paper is that comes with an act."""
OF_AN_UNDERTAKING = ("perform", "breach")
SENDS = ("escalate", "send_down")
Answer = str | Response | tuple[str, int]


def fitting(context: Ctx, case: Case, history: Callable[[], History], action: str) -> Fitting:
    """How the form of an act fits the case: which units it may go to, which notices are still to be served, whether a
    reply contradicts one before it, which papers lie with the case, what of its agreement is not done. The history is
    asked for where that depends on it."""
    return Fitting(
        units=moves.targets(context, case, history(), action) if action in SENDS else [],
        only={"notice": to_announce(history().head, history().events).keys()} if action == "serve_notice" else {},
        without=_left_out(history, action),
        papers=[(str(nth), f"{label('paper', kind)} {nth}") for nth, kind in papers_of(db.session, case.id)]
        if action in PAPER_KIND
        else [],
        undertakings=_not_done(history().now.agreement) if action in OF_AN_UNDERTAKING else [],
        preset=_preset(history, context.today, action),
    )


def _left_out(history: Callable[[], History], action: str) -> tuple[str, ...]:
    """What a form does not ask: why a reply contradicts one before it, where there is none; whether all agree to be
    mediated with, once they did."""
    if action == "reply":
        return ("reason",) if reply_before(tuple(history().events)) is None else ()
    if action == "mediate":
        return () if consent_is_asked(history().head, history().events) else ("agreed_to",)
    return ()


def _preset(history: Callable[[], History], today: date, action: str) -> dict[str, object]:
    """What stands in a form beforehand: of an assignment the one that runs, to be mended, else that it came in today;
    of what is undertaken its number; of what is performed or broken what was chosen on the page of the case."""
    if action == "take_assignment":
        now = history().now.assignment
        return asdict(now) if now is not None and now.runs else {"received_on": today}
    if action == "mediate":
        return {"agreed_to": False, "mediators": ctx().actor.full_name}
    if action == "agree":
        return {"effective_on": today}
    if action == "undertake":
        agreement = history().now.agreement
        return {"nth": agreement.next if agreement else 1}
    return {"nth": request.args.get("nth", type=int)} if action in OF_AN_UNDERTAKING else {}


def _not_done(agreement: Agreement | None) -> list[tuple[int, str]]:
    """What was undertaken and is not performed, in words."""
    rest = [one for one in agreement.undertakings if one.performed_on is None] if agreement else []
    return [(one.nth, f"{one.who}：{one.what}（{show_day(one.due_on)}）") for one in rest]


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
    """The file of a case that is about to be archived; an accusation has none."""
    return file_of_case(ctx(), case) if action == "archive" and not case.sealed else None


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
    if action == "undertake":
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
