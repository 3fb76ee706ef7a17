"""/receptions: the days on which leaders receive petitioners (领导接访日), and what came of each visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from caseapp.actions import receptions as acts
from caseapp.db import db, unit_of_work
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import names_of, people_within
from caseapp.domain.receptions.queries import days_of_year, days_past, days_posted, find_day, how_many, received_on
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation
from caseapp.labels import label
from caseapp.papers.files import write_paper
from caseapp.papers.receptions import NoticeFacts, notice_paper, receptions_sheet
from caseapp.web import trail
from caseapp.web.attempt import attempt
from caseapp.web.entrance import whole
from caseapp.web.heavy import heavy
from caseapp.web.page import show_problem
from caseapp.web.receptions.forms import DayForm, VisitForm
from caseapp.web.session import ctx, needs
from caseapp.web.taken import PAPERS, fonts, sent

if TYPE_CHECKING:
    from caseapp.domain.receptions.models import ReceptionDay
    from caseapp.domain.receptions.queries import Received

room = Blueprint("receptions", __name__)
Answer = str | Redirect | tuple[str, int]
EARLIEST = 2000


@room.get("/receptions")
@needs(may.READ)
def listing() -> str:
    """The days to come, and those that were."""
    context = ctx()
    towns = _towns()
    coming = days_posted(db.session, towns, context.today)
    past = days_past(db.session, towns, context.today)
    return render_template(
        "receptions/list.html", coming=coming, past=past, counts=how_many(db.session, context.actor, past),
        names=names_of(db.session, {one.leader for one in (*coming, *past)}),
        may_post=bool(acts.towns_posted_for(context)), year=context.today.year,
    )  # fmt: skip


def _posted_for() -> list[str]:
    """The towns whose days the actor posts; one at least. Raises NotAllowed."""
    towns = acts.towns_posted_for(ctx())
    if not towns:
        raise NotAllowed(N_("your posts do not allow this"))
    return towns


def _towns() -> list[int]:
    """The towns in whose units the reader has a post."""
    units = ctx().units
    return sorted({units.id_of[units.town_of(office.unit)] for office in ctx().actor.offices})


@room.route("/receptions/new", methods=["GET", "POST"])
@needs(may.SUPERVISE)
def post() -> Answer:
    """Post a day."""
    context, form = ctx(), DayForm()
    towns = _posted_for()
    form.unit.choices = [(code, context.units.full_name(code)) for code in towns]
    leaders = people_within(db.session, [context.units.part(code) for code in towns], context.today, acts.RECEIVES)
    form.leader.choices = [(one.username, one.full_name) for one in leaders]
    if form.validate_on_submit():
        told: Any = {name: form[name].data for name in ("day", "begins", "ends", "place", "leader")}
        try:
            with unit_of_work(db.session):
                day = acts.post_day(ctx(), form.unit.data, acts.DayPosted(**told)).id
            flash(gettext("Posted. It stands on the public page too."), "success")
            return redirect(url_for("receptions.show", reception=day))
        except RuleViolation as problem:
            show_problem(form, problem)
    page = render_template("receptions/post.html", form=form)
    return page, 422 if form.errors else 200


@room.route("/receptions/<key:reception>", methods=["GET", "POST"])
@needs(may.READ)
def show(reception: int) -> Answer:
    """One day: who was received, and the form to put a visit down."""
    found, context = _found(reception), ctx()
    form = _form_of(found)
    if form is not None and form.validate_on_submit() and _recorded(reception, form):
        return redirect(url_for("receptions.show", reception=reception))
    received = received_on(db.session, context.actor, [found])
    page = render_template(
        "receptions/show.html", day=found, received=received, names=_names([found], received), form=form,
        may_change=_may_change(found), place=context.units.full_name(context.units.by_id[found.unit_id].code),
    )  # fmt: skip
    return page, 422 if form is not None and form.errors else 200


def _may_change(day: ReceptionDay) -> bool:
    return ctx().units.by_id[day.unit_id].code in acts.towns_posted_for(ctx())


def _form_of(day: ReceptionDay) -> VisitForm | None:
    """The form to put a visit down, for who may, once the day has come."""
    context = ctx()
    if not _may_change(day) or not acts.held(context, day):
        return None
    form, unit = VisitForm(), context.units.by_id[day.unit_id].code
    people = people_within(db.session, [context.units.part(unit)], context.today)
    form.responsible.choices = [("", "—"), *((one.username, one.full_name) for one in people)]
    return form


def _names(days: list[ReceptionDay], received: list[Received]) -> dict[str, str]:
    """The names of who receives, and of who answers for what was promised."""
    decided = {one.reception.decision.responsible for one in received if one.reception.decision}
    return names_of(db.session, {*(one.leader for one in days), *decided})


def _recorded(day: int, form: VisitForm) -> bool:
    told: Any = {name: form[name].data or "" for name in ("number", "answer", "promise", "responsible")}
    visit = acts.VisitTold(**{**told, "number": told["number"].strip()}, due_on=form.due_on.data)
    try:
        with unit_of_work(db.session):
            acts.record_visit(ctx(), day, visit)
        flash(gettext("On record."), "success")
        return True
    except RuleViolation as problem:
        show_problem(form, problem)
    except OutOfScope:
        show_problem(form, RuleViolation("number", N_("there is no such case")))
    return False


@room.post("/receptions/<key:reception>/off")
@needs(may.SUPERVISE)
def call_off(reception: int) -> Redirect:
    """Call a day off."""
    attempt(lambda: acts.call_off(ctx(), reception, request.form.get("reason", "")), gettext("Called off."))
    return redirect(url_for("receptions.show", reception=reception))


@room.get("/receptions/<key:reception>/notice.<form>")
@needs(may.READ)
def notice(reception: int, form: str) -> Response:
    """The notice to be put up, in Word or as a PDF."""
    found, context = _found(reception), ctx()
    if form not in PAPERS or found.cancelled_at is not None:
        raise OutOfScope(N_("there is no such page"))
    head = context.office.letterhead(context.today)
    leader = names_of(db.session, {found.leader}).get(found.leader, found.leader)
    organ = head.organ or context.units.full_name(context.units.by_id[found.unit_id].code)
    told = NoticeFacts(leader, found.day, found.begins, found.ends, found.place, head.phone, found.posted_at)
    paper = notice_paper(organ, told)
    return sent(write_paper(paper, form, fonts()), gettext("Notice of a reception day"), form)


@room.get("/receptions.xlsx")
@needs(may.SUPERVISE)
@heavy
def sheet() -> Response:
    """Who was received in a year, as a sheet; who took it away is in the log."""
    context = ctx()
    codes, year = _posted_for(), request.args.get("year", context.today.year, type=whole)
    if not EARLIEST <= year <= context.today.year + 1:
        raise OutOfScope(N_("there is no such page"))
    days = days_of_year(db.session, [context.units.id_of[code] for code in codes], year)
    town, rows = "、".join(context.units.full_name(code) for code in codes), _rows(days)
    trail.seen("report_taken", "", form="xlsx", period=f"{year} receptions")
    return sent(receptions_sheet(town, year, rows), f"领导接访{year}", "xlsx", "receptions")


def _rows(days: list[ReceptionDay]) -> list[tuple[object, ...]]:
    received = received_on(db.session, ctx().actor, days)
    names = _names(days, received)
    return [_row(one, names) for one in sorted(received, key=lambda one: (one.reception.day.day, one.reception.id))]


def _row(one: Received, names: dict[str, str]) -> tuple[object, ...]:
    units, case, day, decision = ctx().units, one.case, one.reception.day, one.reception.decision
    people = "、".join(party.name for party in case.parties if party.name)
    owed = (names.get(decision.responsible, ""), decision.due_on) if decision else ("", "")
    done = decision.done_note or gettext("done") if decision and decision.done_on else label("state", case.state)
    who, place = names.get(day.leader, day.leader), units.full_name(units.by_id[case.unit_id].code)
    return day.day, who, case.number, people, place, case.title, one.said, *owed, done


def _found(day_id: int) -> ReceptionDay:
    """A day of the reader's town. Raises OutOfScope."""
    found = find_day(db.session, day_id, _towns())
    if found is None:
        raise OutOfScope(N_("there is no such day"))
    return found
