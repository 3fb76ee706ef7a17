"""/visitors: the register of everybody who came in person (来访登记簿), read off the cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template

from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.people.queries import names_of
from caseapp.domain.receptions.queries import visitors
from caseapp.labels import label
from caseapp.papers.receptions import visitors_sheet
from caseapp.web import trail
from caseapp.web.cases.present import state_of
from caseapp.web.heavy import heavy
from caseapp.web.page import asked_period, masked
from caseapp.web.session import ctx, needs, own_towns
from caseapp.web.taken import sent

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case, CaseParty

room = Blueprint("visitors", __name__)
SHOWN = 200
ASK = ("petitioner", "representative")


@room.get("/visitors")
@needs(may.SUPERVISE)
def listing() -> str:
    """Who came in a period, of this month unless another is asked for; the first of them."""
    period = asked_period(ctx().today)
    found = visitors(db.session, ctx().actor, period.window, SHOWN + 1)
    return render_template(
        "receptions/visitors.html", rows=_rows(found[:SHOWN]), period=period, before=period.back(1),
        more=len(found) > SHOWN,
    )  # fmt: skip


@room.get("/visitors.xlsx")
@needs(may.SUPERVISE)
@heavy
def sheet() -> Response:
    """The same as a workbook; who took it away is in the log."""
    period = asked_period(ctx().today)
    rows = _rows(visitors(db.session, ctx().actor, period.window))
    trail.seen("report_taken", "", form="xlsx", period=f"{period} visitors")
    return sent(visitors_sheet(own_towns(), str(period), rows), f"来访登记簿{period}", "xlsx", "visitors")


def _rows(cases: Sequence[Case]) -> list[tuple[object, ...]]:
    names = names_of(db.session, {case.registered_by for case in cases if case.registered_by})
    return [_row(case, names) for case in cases]


def _who_came(case: Case) -> list[CaseParty]:
    """Who asks for something; of a dispute where nobody does so, its parties, and never whom it is against."""
    named = [party for party in case.parties if party.name]
    return [one for one in named if one.role in ASK] or [one for one in named if one.role == "party"]


def _row(case: Case, names: dict[str, str]) -> tuple[object, ...]:
    units, named = ctx().units, _who_came(case)
    phones = "、".join(masked(party.phone) for party in named if party.phone)
    place, holder = (units.full_name(units.by_id[key].code) for key in (case.unit_id, case.holder_id))
    received_by = names.get(case.registered_by or "", case.registered_by or "")
    went = f"{label('state', state_of(case))}（{holder}）"
    people = "、".join(party.name for party in named)
    return (
        case.received_on,
        case.number,
        people,
        phones,
        "",
        place,
        case.headcount,
        case.title,
        received_by,
        went,
        "",
        "",
    )
