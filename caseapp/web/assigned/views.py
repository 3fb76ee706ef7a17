"""/assigned: the desk of what was assigned from above (上级交办), and the county's sheet of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, Response, render_template, request, url_for

from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.answering import objection_open
from caseapp.domain.cases.assignments import Assignment, answer_owed, assignments, settled_on
from caseapp.domain.deadlines.queries.assigned import MOST, assigned_cases, years_assigned
from caseapp.domain.deadlines.rules import light
from caseapp.domain.people.queries import names_of
from caseapp.labels import label
from caseapp.papers.assigned_sheet import assigned_sheet
from caseapp.web import trail
from caseapp.web.cases.present import state_of
from caseapp.web.heavy import heavy
from caseapp.web.page import show_day
from caseapp.web.session import ctx, needs
from caseapp.web.taken import sent

if TYPE_CHECKING:
    from caseapp.domain.cases.history import History
    from caseapp.domain.cases.models import Case

room = Blueprint("assigned", __name__)
SHOWN = ("open", "done", "all")


class AssignedRow(NamedTuple):
    """One assignment on the desk. ``objection_until``: the last day of the objection, while one can still be made."""

    number: str
    title: str
    said: Assignment
    owed: bool
    light: str
    days_left: int
    unit: str
    lead: str
    state: str
    last: str
    settled_on: date | None
    objection_until: date | None


@room.get("/assigned")
@needs(may.DIRECT)
def listing() -> str:
    """What was assigned in a year: what is still owed an answer, what is answered, or all."""
    year, show = _asked()
    rows = _rows(year, show)
    return render_template(
        "assigned/list.html", rows=rows, year=year, show=show, shown=SHOWN, most=MOST,
        years=years_assigned(db.session, ctx().actor, ctx().today),
        sheet_url=url_for("assigned.sheet", year=year, show=show),
    )  # fmt: skip


@room.get("/assigned.xlsx")
@needs(may.DIRECT)
@heavy
def sheet() -> Response:
    """The county's sheet of the same; who took it away is in the log."""
    year, show = _asked()
    rows = [_in_the_sheet(row) for row in reversed(_rows(year, show))]
    town = next((ctx().units.full_name(office.unit) for office in ctx().actor.offices), "")
    period = f"{year}年" if show == "all" else f"{year}年{label('assigned', show)}"
    trail.seen("report_taken", "", form="xlsx", period=f"{year} assigned")
    return sent(assigned_sheet(town, period, rows), f"上级交办{year}", "xlsx", f"assigned-{year}")


def _asked() -> tuple[int, str]:
    """The year and the part that the address asks for; this year's open ones otherwise."""
    year, show = request.args.get("year", ctx().today.year, type=int), request.args.get("show", SHOWN[0])
    return min(max(year, 1950), ctx().today.year), show if show in SHOWN else SHOWN[0]


def _rows(year: int, show: str) -> list[AssignedRow]:
    """The assignments of a year, the latest received first."""
    context = ctx()
    found = assigned_cases(db.session, context.actor, context.units, year, owed=show == "open")
    leads = {who.holder for _, history in found if (who := history.now.seats.get("lead"))}
    names = names_of(db.session, leads)
    rows = [row for case, history in found for row in _of_case(case, history, names)]
    rows = [row for row in rows if row.said.received_on.year == year and show in ("all", _part(row))]
    return sorted(rows, key=lambda row: row.said.received_on, reverse=True)


def _part(row: AssignedRow) -> str:
    return "open" if row.owed else "done"


def _of_case(case: Case, history: History, names: dict[str, str]) -> Iterator[AssignedRow]:
    context, now = ctx(), history.now
    lead = now.seats.get("lead")
    for one in assignments(history):
        owed = one.nth == _last(history) and answer_owed(one, now.standing)
        days = (one.answer_due - one.received_on).days
        last = history.events[-1]
        yield AssignedRow(
            case.number, case.title, one, owed,
            light(one.answer_due, days, context.today, context.office.lamps(context.today)) if owed else "none",
            (one.answer_due - context.today).days,
            context.units.full_name(context.units.by_id[case.holder_id].code),
            names.get(lead.holder, lead.holder) if lead else "",
            state_of(case), f"{label('event', last.kind)} {show_day(last.on)}", settled_on(history),
            objection_open(now, context.today, context.office.calendar) if owed else None,
        )  # fmt: skip


def _last(history: History) -> int:
    return history.now.assignment.nth if history.now.assignment else 0


def _in_the_sheet(row: AssignedRow) -> tuple[object, ...]:
    """A row in the county's columns, without its running number."""
    said = row.said
    return (
        said.letter_no, said.received_on, row.title, said.requirement, said.answer_due, row.unit, row.lead,
        f"{label('state', row.state)}（{row.last}）", row.settled_on, said.report_no, said.returns,
    )  # fmt: skip
