"""The page of a report reads the beginning of what was overdue and counts the rest: the same as the whole list."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bench.plans import read_by
from caseapp.actions.imports import import_cases
from caseapp.actions.sums import add_up_all, sums_anew
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.late import late_months
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries.history import late_in_brief
from caseapp.domain.reports.queries import read_report
from caseapp.kernel.periods import DAY, Month
from tests.cases.make import head, log, moment, petition
from tests.recount.histories import write_cases
from tests.recount.pure import TREE

pytestmark = pytest.mark.either_database

SIZES = 500, 2500


@pytest.mark.parametrize("summed", [True, False])
@pytest.mark.parametrize("most", [1, 5, 1000])
def test_the_beginning_and_how_many_more(system, as_user, most, summed):
    """With the sums that say how many there are, and counted one by one where there are none."""
    with unit_of_work(db.session):
        import_cases(system, enumerate(write_cases(11, 60, TREE), start=1))
        if summed:
            add_up_all(system)
    log(as_user("office"), petition(about=["village"]), moment(2026, 9, 1, 9))
    log(as_user("grid"), head(), moment(2026, 9, 1, 9))
    seen = 0
    for ctx in (system, as_user("office"), as_user("village")):
        for unit in ("TH", "TH-SH"):
            for month in (Month(2024, 3), Month(2024, 12), Month(2025, 6), Month(2026, 10)):
                asked = (db.session, ctx.actor, ctx.units, unit, month)
                whole = read_report(*asked, as_of=ctx.now)
                brief = read_report(*asked, as_of=ctx.now, overdue=most)
                assert brief.overdue == whole.overdue[: len(brief.overdue)]
                assert len(brief.overdue) >= min(most, len(whole.overdue))
                assert len(brief.overdue) + brief.more_overdue == len(whole.overdue)
                seen += bool(brief.more_overdue)
    assert seen or most == 1000


def test_a_part_is_read_whole(system):
    with unit_of_work(db.session):
        import_cases(system, enumerate(write_cases(11, 60, TREE), start=1))
    for month in (Month(2024, 12), Month(2025, 6)):
        asked = (db.session, system.actor, system.units, "TH", month)
        narrowed = {"track": "dispute"}
        whole = read_report(*asked, as_of=system.now, narrowed=narrowed)
        brief = read_report(*asked, as_of=system.now, narrowed=narrowed, overdue=1)
        assert (brief.overdue, brief.more_overdue) == (whole.overdue, 0)


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_the_beginning_of_a_long_list_reads_as_much_as_that_of_a_short_one(as_user, system):
    number = log(as_user("office"), head(unit="TH"), moment(2026, 9, 1, 9))
    case_id = db.session.scalars(sa.select(Case.id).where(Case.number == number)).one()
    month, read = Month.of(system.today).back(1), list[int]()
    for size in SIZES:
        with unit_of_work(db.session):
            db.session.execute(sa.insert(Deadline), [owed(case_id, month.window.end, nth) for nth in range(1, size)])
            sums_anew(system)
        db.session.execute(sa.text("ANALYZE deadline"))
        office = as_user("office")
        asked = (db.session, office.actor, office.units, "TH", month)
        assert read_report(*asked, as_of=office.now, overdue=20).more_overdue > size / 2
        brief = partial(db.session.execute, sa.select(Deadline.id).where(late_in_brief(month.number, 20)))
        read.append(read_by(db.session.connection(), brief, without=("seqscan",)).rows)
        db.session.rollback()
    assert read[1] <= 1.1 * read[0], read


def owed(case_id: int, end: date, nth: int) -> dict[str, Any]:
    """An item that was due so many days before the end of a month, and is not met."""
    due_on = end - timedelta(days=nth)
    told = {"kind": "handle", "nth": nth, "start_on": due_on - DAY, "days": 1, "rule": "x", "charged_to": "lead"}
    months = late_months(due_on - DAY, due_on, None)._asdict()
    return {"case_id": case_id, "from_on": due_on - DAY, "due_on": due_on, "to_on": None, **told, **months}
