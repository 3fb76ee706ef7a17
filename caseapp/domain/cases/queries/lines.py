"""Cases as the lines of a list show them: a few columns, without the rest of the case."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, tuple_

from caseapp.domain.cases.models import Case


class CaseLine(NamedTuple):
    """What a list shows of a case, by the names that the case has for it."""

    id: int
    number: str
    title: str
    unit_id: int
    holder_id: int
    category: str
    track: str
    state: str
    standing: str
    tier: str
    risk: str
    archived: bool
    verified: bool
    team_from: date | None
    seats_filled: int
    registered_at: datetime


ORDER = Case.registered_at, Case.id  # compared as a pair, the index is gone into where a page begins
NEWEST_FIRST = tuple(column.desc() for column in ORDER)
BEHIND = tuple_(*ORDER) < tuple_(*(bindparam(name, type_=c.type) for name, c in zip(("at", "key"), ORDER, strict=True)))
LINE = tuple(getattr(Case, name) for name in CaseLine._fields)


def line_of(case: Case) -> CaseLine:
    """The line of a case that is at hand."""
    return CaseLine(*(getattr(case, name) for name in CaseLine._fields))


def place_of(after: tuple[datetime, int] | None) -> dict[str, datetime | int]:
    """The place behind which a page begins, as it is told to what asks for the page."""
    return {} if after is None else {"at": after[0], "key": after[1]}
