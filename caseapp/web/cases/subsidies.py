"""/subsidies: what was claimed for mediated cases (以案定补), as a page and as the register to be signed."""

from __future__ import annotations

from functools import cache
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
from caseapp.web.session import ctx, needs, own_towns
from caseapp.web.taken import sent

room = Blueprint("subsidies", __name__)


class Paid(NamedTuple):
    """A claim, with what is paid for its grade on its day, by the amounts known when it was put on record."""

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
    period = asked_period(ctx().today)
    found = _paid(period)
    trail.seen("report_taken", "", form="xlsx", period=f"{period} subsidies")
    content = subsidies_sheet(own_towns(), str(period), [_row(one) for one in found], sum(one.yuan for one in found))
    return sent(content, f"以案定补{period}", "xlsx", "subsidies")


def _paid(period: Period) -> list[Paid]:
    found = claims(db.session, ctx().actor, ctx().law.trees, period.window)
    known_at = cache(ctx().known_at)
    return [Paid(one, known_at(one.recorded_at).office.subsidies(one.on).get(one.grade, 0)) for one in found]


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
