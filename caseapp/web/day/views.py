"""/day: the list of the day for one person; /day/town: the town's list on one page (每天一碰头一调度)."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import login_required

from caseapp.actions.anchors import last_anchor
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.deadlines.queries import MOST, due_by, my_items
from caseapp.domain.deadlines.queries.items import DueItem
from caseapp.domain.screening.queries import OwedList
from caseapp.web.cases.views import count_text
from caseapp.web.screening.present import OwedRow, owed_rows
from caseapp.web.session import ctx, needs

room = Blueprint("day", __name__)


@room.get("/day")
@login_required
def mine() -> str:
    """What I must do today: late or due today, for the pocket."""
    context = ctx()
    found = my_items(context.actor, context.today).items(db.session, context.units, most=MOST)
    items = [item for item in found if item.days_left <= 0]
    rounds = _rounds(mine=True)
    return render_template("day/mine.html", items=items, rounds=rounds, units=context.units, today=context.today,
        anchor=last_anchor(db.session),
    )  # fmt: skip


def _rounds(*, mine: bool) -> list[OwedRow]:
    """Screening rounds that are late or due today: mine, or of all villages I see."""
    context = ctx()
    owed = OwedList(context.actor, context.office, context.today)
    if not owed.rounds:
        return []
    found = owed.rows(db.session, owed.today, *([owed.mine] if mine else []))
    return owed_rows(context, found, "screening.record" if mine else "screening.show")


@room.get("/day/town")
@needs(may.SUPERVISE)
def town() -> str:
    """What everybody must do today, by person, late first: for the morning's meeting, and for printing."""
    context = ctx()
    listed = due_by(context.actor, context.today)
    people: dict[str, list[DueItem]] = {}
    found, rounds = listed.count(db.session, MOST), _rounds(mine=False)
    for item in listed.items(db.session, context.units, most=MOST):
        people.setdefault(item.responsible, []).append(item)
    return render_template(
        "day/town.html", people=people, count=count_text(found + len(rounds), MOST), more=found > MOST,
        units=context.units, today=context.today, rounds=rounds, anchor=last_anchor(db.session),
    )  # fmt: skip
