"""The yearly summary (信访工作条例 art. 41): fields, offices complained of, what was passed on, suggestions; on paper."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document

from caseapp.actions.supervision import draft_by_hand, issue
from caseapp.db import db, unit_of_work
from caseapp.domain.reports.queries import read_report, read_year
from caseapp.kernel.periods import Year
from tests.cases.make import do, head, log, moment

pytestmark = pytest.mark.either_database

THIS_YEAR = Year(2026)


@pytest.fixture
def year(as_user, clock) -> list[str]:
    """A dispute that was sent up and supervised, a complaint of a village, two suggestions of which one was adopted."""
    grid, office = as_user("grid"), as_user("office")
    dispute = log(grid, head(category="land"), at=moment(2026, 3, 5, 9))
    do(grid, dispute, "escalate", at=moment(2026, 3, 8, 9), to="TH-SH", reason="超出本组能力")
    complaint = log(office, head(unit="TH-SH", category="village_affairs", about=("TH-SH",)), at=moment(2026, 5, 5, 9))
    petition = {"track": "petition", "petition_class": "suggestion", "unit": "TH", "category": "roads"}
    suggestions = [log(office, head(**petition), at=moment(2026, 6, day, 9)) for day in (1, 2)]
    for number, outcome in zip(suggestions, ("supported", "explained"), strict=True):
        do(office, number, "accept", at=moment(2026, 6, 5, 9))
        do(office, number, "reply", at=moment(2026, 6, 20, 9), outcome=outcome)
    with unit_of_work(db.session):
        issue(office, draft_by_hand(office, dispute, "follow_up_missed").id, "三日内到场", None)
    return [dispute, complaint, *suggestions]


def told(ctx):
    report = read_report(db.session, ctx.actor, ctx.units, "TH", THIS_YEAR, as_of=ctx.now)
    return read_year(db.session, ctx.actor, ctx.units, report)


def test_what_the_year_brought_beside_the_figures(year, as_user):
    found = told(as_user("office"))
    assert found.complained == [("TH-SH", 1)]
    assert (found.events["escalated"], found.events["sent_down"]) == (1, 0)
    assert found.sheets["issued"] == 1
    assert (found.suggestions, found.adopted) == (2, 1)


def test_who_is_complained_of_finds_nothing_of_it_in_the_year(year, as_user):
    assert told(as_user("village")).complained == []


def test_nothing_entered_later_is_known(year, as_user, clock):
    office = as_user("office")
    report = read_report(db.session, office.actor, office.units, "TH", THIS_YEAR, as_of=office.now)
    assert read_year(db.session, office.actor, office.units, report).events["escalated"] == 1
    clock.pass_by(days=1)
    do(as_user("village"), year[0], "escalate", at=moment(2026, 4, 1, 9), to="TH", reason="补录")
    assert read_year(db.session, office.actor, office.units, report).events["escalated"] == 1
    assert told(as_user("office")).events["escalated"] == 2


def test_the_paper_says_the_year(year, browse, run, tmp_path):
    client = browse("office")
    answer = client.get("/reports/TH/2026/yearly.docx")
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(answer.data)).paragraphs)
    assert "太和镇2026年信访工作年度报告" in text
    assert "双合村 1" in text
    assert "上报1件次" in text
    assert "收到建议类信访事项2件，采纳1件" in text
    assert client.get("/reports/TH/2026-10/yearly.docx").status_code == 404
    done = run("report", "year", "2026", "--unit", "TH", "--docx", tmp_path / "year.docx")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "year.docx").stat().st_size > 1000
    refused = run("report", "year", "2026-10", "--unit", "TH")
    assert (refused.exit_code, refused.stdout) == (1, "")
