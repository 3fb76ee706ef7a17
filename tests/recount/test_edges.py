"""What chance seldom meets: the report and the recount agree on every edge, month by month."""

from __future__ import annotations

from datetime import datetime

from caseapp.actions.imports import import_cases
from caseapp.db import unit_of_work
from caseapp.domain.reports.queries import read_report
from caseapp.kernel.clock import SHANGHAI, local_day
from caseapp.kernel.periods import Month
from tests.conftest import NOW, PLACES
from tests.recount.differences import differences, told_in_full
from tests.recount.edges import lines
from tests.recount.recount import recount

UNITS = {place.code: (place.parent, place.tier) for place in PLACES}
MONTHS = [Month(2025, 2).back(back) for back in range(15)]
INSTANTS = [NOW] + [
    datetime(*when, tzinfo=SHANGHAI)
    for when in ((2024, 1, 31, 23, 59, 59), (2024, 2, 6), (2024, 3, 12, 9), (2024, 6, 15, 12), (2024, 7, 1, 8, 59, 59))
]


def test_the_report_says_what_the_recount_says_on_every_edge(system):
    cases = lines()
    with unit_of_work(system.session):
        assert not import_cases(system, enumerate(cases, start=1)).refused
    found: list[str] = []
    for month in MONTHS:
        for as_of in INSTANTS:
            now = Month.of(local_day(as_of))
            if month > now or (as_of != NOW and month < now.back(3)):
                continue  # what has not begun has no report; what is long over is the same at each of these instants
            report = read_report(system.session, system.actor, system.units, "TH", month, as_of=as_of)
            told, counted = told_in_full(report), recount(cases, UNITS, "TH", str(month), as_of)
            found += [f"{month} as of {as_of.isoformat()}: {one}" for one in differences(told, counted)]
    assert not found, "\n" + "\n".join(found)
