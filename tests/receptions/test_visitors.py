"""The register of visitors (来访登记簿): everybody who came in person, as far as its reader sees the cases, on the page and
as a workbook, with no telephone number in full."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from openpyxl import load_workbook

from caseapp.actions.accusations import take_as_accusation
from caseapp.actions.interests import declare_interest
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.events import Party
from caseapp.kernel.clock import SHANGHAI
from tests.cases.make import head, log, petition

PHONE = "000-0000-5678"


def visited(as_user, name: str, day: int, **more) -> str:
    parties = (Party("petitioner", name, PHONE), Party("representative", "赵丁四"))
    return log(
        as_user("office"), petition(unit="TH", channel="visit", parties=parties, headcount=2, **more),
        at=datetime(2026, 11, day, 9, tzinfo=SHANGHAI),
    )  # fmt: skip


def cells(client, address: str) -> list[list[object]]:
    book = load_workbook(BytesIO(client.get(address).data))
    return [[cell for cell in row if cell is not None] for row in book.active.iter_rows(values_only=True)]


def test_it_lists_who_came_in_the_order_in_which_they_came(as_user, browse):
    second, first = visited(as_user, "李乙二", 20), visited(as_user, "周甲一", 3)
    by_letter = log(as_user("office"), petition(unit="TH", channel="letter"))
    client = browse("office")
    page = client.get("/visitors").text
    assert page.index(first) < page.index(second)
    assert by_letter not in page
    assert "周甲一、赵丁四" in page
    assert PHONE not in page
    assert "000****5678" in page
    rows = cells(client, "/visitors.xlsx")
    assert rows[0] == ["太和镇来访登记簿（2026-11）"]
    assert [row[2] for row in rows[2:]] == [first, second]
    assert rows[2][3:6] == ["周甲一、赵丁四", "000****5678", "太和镇"]
    assert PHONE not in str(rows)
    assert db.session.query(AuditEntry).filter_by(action="report_taken").count() == 1


def test_whom_a_matter_is_against_did_not_come(as_user, browse):
    sides = (Party("party", "周甲一"), Party("respondent", "钱戊五", PHONE))
    log(as_user("office"), head(unit="TH", channel="visit", parties=sides))
    page = browse("office").get("/visitors").text
    assert "周甲一" in page
    assert "钱戊五" not in page


def test_another_period_is_asked_for_and_nonsense_is_no_page(as_user, browse):
    number = visited(as_user, "周甲一", 3)
    client = browse("leader")
    assert number not in client.get("/visitors?period=2026-10").text
    assert "没有人来访" in client.get("/visitors?period=2026-10").text
    assert number in client.get("/visitors?period=2026").text
    assert number in client.get("/visitors?period=2026-11-03..2026-11-03").text
    assert client.get("/visitors?period=20261").status_code == 404
    assert client.get("/visitors.xlsx?period=x").status_code == 404
    assert client.get("/visitors?period=abc_1").status_code == 404
    assert client.get("/visitors.xlsx?period=1900-01-01..2100-01-01").status_code == 404


def test_who_is_out_of_a_case_or_may_not_see_it_does_not_find_it_there(as_user, browse):
    out, sealed = visited(as_user, "周甲一", 3), visited(as_user, "李乙二", 4)
    with unit_of_work(db.session):
        declare_interest(as_user("leader"), out)
    with unit_of_work(db.session):
        take_as_accusation(as_user("office"), sealed)
    leader = browse("leader")
    page, sheet = leader.get("/visitors").text, str(cells(leader, "/visitors.xlsx"))
    for told in (out, sealed, "周甲一", "李乙二"):
        assert told not in page
        assert told not in sheet
    assert browse("grid").get("/visitors").status_code in (403, 404)
