"""Growing a database to a size: the demo township's cases copied over and over, shifted back over three more years."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, select, text
from sqlalchemy.orm import Session

from caseapp.actions.contributions import contributed
from caseapp.actions.sums import forget_sums, sum_up, wanted_places
from caseapp.db import Base
from caseapp.db.rows import insert_rows
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.events import ERASED
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.deadlines.late import late_months
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.org.queries import load_units
from caseapp.domain.rates.models import Contributed
from caseapp.domain.search.grams import grams_of, keys, village_key
from caseapp.domain.search.models import CaseWords
from caseapp.domain.teams.models import CaseSeat
from caseapp.kernel.clock import local_day

SHIFTS, SHIFT, STRIDE, NO_TIME = 40, timedelta(days=27), 17, timedelta(0)
HANGING = CaseEvent, CaseEventText, Deadline, CaseSeat, CaseAccess
COPIED = Case.number.like("%-%")
Line = dict[str, Any]
DAY = re.compile(r"^\d{4}-\d\d-\d\d")
ONCE_ONLY = ("number", "token")
TEXTS = ("title", "description")
AT_ONCE = 2000


def grow(session: Session, cases: int) -> int:
    """Copy what is there until there are so many cases. Returns how many there are.

    The demo's own cases are copied first, each time moved to other days; once every shift of days is there, or in a
    database that was grown before, the copies are copied as they stand, by the database itself. Reports and lists read
    all of them like any other; their part of the hash chain is copied too, so this database is for measuring only. Each
    has words of its own: an office does not log one matter a hundred times.
    """
    with _indexed_afterwards(session):
        there = _copied(session, cases)
    _move_sequences(session)
    forget_sums(session)
    latest = session.scalars(select(func.max(Case.last_recorded_at))).one()
    for place in wanted_places(local_day(latest)):
        sum_up(session, place)
    session.commit()
    return there


@contextmanager
def _indexed_afterwards(session: Session) -> Iterator[None]:
    """The indexes of what is copied, but for the keys, are made when all of it is there, which is much quicker."""
    tables: list[Any] = [model.__table__ for model in (Case, CaseWords, Contributed, *HANGING)]
    indexes = [one for table in tables for one in sorted(table.indexes, key=lambda one: str(one.name))]
    for one in indexes:
        one.drop(session.connection(), checkfirst=True)
    session.commit()
    yield
    for one in indexes:
        one.create(session.connection(), checkfirst=True)
    session.commit()


def _copied(session: Session, cases: int) -> int:
    characters = "".join(title + told for title, told in session.execute(select(Case.title, Case.description)))
    there = session.scalars(select(func.count(Case.id))).one()
    if session.scalar(select(Case.id).where(COPIED).limit(1)) is None:
        there += _copy_own(session, cases - there, characters)
    while there < cases:
        there += _copy_copies(session, cases - there, characters)
    return there


def _copy_own(session: Session, wanted: int, characters: str) -> int:
    """Copy the demo's cases once for each shift of days, or fewer times when that is enough. Returns how many."""
    kept: dict[type[Base], list[Line]] = {
        model: [dict(row) for row in session.execute(select(model.__table__)).mappings()] for model in (Case, *HANGING)
    }
    village = dict(session.execute(select(CaseWords.case_id, CaseWords.village_id)).all())
    ids = [row["id"] for row in kept[Case]]
    adding, made = _Adding(session, max(ids)), 0
    for nth in range(1, SHIFTS + 1):
        some = set(ids[: wanted - made])
        for model, rows in kept.items():
            own = "id" if model is Case else "case_id"
            copies = [_copy(row, own, nth * max(ids), _back(nth)) for row in rows if row[own] in some]
            if model is Case:
                _put_reworded(session, copies, characters, village, nth * max(ids))
            else:
                insert_rows(session, model, copies)
        insert_rows(session, Contributed, list(adding.rows(sorted(some), nth)))
        session.commit()
        made += len(some)
    return made


def _copy_copies(session: Session, wanted: int, characters: str) -> int:
    """Copy the copies that are there, up to so many, on the days on which they are. Returns how many."""
    some = select(Case.id).where(COPIED).order_by(Case.id).limit(wanted).subquery()
    first, last, made = session.execute(select(func.min(some.c.id), func.max(some.c.id), func.count())).one()
    moved = session.scalars(select(func.max(Case.id))).one() - first + 1
    here = and_(Case.id.between(first, last), COPIED)
    villages = select(CaseWords.case_id, CaseWords.village_id).join(Case, Case.id == CaseWords.case_id).where(here)
    village = dict(session.execute(villages).all())
    read = session.execute(select(Case.__table__).where(here).order_by(Case.id))
    for rows in read.mappings().partitions(AT_ONCE):
        _put_reworded(session, [_copy(dict(row), "id", moved, NO_TIME) for row in rows], characters, village, moved)
    for model in (*HANGING, Contributed):
        columns = [column for column in model.__table__.columns if column.name != "id"]
        told = [column + moved if column.name == "case_id" else column for column in columns]
        copies = select(*told).join(Case, Case.id == model.__table__.c.case_id).where(here)
        session.execute(insert(model).from_select([one.name for one in columns], copies, include_defaults=False))
    session.commit()
    return int(made)


def _put_reworded(
    session: Session, copies: list[Line], characters: str, village: Mapping[int, int], moved: int
) -> None:
    """Put down copies of cases with words of their own, and what they are found by."""
    copies = [_reworded(copy, characters) for copy in copies]
    insert_rows(session, Case, copies)
    insert_rows(session, CaseWords, list(_words(copies, village, moved)))


def _move_sequences(session: Session) -> None:
    """PostgreSQL gives the next rows ids after those of the copies."""
    if session.get_bind().dialect.name == "postgresql":
        for name in ("case_file", "deadline", "case_seat", "case_access"):
            told = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
            session.execute(text(told))
        session.commit()


def _reworded(case: Line, characters: str) -> Line:
    """A case with every other character of its texts, by chance, taken from all the texts there are. Of what was struck
    out nothing is shown, and a copy of it looks like it."""
    if case["title"] == ERASED:
        return case
    chance = random.Random(case["id"])
    texts = {}
    for name in TEXTS:
        others = chance.choices(characters, k=len(case[name]))
        texts[name] = "".join(map(chance.choice, zip(case[name], others, strict=True)))
    return case | texts


def _words(cases: list[Line], village: Mapping[int, int], moved: int) -> Iterator[Line]:
    """What copies are found by, each in the village of the case it was copied from."""
    for case in cases:
        if case["id"] - moved in village:  # of accusations, and of what was struck out, nothing is found
            village_id = village[case["id"] - moved]
            found_by = keys(grams_of(case["title"], case["description"])) | {village_key(village_id)}
            yield {"case_id": case["id"], "village_id": village_id, "found_by": found_by}


class _Adding:
    """What copies add to periods: worked out once for each case and shift."""

    def __init__(self, session: Session, step: int) -> None:
        self.session, self.step, self.units = session, step, load_units(session)
        self.known: dict[tuple[int, timedelta], list[Line]] = {}

    def rows(self, cases: list[int], nth: int) -> Iterator[Line]:
        """The rows of the nth copies of some cases, which are on record."""
        back, moved = _back(nth), nth * self.step
        new = [case + moved for case in cases if (case, back) not in self.known]
        for begin in range(0, len(new), AT_ONCE):
            some = Case.id.in_(new[begin : begin + AT_ONCE])
            for case_id, history in load_histories(self.session, some, self.units):
                rows = contributed(case_id, self.units.id_of[history.head.unit], history)
                self.known[case_id - moved, back] = rows
        for case in cases:
            yield from (row | {"case_id": case + moved} for row in self.known[case, back])


def _back(nth: int) -> timedelta:
    return SHIFT * (nth * STRIDE % SHIFTS)


def _copy(row: Line, own: str, moved: int, back: timedelta) -> Line:
    """A copy of a row: ids of its own, all days moved back."""
    copy = {name: _moved(value, back) if back else value for name, value in row.items() if name != "id"}
    copy[own] = row[own] + moved
    if back and "late_bin" in copy:
        copy |= late_months(copy["from_on"], copy["due_on"], copy["to_on"])._asdict()
    copy |= {name: f"{row[name].partition('-')[0]}-{copy[own]}" for name in ONCE_ONLY if row.get(name)}
    return copy


def _moved(value: Any, back: timedelta) -> Any:
    if isinstance(value, date | datetime):
        return value - back
    if isinstance(value, dict):
        return {name: _moved(inner, back) for name, inner in value.items()}
    if isinstance(value, str) and DAY.match(value):
        moved = date.fromisoformat(value[:10]) - back
        return moved.isoformat() + value[10:]
    return value
