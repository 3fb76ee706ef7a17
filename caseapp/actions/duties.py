"""Who owes what today, as rows: written in the transaction of whatever changes it, and by the turn of the day.

The rows stand for the day in the mark ``duties``. Whoever writes first on a new day turns them to it, before writing
anything else: so they hold together, whenever the night step comes. Until then a page reads the history, which is slow
and right (``domain/deadlines/queries``). Events are put down side by side; what changes the answers of many cases at
once (an absence, a post, a unit, the day) waits for them, and they for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select, union, update

from caseapp.actions.context import Ctx
from caseapp.actions.seats import settle_all_seats, settle_seats, settle_seats_of
from caseapp.db import insert_new, plain_rows
from caseapp.db.among import among
from caseapp.db.rows import Rows
from caseapp.domain.access.queries import readers_by_post
from caseapp.domain.deadlines.models import Deadline, Duty, DutyReader, Flag
from caseapp.domain.deadlines.queries.history import StandingItem, came_of, owed_on, standing_of
from caseapp.domain.deadlines.queries.turning import of_people, of_units, turned, with_posts
from caseapp.domain.org.models import DUTIES, Mark
from caseapp.domain.people.models import Absence, Post, User
from caseapp.domain.teams.queries.acting import stands

BATCH = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """A row of ``duty``."""

    id: int
    case_id: int
    kind: str
    due_on: date
    from_on: date
    days: int
    person: str | None
    acting: bool
    town_id: int | None
    holder_id: int | None
    tier: str | None
    not_by: str | None
    lead: str | None
    rungs: int
    guarded: bool


COLUMNS = tuple(Row.__dataclass_fields__)
STANDS_FOR = select(Mark.value).where(Mark.name == DUTIES, Mark.value == bindparam("day")).with_for_update(read=True)
Body = tuple[int | None, str | None, str | None]
"""The unit that holds a case, its tier, and who of it does not meet an item."""
Line = tuple[str, date, int]
"""A row of ``duty_reader``."""
Item = tuple[int, str, int, date]
"""A due item: its case, kind, number within the kind and due date."""


def settle(ctx: Ctx, case_ids: Iterable[int], *, seated: Iterable[int] = (), new: bool = False) -> None:
    """Bring the duties of some cases in line with what they owe, who sits on them, and who is away or out of them.
    ``seated``: those with seats, when who answers for one may have changed. ``new`` cases have no rows yet."""
    ctx.session.flush()  # what was changed is read back
    hold_day(ctx)
    settle_seats(ctx, seated)
    _settle(ctx, list(case_ids), new=new)


def settle_what_came(ctx: Ctx, case_id: int) -> None:
    """Bring in line what a case owes anew since an event came, where who sits on it, who comes into it, who is out of
    it and who holds it stayed the same: what it owed before and still does is answered for as it was, and the rows of
    what it does not owe any more went with that."""
    ctx.session.flush()  # what was changed is read back
    hold_day(ctx)
    came: dict[StandingItem, None] = {}
    people: dict[str, set[int]] = {}
    for *told, person, unit_id in plain_rows(ctx.session, came_of(ctx.today), {"id": case_id}):
        came[StandingItem(*told)] = None
        _comes(people, person, unit_id)
    wanted, readers = _wanted(ctx, came, _rungs(ctx, came), {case_id: people})
    rows = Rows()
    _write(ctx, {}, wanted, rows)
    _write_lines(ctx, set(), _listed(wanted, readers), rows)
    rows.put_down(ctx.session)


def first_duties(ctx: Ctx, standing: Iterable[StandingItem], rows: Rows) -> None:
    """The duties of new cases in which nobody sits: nobody comes into them in person, and nothing was flagged yet."""
    hold_day(ctx)
    wanted, readers = _wanted(ctx, standing, {}, {})
    _write(ctx, {}, wanted, rows)
    _write_lines(ctx, set(), _listed(wanted, readers), rows)


def settle_people(ctx: Ctx, usernames: Iterable[str]) -> None:
    """The same for the cases of some people: they are away or back, or their posts are others."""
    _alone(ctx)
    people = list(usernames)
    settle_seats_of(ctx, people)
    _settle(ctx, list(ctx.session.scalars(of_people(people))))


def settle_units(ctx: Ctx, unit_ids: Iterable[int]) -> None:
    """The same for the cases that arose in some units or are held by them, and for those of the people there: they lie
    elsewhere now, in what a case may complain of or not."""
    _alone(ctx)
    settle_seats_of(ctx, with_posts(list(unit_ids)))
    _settle(ctx, list(ctx.session.scalars(union(*of_units(list(unit_ids))))))


def turn_day(ctx: Ctx, progress: Progress | None = None) -> int:
    """Turn the rows to today, once: what begins and ends by time alone, absences, posts, the tree of the day. Rows that
    stand for no day, or for a later one, are made anew. Returns how many cases were looked at."""
    return 0 if stands(ctx.session, ctx.today) else _turn(ctx, _mark(ctx), progress)


def hold_day(ctx: Ctx) -> bool:
    """See to it that the rows stand for today until this transaction ends. Whether they had to be turned to it."""
    if plain_rows(ctx.session, STANDS_FOR, {"day": ctx.today.isoformat()}):
        return False
    _alone(ctx)
    return True


def make_anew(ctx: Ctx, progress: Progress | None = None) -> int:
    """Throw the rows away and make them anew. Returns how many cases owe something."""
    mark = _mark(ctx)
    mark.value = ""
    return _turn(ctx, mark, progress)


def _alone(ctx: Ctx) -> None:
    """The same, and nobody else writes a row until this transaction ends."""
    _turn(ctx, _mark(ctx))


def _turn(ctx: Ctx, mark: Mark, progress: Progress | None = None) -> int:
    ctx.session.flush()  # what was changed is read back
    if mark.value == ctx.today.isoformat():
        return 0
    before = date.fromisoformat(mark.value) if mark.value else date.max
    mark.value = ctx.today.isoformat()
    if before > ctx.today:
        ctx.session.execute(delete(Duty))
        settle_all_seats(ctx)
        ids = list(ctx.session.scalars(select(Deadline.case_id).where(owed_on(ctx.today)).distinct()))
    else:
        people, units = sorted(_others(ctx, before)), _moved(ctx, before)
        settle_seats_of(ctx, [*people, *ctx.session.scalars(with_posts(units))])
        ids = list(ctx.session.scalars(union(*turned(before, ctx.today, people, units))))
    _settle(ctx, ids, progress)
    return len(ids)


def _mark(ctx: Ctx) -> Mark:
    """The mark, held: nobody else writes a row until this transaction ends."""
    query = select(Mark).where(Mark.name == DUTIES).with_for_update().execution_options(populate_existing=True)
    if (found := ctx.session.scalar(query)) is None:
        ctx.session.execute(insert_new(ctx.session, Mark), {"name": DUTIES, "value": ""})
        found = ctx.session.scalars(query).one()
    return found


def _moved(ctx: Ctx, before: date) -> list[int]:
    """The units that lie elsewhere than on an earlier day."""
    then, now = ctx.units.on(before), ctx.units.on(ctx.today)
    return [key for code, key in ctx.units.id_of.items() if then.line(code) != now.line(code)]


def _others(ctx: Ctx, before: date) -> set[str]:
    """Who went away or came back since an earlier day, or took up a post or left one."""

    def since(day: Any) -> ColumnElement[bool]:
        return and_(day > before, day <= ctx.today)

    over = and_(Absence.to_on >= before, Absence.to_on < ctx.today)
    away = select(Absence.username).where(or_(since(Absence.from_on), since(Absence.ended_on), over))
    posts = select(User.username).join(Post, Post.user_id == User.id)
    return set(ctx.session.scalars(away.union(posts.where(or_(since(Post.started_on), since(Post.ended_on))))))


def _settle(ctx: Ctx, ids: Sequence[int], progress: Progress | None = None, *, new: bool = False) -> None:
    for begin in range(0, len(ids), BATCH):
        some = ids[begin : begin + BATCH]
        there = {} if new else {row.id: row for row in _there(ctx, some)}
        wanted, readers = _asked(ctx, some)
        if there or wanted:
            lines, rows = set(_lines(ctx, some)) if there else set[Line](), Rows()
            _write(ctx, there, wanted, rows)
            _write_lines(ctx, lines, _listed(wanted, readers), rows)
            rows.put_down(ctx.session)
        if progress:
            progress(begin + len(some), len(ids))


def _there(ctx: Ctx, ids: Sequence[int]) -> Iterator[Row]:
    query = select(*(getattr(Duty, name) for name in COLUMNS)).where(among(Duty.case_id, "ids"))
    return (Row(*found) for found in plain_rows(ctx.session, query, {"ids": ids}))


def _lines(ctx: Ctx, ids: Sequence[int]) -> Iterator[Line]:
    query = select(DutyReader.reader, DutyReader.due_on, DutyReader.duty_id)
    query = query.join(Duty, Duty.id == DutyReader.duty_id).where(among(Duty.case_id, "ids"))
    return ((reader, due_on, key) for reader, due_on, key in plain_rows(ctx.session, query, {"ids": ids}))


def _asked(ctx: Ctx, ids: Sequence[int]) -> tuple[dict[int, Row], dict[int, set[str]]]:
    """The rows of some cases as they should be, by number, and whose lists each is in."""
    found = [StandingItem(*one) for one in plain_rows(ctx.session, standing_of(ctx.today), {"ids": ids})]
    return _wanted(ctx, found, _rungs(ctx, found), _people(ctx, {one.case_id for one in found}))


def _wanted(
    ctx: Ctx, standing: Iterable[StandingItem], rungs: Mapping[Item, int], people: Mapping[int, dict[str, set[int]]]
) -> tuple[dict[int, Row], dict[int, set[str]]]:  # fmt: skip
    """The same of items that stand, by how many rungs each climbed, and who comes into its case."""
    rows: dict[int, Row] = {}
    readers: dict[int, set[str]] = {}
    for one in standing:
        town = _town(ctx, one.unit_id) if (office := one.charged_to == "office") else None
        of_unit: Body = (one.holder_id, one.tier, one.not_by) if not (office or one.person) else (None, None, None)
        acting = one.person is not None and one.person == one.deputy != one.seat_holder
        climbed = rungs.get((one.case_id, one.kind, one.nth, one.due_on), 0)
        rows[one.id] = Row(
            one.id, one.case_id, one.kind, one.due_on, one.from_on, one.days, one.person, acting, town, *of_unit,
            one.lead, climbed, one.guarded,
        )  # fmt: skip
        readers[one.id] = _readers(ctx, {one.unit_id, one.holder_id}, people.get(one.case_id, {}))
    return rows, readers


def _listed(wanted: Mapping[int, Row], readers: Mapping[int, AbstractSet[str]]) -> set[Line]:
    return {(who, row.due_on, key) for key, row in wanted.items() for who in readers[key]}


def _town(ctx: Ctx, unit_id: int) -> int:
    return ctx.units.id_of[ctx.units.town_of(ctx.units.by_id[unit_id].code)]


def _readers(ctx: Ctx, unit_ids: AbstractSet[int], people: Mapping[str, AbstractSet[int]]) -> set[str]:
    """The units from which a case is read, and who comes in though none of their posts reads it there."""
    above = frozenset().union(*(ctx.units.ids_above(ctx.units.by_id[unit].code) for unit in unit_ids))
    return {*map(str, above), *(f"@{person}" for person, posts in people.items() if posts.isdisjoint(above))}


def _people(ctx: Ctx, case_ids: AbstractSet[int]) -> dict[int, dict[str, set[int]]]:
    """Who comes into some cases in person, each with the units where a post of theirs reads cases, by case."""
    found: dict[int, dict[str, set[int]]] = {}
    readers = readers_by_post(ctx.today)
    for case_id, person, unit_id in plain_rows(ctx.session, readers, {"ids": list(case_ids)}) if case_ids else ():
        _comes(found.setdefault(case_id, {}), person, unit_id)
    return found


def _comes(people: dict[str, set[int]], person: str | None, unit_id: int | None) -> None:
    """Take up that somebody comes into a case, with a unit where a post of theirs reads cases."""
    if person is not None:
        people.setdefault(person, set()).update(() if unit_id is None else (unit_id,))


def _rungs(ctx: Ctx, standing: Iterable[StandingItem]) -> dict[Item, int]:
    """How many rungs some items climbed: those that are late."""
    ids = sorted({one.case_id for one in standing if one.due_on < ctx.today})
    query = select(Flag.case_id, Flag.kind, Flag.nth, Flag.due_on).where(among(Flag.case_id, "ids"))
    found: dict[Item, int] = {}
    for case_id, kind, nth, due_on in plain_rows(ctx.session, query, {"ids": ids}) if ids else ():
        key = case_id, kind, nth, due_on
        found[key] = found.get(key, 0) + 1
    return found


def _write(ctx: Ctx, there: Mapping[int, Row], wanted: Mapping[int, Row], rows: Rows) -> None:
    if gone := there.keys() - wanted.keys():
        ctx.session.execute(delete(Duty).where(Duty.id.in_(gone)))
    if other := [row for key, row in wanted.items() if there.get(key, row) != row]:
        ctx.session.execute(update(Duty), list(map(asdict, other)))
    rows.add(Duty, [asdict(row) for key, row in wanted.items() if key not in there])


def _write_lines(ctx: Ctx, there: AbstractSet[Line], wanted: AbstractSet[Line], rows: Rows) -> None:
    """The lines of the lists; those of rows that are gone went with them."""
    kept = {key for _reader, _due, key in wanted}
    gone: dict[int, list[str]] = {}
    for reader, _due, key in there - wanted:
        if key in kept:
            gone.setdefault(key, []).append(reader)
    for key, some in gone.items():
        ctx.session.execute(delete(DutyReader).where(DutyReader.duty_id == key, DutyReader.reader.in_(some)))
    names = "reader", "due_on", "duty_id"
    rows.add(DutyReader, [dict(zip(names, line, strict=True)) for line in sorted(wanted - there)])
