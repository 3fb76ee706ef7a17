"""The Word file says the figures of the page and the JSON, in sentences; the villages say theirs; no name leaves."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from docx import Document

from caseapp.actions.month_notes import return_note, submit_note
from caseapp.actions.reports import freeze_month
from caseapp.db import db, unit_of_work
from caseapp.domain.reports.queries import read_report
from caseapp.kernel.errors import NotAllowed, RuleViolation
from caseapp.kernel.periods import Month
from tests.cases.make import do, head, log, moment

pytestmark = pytest.mark.either_database

OCTOBER = Month(2026, 10)


@pytest.fixture
def october(as_user) -> None:
    first = log(as_user("grid"), head(title="独此标题"), at=moment(2026, 10, 5, 9))
    log(as_user("grid"), head(category="land"), at=moment(2026, 10, 8, 9))
    do(as_user("grid"), first, "resolve", at=moment(2026, 10, 20, 9), method="mediation", evidence="协议")


def read(client) -> tuple[str, list[list[list[str]]]]:
    """The text of the Word file, and its tables."""
    answer = client.get("/reports/TH/2026-10.docx")
    assert answer.status_code == 200
    document = Document(BytesIO(answer.data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return "\n".join(paragraph.text for paragraph in document.paragraphs), tables


def test_the_word_file_agrees_with_the_report_number_by_number(october, browse, as_user):
    office = as_user("office")
    report = read_report(db.session, office.actor, office.units, "TH", OCTOBER, as_of=office.now)
    text, tables = read(browse("office"))
    whole = report.whole
    assert f"上期结转{whole.line('stock')}件，本期新增{whole.line('new')}件" in text
    for key, name in (("net", "化解率"), ("verified", "核实化解率")):
        rate = whole.rate(key)
        assert f"{name}{rate.percent}（{rate.n}/{rate.d}）" in text
    assert tables[0][0][0] == "村（社区）"
    total = tables[0][-1]
    assert total[1:5] == [str(whole.line(key)) for key in ("stock", "new", "returned", "inflow")]
    late = tables[1][1:]
    assert [[row[0], int(row[3])] for row in late] == [[item["case"], item["days_late"]] for item in report.overdue]
    for private in ("独此标题", "周甲一"):
        assert private not in text + str(tables)


def test_a_village_submits_its_words_the_town_returns_them_and_a_frozen_month_is_settled(october, browse, as_user):
    client = browse("office")
    with unit_of_work(db.session):
        submit_note(as_user("village"), "TH-SH", OCTOBER, "山林界址不清", "十一月集中踏勘")
    text, _tables = read(client)
    assert "双合村：山林界址不清" in text
    assert "双合村：十一月集中踏勘" in text
    with unit_of_work(db.session):
        return_note(as_user("office"), "TH-SH", OCTOBER, "请写明件数")
    assert "山林界址不清" not in read(client)[0]
    page = browse("village").get("/reports/TH-SH/2026-10").text
    assert "请写明件数" in page
    with unit_of_work(db.session):
        submit_note(as_user("village"), "TH-SH", OCTOBER, "山林界址不清两件", "踏勘")
        freeze_month(as_user("office"), "TH", OCTOBER)
    with pytest.raises(RuleViolation, match="frozen"):
        submit_note(as_user("village"), "TH-SH", OCTOBER, "再改", "")


def test_only_the_village_itself_submits_and_only_from_the_25th(october, as_user, clock):
    with pytest.raises(NotAllowed):
        submit_note(as_user("village2"), "TH-SH", OCTOBER, "问题", "")
    with pytest.raises(NotAllowed):
        submit_note(as_user("office"), "TH", OCTOBER, "问题", "")
    with pytest.raises(RuleViolation, match="25"):
        submit_note(as_user("village"), "TH-SH", Month(2026, 11), "问题", "")
    with pytest.raises(RuleViolation):
        submit_note(as_user("village"), "TH-SH", OCTOBER, " ", "")


def test_the_page_takes_what_the_village_says_and_shows_the_town_who_is_missing(october, browse):
    village, office = browse("village"), browse("office")
    assert "顶上村" in office.get("/reports/TH/2026-10").text
    done = village.post("/reports/TH-SH/2026-10/note/submit", data={"problems": "界址", "plans": "踏勘"})
    assert done.status_code == 302
    assert "界址" in office.get("/reports/TH/2026-10").text
    assert office.post("/reports/TH-SH/2026-10/note/return", data={"reason": "补件数"}).status_code == 302


def test_the_command_writes_the_word_file(october, run, tmp_path):
    path = tmp_path / "october.docx"
    assert run("report", "month", "2026-10", "--unit", "TH", "--docx", path).exit_code == 0
    assert "化解率" in "".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


def test_a_month_that_is_not_over_is_signed_with_the_day_it_was_known(october, browse):
    text = "".join(p.text for p in Document(BytesIO(browse("office").get("/reports/TH/2026-11.docx").data)).paragraphs)
    assert "2026年11月23日" in text
    assert "2026年11月30日" not in text
    assert re.search(r"到期末如不办理，将逾期\d+项", text)
    assert not re.search(r"期末逾期\d", text)
