"""/: what I must do, late first; what waits for my decision; what the office must take up."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import login_required

from caseapp.actions.cases import may_decide
from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.queries import (
    CaseFilter,
    CaseList,
    has_no_team,
    not_sealed,
    piles,
    to_accept,
    waiting_proposals,
)
from caseapp.domain.deadlines.queries import MOST, my_items
from caseapp.web.cases.present import row_of_item, rows_of
from caseapp.web.session import ctx

room = Blueprint("work", __name__)
SHOWN = 8
LIGHTS = ("red", "yellow", "green")


@room.get("/")
@login_required
def show() -> str:
    """My work."""
    context = ctx()
    items = my_items(context.actor, context.today).items(db.session, context.units, most=MOST)
    rows = [row_of_item(item, context.units, context.today) for item in items]
    asked = waiting_proposals(db.session, context.actor)
    return render_template(
        "work/show.html",
        groups=[(light, [row for row in rows if row.light == light]) for light in LIGHTS],
        total=len(rows),
        waiting=[(one, asker) for one, asker in asked if may_decide(context, one.case, one)],
        piles=_piles(),
        today=context.today,
    )


def _piles() -> list[dict[str, object]]:
    """What the office takes up: petitions to accept, open cases without a full team."""
    context = ctx()
    if not context.actor.may(may.APPROVE):
        return []
    wanted = {"to_accept": to_accept(), "no_team": has_no_team(context.today)}
    lists = {
        name: CaseList(context.actor, CaseFilter(clauses=(clause, not_sealed()))) for name, clause in wanted.items()
    }
    found = piles(db.session, lists, SHOWN)
    cases = [case for _count, some in found.values() for case in some]
    rows = {row.number: row for row in rows_of(db.session, cases, context.units, context.today)}
    return [
        {"name": name, "count": count, "rows": [rows[case.number] for case in some]}
        for name, (count, some) in found.items()
    ]
