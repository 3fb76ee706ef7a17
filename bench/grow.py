"""Growing a database to a size: the demo township's cases copied over and over, shifted back over three more years."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from caseapp.actions.contributions import contributed
from caseapp.actions.sums import forget_sums, sum_up, wanted_places
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.org.queries import load_units
from caseapp.domain.rates.models import Contributed
from caseapp.domain.search.grams import grams_of, keys, village_key
from caseapp.domain.search.models import CaseWords
from caseapp.domain.teams.models import CaseSeat
from caseapp.kernel.clock import local_day

SHIFTS, SHIFT, STRIDE = 40, timedelta(days=27), 17
DAY = re.compile(r"^\d{4}-\d\d-\d\d")
ONCE_ONLY = ("number", "token")
TEXTS = ("title", "description")
AT_ONCE = 500


def grow(session: Session, cases: int) -> int:
    """Copy what is there until there are so many cases. Returns how many there are.

    The copies are read by reports and lists like any other; their part of the hash chain is copied as it stands, so
    this database is for measuring only. Each has words of its own: an office does not log one matter a hundred times.
    """
    kept: dict[Table, list[dict[str, Any]]] = {
        model.__table__: [dict(row) for row in session.execute(select(model.__table__)).mappings()]
        for model in (Case, CaseEvent, CaseEventText, Deadline, CaseSeat, CaseAccess)
    }
    there, nth = len(kept[Case.__table__]), 0
    village = dict(session.execute(select(CaseWords.case_id, CaseWords.village_id)).all())
    characters = "".join(row[name] for row in kept[Case.__table__] for name in TEXTS)
    step = max(row["id"] for row in kept[Case.__table__])
    adding = _Adding(session, step)
    while there < cases:
        nth += 1
        wanted = {row["id"] for row in kept[Case.__table__][: cases - there]}
        for table, rows in kept.items():
            own = "id" if table is Case.__table__ else "case_id"
            copies = [_copy(row, own, nth, step) for row in rows if row[own] in wanted]
            if table is Case.__table__:
                copies = [_reworded(copy, characters) for copy in copies]
            session.execute(insert(table), copies)
            if table is Case.__table__:
                session.execute(insert(CaseWords), list(_words(copies, village, nth * step)))
        session.execute(insert(Contributed), list(adding.rows(sorted(wanted), nth)))
        session.commit()
        there += len(wanted)
    _move_sequences(session)
    forget_sums(session)
    latest = session.scalars(select(func.max(Case.last_recorded_at))).one()
    for place in wanted_places(local_day(latest)):
        sum_up(session, place)
    session.commit()
    return there


def _move_sequences(session: Session) -> None:
    """PostgreSQL gives the next rows ids after those of the copies."""
    if session.get_bind().dialect.name == "postgresql":
        for name in ("case_file", "deadline", "case_seat", "case_access"):
            told = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
            session.execute(text(told))
        session.commit()


def _reworded(case: dict[str, Any], characters: str) -> dict[str, Any]:
    """A case with every other character of its texts taken from all the texts there are."""
    chance = random.Random(case["id"])
    texts = {name: "".join(chance.choice((one, chance.choice(characters))) for one in case[name]) for name in TEXTS}
    return case | texts


def _words(cases: list[dict[str, Any]], village: dict[int, int], moved: int) -> Iterator[dict[str, Any]]:
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
        self.known: dict[tuple[int, timedelta], list[dict[str, Any]]] = {}

    def rows(self, cases: list[int], nth: int) -> Iterator[dict[str, Any]]:
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


def _copy(row: dict[str, Any], own: str, nth: int, step: int) -> dict[str, Any]:
    """A row of the nth copy: ids of its own, all days moved back."""
    back = _back(nth)
    copy = {name: _moved(value, back) for name, value in row.items() if name != "id"}
    copy[own] = row[own] + nth * step
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
