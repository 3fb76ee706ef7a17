"""Units as rows of a file (contract §2): what a list of rows changes, and the rows that tell the whole history. Pure.

A row says how a unit is from a day on. A unit that is new and names no day has always been there; of one that is
known, what differs from how it stood on that day is a change. The rows of an export, taken in by an empty database,
give the same history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from caseapp.domain.org.chronicle import Change, Chronicle, Standing, after
from caseapp.domain.org.tree import Place
from caseapp.kernel.clock import parse_day, parse_instant, show_instant
from caseapp.kernel.errors import N_, RuleViolation

NEEDED = ("code", "parent", "tier", "kind", "name")
DATED = ("from", "closed_on", "merged_into")
ENTERED = ("recorded_at", "by", "reason")
COLUMNS = NEEDED + DATED + ENTERED


@dataclass(frozen=True)
class UnitRow:
    """One row: how a unit is from a day on, when it closes, what it is merged into; and who entered that when, why."""

    place: Place
    from_on: date | None = None
    closed_on: date | None = None
    merged_into: str = ""
    recorded_at: datetime | None = None
    by: str = ""
    reason: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What stands in a file once."""
        return self.place.code, self.from_on, self.closed_on, self.merged_into, self.recorded_at


def read_row(cells: dict[str, str]) -> UnitRow:
    """A row of a file. Raises RuleViolation naming the column."""
    dated = {name: cells.get(name, "") for name in DATED + ENTERED}
    return UnitRow(
        Place(*(cells[name] for name in NEEDED)),
        from_on=parse_day(dated["from"], "from") if dated["from"] else None,
        closed_on=parse_day(dated["closed_on"], "closed_on") if dated["closed_on"] else None,
        merged_into=dated["merged_into"],
        recorded_at=parse_instant(dated["recorded_at"], "recorded_at") if dated["recorded_at"] else None,
        by=dated["by"],
        reason=dated["reason"],
    )


def changes_of(rows: Iterable[UnitRow], before: Chronicle, given: date | None, today: date) -> list[Change]:
    """What the rows change: of each, what differs from how its unit stood. ``given``: the day of rows that name none.
    Raises RuleViolation."""
    told: dict[str, list[Change]] = {}
    changes: list[Change] = []
    for row in rows:
        code = row.place.code
        known = told.setdefault(code, list(before.of_unit.get(code, ())))
        for change in _of_row(row, Chronicle(known), row.from_on or given, today):
            known.append(change)
            changes.append(change)
    return changes


def _of_row(row: UnitRow, known: Chronicle, named: date | None, today: date) -> Iterator[Change]:
    """What one row changes from the day it names, else from today."""
    code, day = row.place.code, named or today
    was = known.standing(code, day)
    is_there = was is not None and was.there
    if not known.changes or (named is not None and not is_there):
        yield _change(row, "opened", named, _facts(row.place))
    elif was is not None and is_there:
        yield from _differing(row, was.place, day)
    elif not (row.closed_on or row.merged_into):
        raise RuleViolation("from", N_("%(code)s is not there: name the day it is opened from"), code=code)
    yield from _ending(row, known, day)


def _ending(row: UnitRow, known: Chronicle, day: date) -> Iterator[Change]:
    """The end a row tells of, unless its unit ended so already."""
    ends = row.closed_on or (day if row.merged_into else None)
    if ends is not None and not _is_gone(known, row, ends):
        yield _change(row, "merged" if row.merged_into else "closed", ends, _into(row))


def _differing(row: UnitRow, was: Place, day: date) -> Iterator[Change]:
    now = row.place
    if now.tier != was.tier:
        raise RuleViolation("tier", N_("%(code)s keeps its tier: open another unit and close this one"), code=now.code)
    if now.parent != was.parent:
        yield _change(row, "moved", day, {"parent": now.parent})
    if (now.kind, now.name) != (was.kind, was.name):
        yield _change(row, "renamed", day, {"kind": now.kind, "name": now.name})


def _is_gone(known: Chronicle, row: UnitRow, day: date) -> bool:
    """Whether a unit ends on that day in that way already."""
    stood = known.standing(row.place.code, day)
    return stood is not None and not stood.there and (stood.into or "") == row.merged_into


def _change(row: UnitRow, kind: str, day: date | None, facts: dict[str, str]) -> Change:
    return Change(row.place.code, kind, day, facts, row.recorded_at, row.by, row.reason)


def _facts(place: Place) -> dict[str, str]:
    return {"parent": place.parent, "tier": place.tier, "kind": place.kind, "name": place.name}


def _into(row: UnitRow) -> dict[str, str]:
    return {"into": row.merged_into} if row.merged_into else {}


def rows_of(chronicle: Chronicle) -> Iterator[UnitRow]:
    """The whole history as rows, one a change, in the order in which they were entered."""
    told: dict[str, list[Change]] = {}
    for change in chronicle.changes:
        known = told.setdefault(change.unit, [])
        known.append(change)
        stood: Standing | None = None
        for one in sorted(known, key=lambda one: one.since):
            if one.since <= change.since:
                stood = after(stood, one)
        assert stood is not None
        row = UnitRow(stood.place, change.from_on, recorded_at=change.recorded_at, by=change.by, reason=change.reason)
        ends = change.kind in ("merged", "closed")
        yield replace(row, closed_on=change.from_on, merged_into=change.facts.get("into", "")) if ends else row


def write_row(row: UnitRow) -> list[str]:
    """A row as the cells of ``COLUMNS``."""
    place = row.place
    return [
        place.code, place.parent, place.tier, place.kind, place.name,
        row.from_on.isoformat() if row.from_on else "", row.closed_on.isoformat() if row.closed_on else "",
        row.merged_into, show_instant(row.recorded_at) if row.recorded_at else "", row.by, row.reason,
    ]  # fmt: skip
