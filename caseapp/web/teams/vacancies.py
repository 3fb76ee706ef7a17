"""/teams/vacant: what is held by somebody who is there for it no more, with a button to hand it over."""

from __future__ import annotations

from flask import Blueprint, render_template

from caseapp.actions.leaving import vacancies, villages_without_makers
from caseapp.domain.access import permissions as may
from caseapp.web.session import ctx, needs

room = Blueprint("vacancies", __name__)
MOST = 50


@room.get("/teams/vacant")
@needs(may.TEAMS)
def show() -> str:
    """Seats, tasks and decisions without a holder, of the cases and units that I see."""
    return render_template(
        "teams/vacant.html",
        rows=vacancies(ctx()),
        villages=villages_without_makers(ctx()),
        units=ctx().units,
        most=MOST,
    )
