"""What a case owes, as its page shows it: each item with its light and how its date was worked out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask_babel import gettext

from caseapp.actions.context import Ctx
from caseapp.domain.cases.answering import objection_open
from caseapp.domain.cases.history import History
from caseapp.domain.deadlines.rules import LIGHTS, Item, first_handling, light
from caseapp.domain.deadlines.undone import to_hand_over
from caseapp.domain.org.office import OfficeRules
from caseapp.labels import label
from caseapp.web.page import show_day

if TYPE_CHECKING:
    from caseapp.domain.deadlines.models import Deadline


@dataclass(frozen=True)
class DueRow:
    """An item a case owes, with how its date was worked out; of a handling limit that moved, the first date; of an
    answer to a sender, until when the town may object."""

    kind: str
    due_on: date
    light: str
    days_left: int
    start_on: date
    rule: str
    nth: int
    unit: str
    skipped: list[str]
    provisional: bool
    first_due_on: date | None
    objection_until: date | None


def dues(ctx: Ctx, history: History, items: Iterable[Deadline]) -> list[DueRow]:
    """What a case owes, most pressing first, each with how its date was worked out; a paper to hand over too."""
    paper = to_hand_over(history, ctx.office)
    owed: list[Deadline | Item] = [*items, *([paper] if paper else [])]
    rows = [_due(item, history, ctx.today, ctx.office) for item in owed]
    return sorted(rows, key=lambda row: (LIGHTS.index(row.light), row.due_on))


def _due(item: Deadline | Item, history: History, today: date, office: OfficeRules) -> DueRow:
    counted = office.calendar.add(item.start_on, item.days, item.unit)
    first = first_handling(history.head, history.now, office).due_on if item.kind == "handle" else None
    return DueRow(
        item.kind, item.due_on, light(item.due_on, item.days, today, office.lamps(today)),
        (item.due_on - today).days, item.start_on,
        label("rule", item.rule) % {"days": item.days}, item.nth, item.unit,
        [" ".join((show_day(day), gettext(why))) for day, why in counted.skipped], item.provisional,
        None if first == item.due_on else first,
        objection_open(history.now, today, office.calendar) if item.kind == "answer_above" else None,
    )  # fmt: skip
