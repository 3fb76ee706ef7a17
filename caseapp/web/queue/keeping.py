"""What a phone keeps of a user's cases, to be read without a line.

No party's name and no telephone number is in it, and so no title and no story either: both are what somebody typed, and
nothing finds every name in what people type (docs/decisions/0016). Accusations are never kept on a phone, and
what was taken as one leaves it when it next asks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from caseapp.actions.context import Ctx
from caseapp.domain.cases.queries import CaseFilter, CaseList, moved_on_or_after, not_sealed, stubs_for, texts_erased
from caseapp.domain.deadlines.queries import items_of_all
from caseapp.domain.deadlines.rules import light
from caseapp.domain.teams.queries import is_mine
from caseapp.labels import label
from caseapp.web.cases.present import state_of
from caseapp.web.page import show_day, show_instant
from caseapp.web.queue.taking import offline_acts

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case
    from caseapp.domain.deadlines.models import Deadline

KEPT_DAYS, MOST = timedelta(days=30), 200


def my_cases(ctx: Ctx) -> dict[str, Any]:
    """The cases somebody registered or sits on, with something on record in the last 30 days, newest first."""
    since = ctx.today - KEPT_DAYS
    clauses = (
        is_mine(ctx.actor.username),
        moved_on_or_after(since),
        not_sealed(),
        ~texts_erased(),
        ~stubs_for(ctx.actor),
    )
    cases = CaseList(ctx.actor, CaseFilter(clauses=clauses)).page(ctx.session, None, MOST)[:MOST]
    owed = items_of_all(ctx.session, [case.id for case in cases], ctx.today)
    return {
        "user": ctx.actor.username,
        "as_of": show_instant(ctx.now),
        "cases": [_kept(ctx, case, owed.get(case.id, [])) for case in cases],
    }


def _kept(ctx: Ctx, case: Case, owed: list[Deadline]) -> dict[str, Any]:
    lamps = ctx.office.lamps(ctx.today)
    return {
        "number": case.number,
        "track": label("track", case.track),
        "category": label("category", case.category),
        "place": ctx.units.full_name(ctx.units.by_id[case.unit_id].code),
        "state": label("state", state_of(case)),
        "registered": show_day(case.registered_on),
        "headcount": case.headcount,
        "length": case.length,
        "dues": [_due(item, ctx, lamps) for item in owed],
        "acts": offline_acts(case, ctx.actor.username, owed),
    }


def _due(item: Deadline, ctx: Ctx, lamps: tuple[int, int]) -> dict[str, str]:
    colour = light(item.due_on, item.days, ctx.today, lamps)
    return {
        "what": label("kind", item.kind),
        "on": show_day(item.due_on),
        "light": label("light", colour),
        "colour": colour,
    }
