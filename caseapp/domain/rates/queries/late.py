"""How many items were late at the ends of months, as the sums are made of them: what cases owe, counted by unit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
)

from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries.history import late_at_end
from caseapp.domain.rates.packed import LATE_ITEMS, MARK
from caseapp.domain.rates.runs import LATE

KIND, NO_BLOCK = LATE_ITEMS[0], 0


def late_alike(number: int) -> Select[Any]:
    """How many items were late at the end of a month, by unit, as ``SameCases`` has it: once each."""
    query = select(literal(1), *_said(), func.count(), cast(literal(0), BigInteger)).select_from(Deadline)
    return query.join(Case, Case.id == Deadline.case_id).where(late_at_end(number)).group_by(Case.unit_id)


def late_taken_away() -> Select[Any]:
    """The items of some cases that were late in the months that are asked for, to be taken away from sums."""
    none, months = cast(null(), Text), (Deadline.late_from, Deadline.late_to)
    count, people = func.count(), cast(literal(0), BigInteger)
    return (
        select(literal(-1), literal(LATE), *months, *_said(), count, people, none, none, none, cast(null(), Integer))
        .join(Case, Case.id == Deadline.case_id)
        .where(
            literal(LATE).in_(bindparam("series", expanding=True)), Deadline.late_from <= bindparam("latest"),
            Deadline.late_to >= bindparam("earliest"),
        )
        .group_by(*months, Case.unit_id)
    )  # fmt: skip


def _said() -> tuple[Any, ...]:
    """What is said of them in the columns of a contribution."""
    none = cast(null(), String)
    marks = cast(literal(MARK[LATE_ITEMS]), BigInteger)
    return Case.unit_id, literal(KIND), none, marks, cast(literal(NO_BLOCK), Integer), none, cast(null(), Date)
