"""What cases owe, as rows (``domain/deadlines``): worked out from their events, and kept where they say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.contributions import late_came_and_went
from caseapp.db import plain_rows
from caseapp.db.among import among
from caseapp.db.rows import Rows
from caseapp.domain.cases.history import History
from caseapp.domain.cases.snapshot import Snapshot, holder_at
from caseapp.domain.deadlines.late import late_months
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.rules import charged_to, not_by, spans
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.people.queries import people_within
from caseapp.domain.people.roles import AT_WORK

OWED = (
    "kind", "nth", "due_on", "start_on", "days", "rule", "from_on", "to_on", "charged_to", "not_by", "unit",
    "provisional", "late_from", "late_to", "late_bin",
)  # fmt: skip
Row = dict[str, object]
AtWork = Callable[[str, date], list[str]]
"""Who is at work in a unit on a day."""
Values = tuple[object, ...]


def replace_deadlines(ctx: Ctx, cast: Sequence[tuple[int, History]], rows: Rows) -> bool:
    """Bring in line with their events what some cases owe. Rows that still say what they said are kept, so that what
    was announced about them keeps its meaning. Whether any changed."""
    there = _there(ctx.session, [case_id for case_id, _ in cast])
    gone: list[int] = []
    new: list[Row] = []
    for case_id, history in cast:
        ended, begun = _changed(there.get(case_id, {}), owed_rows(ctx, history))
        gone += ended.values()
        came = [{"case_id": case_id, **row} for row in begun]
        went = [{"case_id": case_id, **dict(zip(OWED, told, strict=True))} for told in ended]
        for times, some in ((1, came), (-1, went)):
            late_came_and_went(ctx.units.id_of[history.head.unit], some, times, rows)
        new += came
    rows.take_out(Deadline, [{"id": key} for key in gone])
    rows.add(Deadline, new)
    return bool(gone or new)


def _there(session: Session, case_ids: Sequence[int]) -> dict[int, dict[Values, int]]:
    """What the rows of some cases say, with their ids, by case."""
    found: dict[int, dict[Values, int]] = {}
    asked = {"id": case_ids[0]} if len(case_ids) == 1 else {"ids": case_ids}
    for case_id, key, *told in plain_rows(session, _of_cases(*asked), asked):
        found.setdefault(case_id, {})[tuple(told)] = key
    return found


@cache
def _of_cases(name: str) -> Select[Any]:
    """What rows of cases say: of some (``ids``), or of one (``id``), which PostgreSQL plans once."""
    here = Deadline.case_id == bindparam("id") if name == "id" else among(Deadline.case_id, "ids")
    return select(Deadline.case_id, Deadline.id, *(getattr(Deadline, one) for one in OWED)).where(here)


def _changed(there: Mapping[Values, int], wanted: list[Row]) -> tuple[dict[Values, int], list[Row]]:
    """Of the rows of a case those to delete, with their ids, and the rows to add."""
    rows = {tuple(row[name] for name in OWED): row for row in wanted}
    gone = {told: key for told, key in there.items() if told not in rows}
    return gone, [row for told, row in rows.items() if told not in there]


def owed_of_all(ctx: Ctx, histories: Iterable[History]) -> list[list[Row]]:
    """The same of many cases, for which who is at work in a unit on a day is asked once."""
    asked = cache(partial(_people_at_work, ctx))
    return [owed_rows(ctx, one, at_work=asked) for one in histories]


def owed_rows(
    ctx: Ctx, history: History, office: OfficeRules | None = None, *, at_work: AtWork | None = None
) -> list[Row]:  # fmt: skip
    """Everything a case owes, ever owed or will owe, each with whom it is charged to as the case stands now; by the
    rules of ``office``, today's if none are given."""
    now, kinds = history.now, dict[str, tuple[str, str | None]]()
    people = partial(_at_work, ctx, now, at_work or partial(_people_at_work, ctx))
    rows = []
    for span in spans(history, office or ctx.office):
        item = span.item
        if item.kind not in kinds:
            kinds[item.kind] = (
                charged_to(item.kind, now, people),
                not_by(item.kind, now),
            )
        charged, barred = kinds[item.kind]
        rows.append({
            "kind": item.kind, "nth": item.nth, "due_on": item.due_on, "start_on": item.start_on,
            "days": item.days, "rule": item.rule, "from_on": span.from_on, "to_on": span.to_on,
            "charged_to": charged, "not_by": barred, "unit": item.unit, "provisional": item.provisional,
            **late_months(span.from_on, item.due_on, span.to_on)._asdict(),
        })  # fmt: skip
    return rows


def _at_work(ctx: Ctx, now: Snapshot, asked: AtWork) -> list[str]:
    """The people at work in the unit that holds a case, on the day of its resolution."""
    day = now.resolved_on or ctx.today
    return asked(holder_at(now, ctx.units.on(day)), day)


def _people_at_work(ctx: Ctx, holder: str, day: date) -> list[str]:
    unit, role = frozenset({ctx.units.id_of[holder]}), AT_WORK[ctx.units.tier(holder)]
    return [user.username for user in people_within(ctx.session, unit, day, role)]
