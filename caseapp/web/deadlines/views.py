"""/overdue: what is overdue at the end of today, of all cases I may see."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request, url_for

from caseapp.db import db
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.deadlines.queries import MOST, DueList, overdue_list
from caseapp.domain.deadlines.queries.items import OwedLine
from caseapp.domain.deadlines.rules import KINDS
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.parts import TreePart
from caseapp.domain.screening.queries import OwedList, OwedRound
from caseapp.kernel.errors import N_, OutOfScope
from caseapp.web.cases.present import rows_of_lines
from caseapp.web.cases.views import count_text
from caseapp.web.entrance import key_in, word_of
from caseapp.web.screening.present import owed_rows
from caseapp.web.session import ctx, needs
from caseapp.web.tongue import label

if TYPE_CHECKING:
    from sqlalchemy import Select

    from caseapp.domain.org.queries import Units

room = Blueprint("deadlines", __name__)
PAGE = 50


@room.get("/overdue")
@needs(may.READ)
def listing() -> str:
    """Longest overdue first."""
    context, unit, kind = ctx(), request.args.get("unit", ""), request.args.get("kind", "")
    if unit and unit not in context.units:
        raise OutOfScope(N_("there is no such unit"))
    listed, after = _late_items(unit, kind), request.args.get("after", "")
    items = listed.lines(db.session, context.units, after=_after(after), most=PAGE + 1)
    rounds = [] if kind or after else _late_rounds(unit)
    asked: dict[str, Any] = {name: request.args[name] for name in ("unit", "kind", "mine") if request.args.get(name)}
    return render_template(
        "deadlines/list.html",
        rows=rows_of_lines(context, items[:PAGE]),
        rounds=owed_rows(context, rounds),
        count=count_text(listed.count(db.session, MOST) + len(rounds), MOST),
        next_url=_next_url(items, asked),
        first_url=url_for("deadlines.listing", **asked) if after else None,
        asked=tuple(asked.items()),
        options=(
            ("unit", _units_to_choose(context.actor, context.units)),
            ("kind", tuple((slug, label("kind", slug)) for slug in KINDS)),
        ),
    )


def _late_items(unit: str, kind: str) -> DueList:
    """What is overdue of the cases of a unit, or of all; of one kind, or of all; or what is charged to me."""
    context = ctx()
    units, mine = context.units, bool(request.args.get("mine"))
    top = units.part(unit) if unit else None
    chosen = kind if kind in KINDS else ""
    return _late(context.actor, context.today, top, kind=chosen, mine=mine)


@lru_cache(maxsize=512)
def _late(actor: Actor, today: date, top: TreePart | None, *, kind: str, mine: bool) -> DueList:
    """The list is kept for the day: putting the question together costs more than asking it."""
    return overdue_list(actor, today, top=top, kind=kind, mine=mine)


@lru_cache(maxsize=256)
def _units_to_choose(actor: Actor, units: Units) -> tuple[tuple[str, str], ...]:
    """The villages and towns of which somebody may read."""
    reach = actor.units_with(may.READ)
    return tuple(
        (code, place.name)
        for code, place in units.places.items()
        if place.tier != "group" and units.id_of[code] in reach
    )  # fmt: skip


def _late_rounds(unit: str) -> list[OwedRound]:
    """Screening rounds that are late, of the villages of a unit, or all; or my own."""
    context, mine = ctx(), bool(request.args.get("mine"))
    within = context.units.ids_within(unit) if unit else None
    owed, asking = _owed_rounds(context.actor, context.office, context.today, within, mine=mine)
    return owed.read(db.session, asking)


@lru_cache(maxsize=512)
def _owed_rounds(
    actor: Actor, office: OfficeRules, today: date, within: frozenset[int] | None, *, mine: bool
) -> tuple[OwedList, Select[Any]]:  # fmt: skip
    """The rounds and what asks for the late ones, kept for the day too."""
    owed = OwedList(actor, office, today)
    some = [] if within is None else [owed.within(within)]
    return owed, owed.asking(owed.late, *some, *([owed.mine] if mine else []))


def _next_url(items: list[OwedLine], asked: dict[str, Any]) -> str | None:
    return url_for("deadlines.listing", **asked, after=_key(items[PAGE - 1])) if len(items) > PAGE else None


def _after(key: str) -> tuple[date, int] | None:
    try:
        day, row = key.split("_")
        return date.fromisoformat(day), key_in(row)
    except ValueError:
        return None


def _key(line: OwedLine) -> str:
    return f"{line.item.due_on.isoformat()}_{word_of(line.item.id)}"
