"""The year's assessment of villages: points from verification and lateness, never from how many cases there were."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from caseapp.actions.settings import set_at_first
from caseapp.db import db, unit_of_work
from caseapp.domain.org.settings import ASSESSED
from caseapp.domain.rates.formulas import RATES
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.assessment import assessed
from caseapp.domain.reports.queries import read_report
from caseapp.kernel.periods import Year
from caseapp.kernel.ratio import Ratio
from tests.cases.make import do, log


class Told(Tally):
    """A village with these rates, and nothing else."""

    def __init__(self, **rates: tuple[int, int]) -> None:
        super().__init__()
        self.told = rates

    def rate(self, key: str) -> Ratio:
        return Ratio(*self.told.get(key, (0, 0)))


class Asked:
    """A report of two villages."""

    def __init__(self, tree, **villages: Told) -> None:
        self.tree, self.unit, self.villages = (
            tree,
            "TH",
            {code.replace("_", "-"): one for code, one in villages.items()},
        )

    def by_village(self) -> dict[str, Told]:
        return self.villages


def sheet(tree, table, **rates):
    return next(one for one in assessed(Asked(tree, TH_SH=Told(**rates)), table) if one.unit == "TH-SH")


@pytest.fixture
def tree(as_user):
    return as_user("office").units


def test_points_are_the_share_of_a_rate_rounded_half_up_on_the_exact_fraction(tree):
    told = sheet(tree, {"verified": 60, "visit": 40}, verified=(2, 3), visit=(1, 32))
    assert [one.tenths for one in told.scored.values()] == [400, 13], "40.0, and 1.25 is 1.3"
    assert (told.tenths, told.out_of, told.share) == (413, 100, Ratio(413, 1000))


def test_where_there_was_nothing_to_do_a_rate_counts_for_nothing(tree):
    told = sheet(tree, {"verified": 60, "visit": 40}, verified=(3, 3))
    assert (told.tenths, told.out_of, told.share.percent) == (600, 60, "100.0%")
    nothing = sheet(tree, {"verified": 60}, visit=(1, 1))
    assert (nothing.tenths, nothing.out_of, nothing.share.percent) == (0, 0, "—")


def test_how_many_cases_there_were_moves_no_point(tree):
    table = dict.fromkeys(ASSESSED, 25)
    few, many = (sheet(tree, table, **dict.fromkeys(ASSESSED, pair)) for pair in ((3, 4), (750, 1000)))
    assert few.scored.keys() == many.scored.keys() == table.keys()
    assert few.tenths == many.tenths == 4 * 188


def test_what_gives_points_is_verified_or_in_time():
    assert set(ASSESSED) < set(RATES)
    assert set(ASSESSED) == {"verified", "ontime", "notice", "visit"}


def test_the_page_and_the_workbook_say_the_same(as_user, browse):
    number = log(as_user("village"))
    do(as_user("village"), number, "resolve", method="mediation", evidence="双方签字的调解协议")
    do(as_user("grid"), number, "return_visit", result="fulfilled")
    client = browse("office")
    assert "还没有设定分值" in client.get("/reports/TH/2026/assessment").text
    with unit_of_work(db.session):
        for key, points in (("verified", 60), ("visit", 40)):
            set_at_first(as_user("office"), f"points.{key}", points)
    ctx = as_user("office")
    report = read_report(ctx.session, ctx.actor, ctx.units, "TH", Year(2026), as_of=ctx.now)
    told = {one.unit: one for one in assessed(report, {"verified": 60, "visit": 40})}
    assert (told["TH-SH"].tenths, told["TH-SH"].out_of) == (1000, 100)
    page = client.get("/reports/TH/2026/assessment").text
    assert "60.0" in page
    assert "1/1" in page
    book = load_workbook(io.BytesIO(client.get("/reports/TH/2026/assessment.xlsx").data)).worksheets[0]
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in book.iter_rows() if row[0].value}
    assert rows["双合村"][:2] == ["1/1", 60]
    assert rows["双合村"][-3:] == [100, 100, "100.0%"]
    assert rows["顶上村"][-3:] == [0, 0, "—"]
    assert client.get("/reports/TH/2026/assessment?category=land").status_code == 404
    assert browse("grid").get("/reports/TH/2026/assessment").status_code == 404, "no report of theirs"
