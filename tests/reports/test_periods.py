"""Reports of any period, whole or narrowed: on the page, behind each number, on the command line."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from caseapp.db import db
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import NARROWED_BY
from caseapp.kernel.periods import parse_period
from tests.cases.make import do, head, log, moment

pytestmark = pytest.mark.either_database


@pytest.fixture
def autumn(as_user, clock) -> list[str]:
    """Cases of several months, one open for long, one resolved and confirmed; two categories."""
    cases = [((2026, 7, 3), "land"), ((2026, 8, 20), "land"), ((2026, 10, 12), "neighbour"), ((2026, 11, 2), "land")]
    numbers = [log(as_user("grid"), head(category=kind), at=moment(*day, 9)) for day, kind in cases]
    do(as_user("grid"), numbers[1], "resolve", at=moment(2026, 9, 25, 9), method="mediation", evidence="协议")
    do(as_user("village"), numbers[1], "return_visit", at=moment(2026, 10, 2, 9), result="fulfilled")
    return numbers


@pytest.mark.parametrize(
    ("period", "new", "resolved"),
    [("2026-Q3", 2, 1), ("2026", 4, 1), ("2026-08-20..2026-10-12", 2, 1), ("2026-10", 1, 0)],
)
def test_the_page_of_a_period_opens_to_its_cases(autumn, browse, period, new, resolved):
    client = browse("office")
    page = client.get(f"/reports/TH/{period}")
    assert page.status_code == 200
    assert f"/reports/TH/{period}/cases/net.n" in page.text
    behind = client.get(f"/reports/TH/{period}/cases/new").text
    assert sum(number in behind for number in autumn) == new
    behind = client.get(f"/reports/TH/{period}/cases/net.n").text
    assert sum(number in behind for number in autumn) == resolved
    for kind in ("xlsx", "docx"):
        assert client.get(f"/reports/TH/{period}.{kind}").status_code == 200


def test_a_narrowed_report_is_the_row_of_its_part(autumn, as_user):
    office = as_user("office")
    period = parse_period("2026-Q4")
    whole = read_report(db.session, office.actor, office.units, "TH", period, as_of=office.now)
    rows = [(kind, key, tally) for kind in NARROWED_BY for key, tally in whole.part(kind).items()]
    assert len(rows) >= 5
    for kind, key, tally in rows:
        asked = {kind: key}
        found = read_report(db.session, office.actor, office.units, "TH", period, as_of=office.now, narrowed=asked)
        assert found.whole.figures() == tally.figures(), asked
        lists = found.whole.cases(), tally.cases()
        assert all(lists[0][kind] == lists[1][kind] for kind in ("lines", "rates", "apart")), asked


def test_the_page_narrows_and_opens_to_the_same_part(autumn, browse):
    client = browse("office")
    page = client.get("/reports/TH/2026-Q4?category=land").text
    assert re.search(r"/reports/TH/2026-Q4/cases/stock\?[^\"]*category=land", page)
    behind = client.get("/reports/TH/2026-Q4/cases/inflow?category=land").text
    assert [number in behind for number in autumn] == [True, False, False, True]


def test_open_cases_by_age_open_to_their_cases(autumn, browse):
    client = browse("office")
    assert autumn[0] in client.get("/reports/TH/2026-11/cases/open.under_180").text
    assert autumn[3] in client.get("/reports/TH/2026-11/cases/open.under_30").text
    assert client.get("/reports/TH/2026-11/cases/open.under_7").status_code == 404


def test_the_form_leads_to_the_address_of_a_report(autumn, browse):
    client = browse("office")
    asked = client.get("/reports?unit=TH-SH&period=2026-Q3&category=land&tier=")
    assert asked.headers["Location"] == "/reports/TH-SH/2026-Q3?category=land"
    asked = client.get("/reports?unit=TH&period=2026-10&from=2026-08-01&to=2026-09-15")
    assert asked.headers["Location"] == "/reports/TH/2026-08-01..2026-09-15"


@pytest.mark.parametrize(
    "address",
    [
        "/reports/TH/2027-02", "/reports/TH/2026-Q5", "/reports/TH/2026-10-09..2026-10-01", "/reports/XX/2026-10",
        "/reports/TH/2026-10?category=weather", "/reports/TH/2026-Q3?revision=1",
        "/reports?period=2026-10&from=2026-10-09&to=2026-10-01",
    ],
)  # fmt: skip
def test_what_there_is_no_report_of_is_said(autumn, browse, address):
    answer = browse("office").get(address)
    assert answer.status_code in (400, 404, 422)
    assert "<h1" in answer.text


def test_the_command_tells_a_quarter_and_a_part_of_it(autumn, run):
    whole = json.loads(run("report", "period", "2026-Q3", "--unit", "TH", "--json").stdout)
    assert (whole["period"], whole["lines"]["new"], whole["lines"]["resolved"]) == ("2026-Q3", 2, 1)
    assert {"previous_period", "same_period_last_year"} <= whole.keys()
    part = json.loads(run("report", "period", "2026", "--unit", "TH", "--json", "--only", "category=land").stdout)
    assert (part["narrowed"], part["lines"]["new"]) == ({"category": "land"}, 3)
    for wrong in (
        ("2026-Q5",), ("2027",), ("2026-10-09..2026-10-01",), ("2026", "--only", "category=weather"),
        ("2026", "--only", "shoe=blue"), ("2026", "--only", "land"),
    ):  # fmt: skip
        refused = run("report", "period", *wrong, "--unit", "TH")
        assert (refused.exit_code, refused.stdout) == (1, ""), wrong
        assert refused.stderr.strip(), wrong


def test_long_work_says_how_far_it_is(autumn, as_user):
    office, told = as_user("office"), []
    read_report(
        db.session, office.actor, office.units, "TH", parse_period("2026-01-02..2026-11-22"), as_of=office.now,
        progress=lambda done, count: told.append((done, count)),
    )  # fmt: skip
    assert told == [(4, 4)]


def test_a_narrowed_report_says_so_on_every_paper(autumn, browse):
    client = browse("office")
    document = Document(BytesIO(client.get("/reports/TH/2026-Q4.docx?category=land").data))
    assert any("本报表仅统计：类别 山林土地水利" in paragraph.text for paragraph in document.paragraphs)
    book = load_workbook(BytesIO(client.get("/reports/TH/2026-Q4.xlsx?category=land").data))
    for sheet in book.worksheets[:2]:
        cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert any("本报表仅统计：类别 山林土地水利" in text for text in cells), sheet.title
        assert not any("本月" in text or "上月" in text for text in cells), sheet.title
