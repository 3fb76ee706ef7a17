"""The public version and the aggregates: pages and files, who may open them, and that they say the report's numbers."""

from __future__ import annotations

import csv
import io

import pytest
from docx import Document

from caseapp.actions.interests import declare_interest
from caseapp.actions.reports import freeze_month
from caseapp.db import db, unit_of_work
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.kernel.periods import Month, Quarter
from tests.cases.make import do, head, log, moment

pytestmark = pytest.mark.one_database

OCTOBER = Month(2026, 10)


@pytest.fixture
def october(as_user) -> list[str]:
    """Nine cases of October: enough in one village to be printed, and some resolved."""
    numbers = [
        log(
            as_user("grid"),
            head(title="独此标题", category=("land", "neighbour")[day % 2]),
            at=moment(2026, 10, day, 9),
        )
        for day in range(3, 12)
    ]
    for number in numbers[:4]:
        do(as_user("grid"), number, "resolve", at=moment(2026, 10, 25, 9), method="mediation", evidence="协议")
    return numbers


@pytest.fixture
def frozen(october, as_user) -> list[str]:
    with unit_of_work(db.session):
        freeze_month(as_user("office"), "TH", OCTOBER)
    return october


def rows(answer) -> dict[tuple[str, str, str], list[str]]:
    found = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    return {(row[0], row[1], row[2]): row[3:] for row in found[1:]}


def test_the_aggregates_say_the_numbers_of_the_report_and_name_no_case(october, browse, as_user):
    office, client = as_user("office"), browse("office")
    for period in (OCTOBER, Quarter(2026, 4)):
        told = as_json(read_report(db.session, office.actor, office.units, "TH", period, as_of=office.now))
        numbers = client.get(f"/reports/TH/{period}.json").json
        assert {key: value for key, value in numbers.items() if key != "as_of"} == {
            key: value for key, value in told.items() if key not in ("as_of", "cases", "overdue")
        }
        answer = client.get(f"/reports/TH/{period}.csv")
        found = rows(answer)
        whole = "month" if period is OCTOBER else "period"
        for key, count in told["lines"].items():
            assert found[whole, "", f"lines.{key}"] == ["", "", str(count)]
        for part in [key for key in told if key.startswith(("year", "previous", "same"))]:
            for key, rate in told[part]["rates"].items():
                assert found[part, "", f"rates.{key}"][:2] == [str(rate["n"]), str(rate["d"])]
        for code, part in told["by_village"].items():
            assert found["by_village", code, "lines.new"][2] == str(part["lines"]["new"])
        assert not any(number in answer.text for number in october)


def test_a_month_is_published_when_it_is_frozen_and_stays_as_it_was(october, browse, as_user, clock):
    client = browse("office")
    assert "尚未定稿" in client.get("/reports/TH/2026-10/public").text
    assert client.get("/reports/TH/2026-10/public.docx").status_code == 404
    assert "尚未结束" in client.get("/reports/TH/2026-11/public").text
    with unit_of_work(db.session):
        freeze_month(as_user("office"), "TH", OCTOBER)
    first = client.get("/reports/TH/2026-10/public.csv").data
    page = client.get("/reports/TH/2026-10/public").text
    assert not any(number in page for number in october)
    assert "独此标题" not in page
    clock.pass_by(minutes=10)
    do(as_user("grid"), october[5], "resolve", at=moment(2026, 10, 28, 9), method="mediation", evidence="补录")
    with unit_of_work(db.session):
        assert freeze_month(as_user("office"), "TH", OCTOBER).revision == 2
    assert client.get("/reports/TH/2026-10/public.csv").data == first


def test_the_word_file_says_what_the_public_csv_says(frozen, browse):
    client = browse("office")
    found = rows(client.get("/reports/TH/2026-10/public.csv"))
    assert found["by_village", "TH-SH", "lines.new"][2] == "9"
    document = Document(io.BytesIO(client.get("/reports/TH/2026-10/public.docx").data))
    text = "".join(paragraph.text for paragraph in document.paragraphs)
    assert f"本期新增{found['town', 'TH', 'lines.new'][2]}件" in text
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    village = next(row for row in cells if row[0] == "双合村")
    assert village[1:3] == [found["by_village", "TH-SH", f"lines.{line}"][2] for line in ("new", "resolved")]


def test_who_is_out_of_a_case_publishes_without_it_and_a_village_sees_its_own(frozen, browse, as_user):
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), frozen[0])
    published = browse("office2").get("/reports/TH/2026-10/public")
    assert (published.status_code, frozen[0] in published.text) == (200, False)
    client = browse("village")
    assert client.get("/reports/TH-SH/2026-10/public").status_code == 200
    assert client.get("/reports/TH-SH/2026-10/public.csv").status_code == 404
    assert client.get("/reports/TH/2026-10/public").status_code == 404
