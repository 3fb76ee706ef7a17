"""Changing the tree of units. Each change is put on record: from which day, by whom, when and why."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete, exists, insert, select

from caseapp.actions.context import Ctx
from caseapp.actions.duties import settle_units
from caseapp.actions.journal import link_changes, note
from caseapp.actions.mergers import carry_over, come_back
from caseapp.actions.search import move_words
from caseapp.actions.shadow import bring_in_line
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.texts import check_readable
from caseapp.domain.org.chronicle import Change, Chronicle, check_changes
from caseapp.domain.org.models import TREE, Mark, Unit, UnitChange, UnitWithin
from caseapp.domain.org.queries import path_of
from caseapp.domain.org.tree import Place, check_place
from caseapp.domain.org.unit_rows import UnitRow, changes_of
from caseapp.domain.reports.queries import known_to_frozen
from caseapp.kernel.errors import N_, RuleViolation

LONGEST_REASON, AT_ONCE = 500, 500


def load_tree(ctx: Ctx, places: Iterable[Place]) -> tuple[int, int]:
    """Add units and update those there: new ones have always been there, changes hold from today on."""
    return load_rows(ctx, [UnitRow(place) for place in places])


def load_rows(ctx: Ctx, rows: Sequence[UnitRow], given: date | None = None) -> tuple[int, int]:
    """Take in a list of units, each as it is from a day on (``given``: of rows that name none). What the list does not
    name stays as it is. Returns how many were added and how many changed. Raises RuleViolation before anything is
    written when the tree that would result is none."""
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        check_place(row.place)
        if row.key in seen:
            raise RuleViolation("code", N_("the code %(code)s stands there twice"), code=row.place.code)
        seen.add(row.key)
    changes = changes_of(rows, ctx.units.chronicle, given, ctx.today)
    added = {change.unit for change in changes} - ctx.units.chronicle.of_unit.keys()
    changed = {change.unit for change in changes} - added
    if changes:
        record_changes(ctx, changes)
    note(ctx, "units_loaded", added=len(added), changed=len(changed))
    return len(added), len(changed)


def record_changes(ctx: Ctx, changes: Sequence[Change]) -> None:
    """Put changes of the tree on record; what holds by today is done at once. What came to hold since the last night is
    done first: a change that takes it back would leave nothing to bring in line, and what was worked out by it
    meanwhile would stand. Raises RuleViolation."""
    bring_tree_in_line(ctx)
    before, entered = ctx.units.chronicle, check_entry(ctx, changes)
    ctx.session.execute(insert(UnitChange), link_changes(ctx.session, entered))
    _new_version(ctx)  # also of what holds from a later day on: whoever enters something else knows of it
    ctx.forget_units()
    bring_tree_in_line(ctx)
    _give_to_their_town(ctx, before, entered)


def _give_to_their_town(ctx: Ctx, before: Chronicle, entered: Iterable[Change]) -> None:
    """A matter that complains of somebody is worked on by the town its unit lay in on the day it did so. Where a unit
    lay in another town on a day that has come, that may be another one."""
    since, places = min(change.since for change in entered), (*ctx.units.places.values(), *ctx.units.gone.values())
    if since > ctx.today or sum(place.tier == "town" for place in places) < 2:
        return
    moved = _in_another_town(before, ctx.units.chronicle, since, ctx.today)
    held = Case.unit_id.in_([ctx.units.id_of[unit] for unit in moved]), Case.tier == "town"
    for case in ctx.session.scalars(select(Case).where(*held)).all() if moved else ():
        bring_in_line(ctx, case)


def _in_another_town(before: Chronicle, later: Chronicle, since: date, until: date) -> set[str]:
    """The units that lie in another town than before on some day of these."""
    moved: set[str] = set()
    for day in {since, *(day for day in later.days if since <= day <= until)}:
        was, tree = before.on(day), later.on(day)
        for unit in (*was.places, *was.gone):
            if unit not in moved and was.town_of(unit) != tree.town_of(unit):
                moved.add(unit)
    return moved


def _new_version(ctx: Ctx) -> None:
    """Processes keep the tree until the version changes."""
    ctx.session.merge(Mark(name=TREE, value=secrets.token_hex(8)))


def check_entry(ctx: Ctx, changes: Sequence[Change]) -> list[Change]:
    """Changes as they would go on record. Raises RuleViolation when they cannot."""
    entered = _entered(ctx, changes)
    later = check_changes(ctx.units.chronicle, entered)
    for change in entered:
        check_place(later.on(change.since).place(change.unit))
        if change.kind == "closed":
            _refuse_open_cases(ctx, change.unit)
    return entered


def _entered(ctx: Ctx, changes: Sequence[Change]) -> list[Change]:
    """Changes as they go on record: by whom and when, unless a file tells. None was entered before one that is on
    record, nor before what a frozen report knew: such a one is entered now."""
    least, entered = _last_settled(ctx), []
    for change in changes:
        recorded_at = change.recorded_at or ctx.now
        if recorded_at > ctx.now:
            raise RuleViolation("recorded_at", N_("%(code)s: the change was entered in the future"), code=change.unit)
        least = recorded_at = ctx.now if least and recorded_at < least else recorded_at
        for name, text in (("reason", change.reason), ("by", change.by)):
            check_readable(text, name)
        by, reason = (change.by or ctx.actor.username)[:80], change.reason.strip()[:LONGEST_REASON]
        entered.append(replace(change, recorded_at=recorded_at, by=by, reason=reason))
    return entered


def _last_settled(ctx: Ctx) -> datetime | None:
    """When the last change on record was entered, or the last frozen report made, whichever is later."""
    there = [change.recorded_at for change in ctx.units.chronicle.changes]
    return max(filter(None, [*there, *known_to_frozen(ctx.session).values()]), default=None)


def _refuse_open_cases(ctx: Ctx, code: str) -> None:
    unit = ctx.units.id_of.get(code)
    held = exists().where(Case.holder_id == unit, Case.standing == "open")
    if unit is not None and ctx.session.scalar(select(held)):
        raise RuleViolation(
            "closed_on",
            N_("%(code)s holds open cases: merge it into another unit, or have them settled or sent up first"),
            code=code,
        )


def bring_tree_in_line(ctx: Ctx) -> int:
    """Bring the tree of today in line with the changes on record, and all that hangs on it: who holds which case,
    posts, standing teams, what texts are found by. Returns how many units changed; a second run changes nothing."""
    units = ctx.units
    rows = {row.code: row for row in ctx.session.scalars(select(Unit))}
    codes = sorted((*units.places, *units.gone), key=lambda code: len(units.line(code)))
    missing = _add_missing(ctx, rows, codes)
    before = {code: (rows[code].path, rows[code].into_id) for code in codes}
    changed = [code for code in codes if _fill(ctx, rows, code)]
    if not (changed or missing):
        return 0
    ctx.session.flush()  # what follows reads the rows
    _new_version(ctx)
    _lay_within(ctx, {*changed, *missing})
    for code in changed:
        _follow(ctx, rows[code], *before[code])
    settle_units(ctx, [rows[code].id for code in changed])
    return len(changed) + len(missing)


def _lay_within(ctx: Ctx, codes: Iterable[str]) -> None:
    """Write down within what some units lie."""
    rows = [(ctx.units.id_of[above], ctx.units.id_of[code]) for code in codes for above in ctx.units.line(code)]
    gone = list({unit for _above, unit in rows})
    for start in range(0, len(gone), AT_ONCE):
        ctx.session.execute(delete(UnitWithin).where(UnitWithin.unit_id.in_(gone[start : start + AT_ONCE])))
    if rows:
        ctx.session.execute(insert(UnitWithin), [{"above_id": above, "unit_id": unit} for above, unit in rows])


def _add_missing(ctx: Ctx, rows: dict[str, Unit], codes: list[str]) -> list[str]:
    """Add the units that have no row yet. Returns their codes."""
    missing = [code for code in codes if code not in rows]
    for code in missing:
        _fill(ctx, rows, code)
    if missing:
        ctx.forget_units()
    return missing


def _fill(ctx: Ctx, rows: dict[str, Unit], code: str) -> bool:
    """Bring one row in line. Returns whether anything differed."""
    units, place = ctx.units, ctx.units.place(code)
    wanted = {
        "tier": place.tier, "kind": place.kind, "name": place.name, "path": path_of(units, code),
        "parent_id": rows[place.parent].id if place.parent else None,
        "into_id": rows[units.went_to(code)].id if code in units.into else None,
        "closed_on": units.chronicle.closed_on(code),
    }  # fmt: skip
    row = rows.get(code)
    if row is None:
        row = rows[code] = Unit(code=code, **wanted)
        ctx.session.add(row)
        ctx.session.flush()  # the units below need this one's id
        return False
    differing = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _follow(ctx: Ctx, row: Unit, path: str, into_id: int | None) -> None:
    """What follows from a changed unit."""
    if row.path != path:
        move_words(ctx.session, row.id, ctx.units.id_of[ctx.units.village_of(row.code)])
    if row.into_id is None and into_id is not None:
        come_back(ctx, into_id)
    if row.code in ctx.units.gone and row.closed_on is not None and row.closed_on <= ctx.today:
        carry_over(ctx, row)
