"""The page of a report reads the beginning of what was overdue and counts the rest: the same as the whole list."""

from __future__ import annotations

import pytest

from caseapp.actions.imports import import_cases
from caseapp.db import db, unit_of_work
from caseapp.domain.reports.queries import read_report
from caseapp.kernel.periods import Month
from tests.recount.histories import write_cases
from tests.recount.pure import TREE

pytestmark = pytest.mark.either_database


@pytest.mark.parametrize("most", [1, 5, 1000])
def test_the_beginning_and_how_many_more(system, as_user, most):
    with unit_of_work(db.session):
        import_cases(system, enumerate(write_cases(11, 60, TREE), start=1))
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
