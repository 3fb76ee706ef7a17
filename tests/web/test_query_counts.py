"""Each page makes a fixed number of queries, whatever the number of cases."""

from __future__ import annotations

import pytest
from flask import current_app

from caseapp.actions.cases import Act, propose
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.interests import declare_interest
from caseapp.actions.supervision import draft_by_hand, issue
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.web.entrance import word_of
from tests.cases.make import do, head, log, moment, petition
from tests.documents.make import add
from tests.statements import counted

pytestmark = pytest.mark.one_database


LETTER = {
    "sender": "县信访局", "letter_no": "县信交〔2026〕7号", "received_on": "2026-11-02", "answer_due": "2026-12-02",
    "report_wanted": True,
}  # fmt: skip


def fill(as_user, count: int) -> str:
    grid, office = as_user("grid"), as_user("office")
    for place in range(count):
        number = log(grid, head(title=f"第{place}件"), at=moment(2026, 10, 5, 9, place % 60))
        do(grid, number, "follow_up", method="visit", note="看过")
        above = log(office, petition(title=f"信访{place}"), at=moment(2026, 10, 6, 9, place % 60))
        do(office, above, "take_assignment", **LETTER)
    return number


MOST = 24  # short statements, each by an index; what a page may not do is cost more when there are more cases
PAGES = (
    "/", "/cases", "/overdue", "/reports", "/reports/TH/2026-10", "CASE", "/supervision", "/inbox", "/day", "/day/town",
    "/teams", "/teams/absences", "/teams/handover", "/teams/vacant", "/units/requests", "/retention", "/letters", "/assigned", "/week/TH/2026-11-23", "RECEIPT", "PROGRESS", "/screening", "/queue",
    "/queue/mine", "/offline",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_the_same_with_few_cases_and_with_many(browse, as_user, page):
    number = fill(as_user, 1)
    client = browse("leader")
    path = {"CASE": "/cases/", "RECEIPT": "/receipt/", "PROGRESS": "/progress/"}.get(page, "")
    path = path + number if path else page
    client.get(path)  # reads the tree, once a process
    counts = []
    for more in (2, 10):
        fill(as_user, more)
        db.session.expire_all()
        with counted() as statements:
            assert client.get(path).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1], statements
    assert counts[1] <= MOST, "\n".join(statements)


def test_a_case_with_nothing_beside_it_asks_for_little(browse, as_user):
    """Who is logged in, the badges, the mark of today; the case, its history, what stands beside it, who is named, what
    it owes."""
    office = as_user("office")
    number = log(office, petition())
    client = browse("office")
    client.get("/")
    db.session.expire_all()
    with counted() as statements:
        assert client.get(f"/cases/{number}").status_code == 200
    assert len(statements) <= 9, "\n".join(statements)


def test_a_case_with_everything_beside_it_costs_no_more(browse, as_user):
    """A request to decide, a sheet, a co-handler, a declared interest: the page asks for them all together."""
    office = as_user("office")
    number = log(office, petition())
    do(office, number, "accept", route=6)
    with unit_of_work(db.session):
        staff_case(office, number)
        propose(as_user("station"), Act(number, "extend", {"to": "2027-02-01", "reason": "待鉴定"}))
        issue(office, draft_by_hand(office, number, "handle_passed").id, "到场", None)
        ask_to_help(office, number, "grid2", "协助", office.today)
        declare_interest(as_user("office2"), number)
    papers = [add(office, number, current_app.extensions["caseapp"].files).id for _ in range(3)]
    client = browse("leader")
    client.get("/")
    db.session.expire_all()
    with counted() as statements:
        assert client.get(f"/cases/{number}").status_code == 200
    assert len(statements) <= MOST, "\n".join(statements)
    with counted() as statements:
        assert client.get(f"/papers/{word_of(papers[1])}").status_code == 200
    assert len(statements) <= MOST, "\n".join(statements)
