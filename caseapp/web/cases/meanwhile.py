"""What others put on a case while somebody typed: shown beside what was typed, before it is sent once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caseapp.actions.cases import case_for
from caseapp.db import db
from caseapp.domain.cases.queries import load_history
from caseapp.domain.people.queries import people_told
from caseapp.web.cases import moves, present

if TYPE_CHECKING:
    from caseapp.actions.context import Ctx
    from caseapp.domain.cases.models import Case


def came_between(ctx: Ctx, number: str, seen: int) -> tuple[Case, list[present.TimelineEntry]]:
    """The case as it is now, and its entries after the first ``seen``, latest first. Raises OutOfScope."""
    case = case_for(ctx, number)
    history, around = load_history(db.session, case, ctx.units), moves.around(ctx, case)
    people = people_told(db.session, present.people_named(history, history.now.seats), ctx.today)
    names = {username: told.name for username, told in people.items()}
    hidden = present.rating_hidden(ctx, history, around)
    return case, present.entered_since(history, seen, ctx.units, names, hidden)
