"""/subsidies: what was claimed for mediated cases (以案定补), as a page and as the register to be signed."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, render_template

from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries.subsidies import Claim, claims
from caseapp.domain.exchange.ledger_words import CATEGORIES
from caseapp.kernel.periods import Period
from caseapp.papers.subsidies import FORMS, GRADES, subsidies_sheet
from caseapp.web import trail
from caseapp.web.heavy import heavy
from caseapp.web.page import asked_period
from caseapp.web.session import ctx, needs
from caseapp.web.taken import sent

room = Blueprint("subsidies", __name__)


class Paid(NamedTuple):
    """A claim, with what is paid for its grade on its day."""

    claim: Claim
    yuan: int


@room.get("/subsidies")
@needs(may.SUPERVISE)
def listing() -> str:
    """What was claimed in a period, of this month unless another is asked for."""
    period = asked_period(ctx().today)
    found = _paid(period)
    total = sum(one.yuan for one in found)
    return render_template("cases/subsidies.html", found=found, total=total, period=period, before=period.back(1))


@room.get("/subsidies.xlsx")
@needs(may.SUPERVISE)
@heavy
def sheet() -> Response:
    """The same as a workbook; who took it away is in the log."""
    context, period = ctx(), asked_period(ctx().today)
    found = _paid(period)
    towns = {context.units.town_of(office.unit) for office in context.actor.offices}
    town = "、".join(context.units.full_name(code) for code in sorted(towns))
    trail.seen("report_taken", "", form="xlsx", period=f"{period} subsidies")
    content = subsidies_sheet(town, str(period), [_row(one) for one in found], sum(one.yuan for one in found))
    return sent(content, f"以案定补{period}", "xlsx", "subsidies")


def _paid(period: Period) -> list[Paid]:
    context, window = ctx(), period.window
    found = claims(db.session, context.actor, context.law.trees, (window.start, window.end))
    return [Paid(one, context.office.subsidies(one.on).get(one.grade, 0)) for one in found]


def _row(paid: Paid) -> tuple[object, ...]:
    one, units = paid.claim, ctx().units
    case, then = one.case, one.history.at(one.on)
    agreement = then.agreement if then else None
    grade = GRADES[one.grade] + (f"（{one.why}）" if one.why else "")
    form, on = (FORMS[agreement.form], agreement.effective_on) if agreement else ("", "")
    performed = "已履行" if agreement and agreement.undertakings and agreement.performed else ""
    volume, place = agreement.number if agreement else "", units.full_name(units.by_id[case.unit_id].code)
    what = CATEGORIES.label(case.category)
    return volume, place, one.mediator, what, grade, form, on, performed, "", paid.yuan, paid.yuan, case.number, ""
