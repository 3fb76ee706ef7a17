"""The whole way of a dispute, on the pages: logged in a lane, carried up to the town, neglected, settled, confirmed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from caseapp.db import db
from caseapp.domain.audit.queries import last_runs
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.org.queries import load_units
from caseapp.jobs.registry import JOBS
from caseapp.jobs.scheduler import tick
from tests.conftest import PASSWORD, HandClock

SWEEP = next(job for job in JOBS if job.name == "sweep")
TITLE = "周甲一与李乙二为屋后排水沟争执"
TEAM = ("镇领导甲", "司法所甲", "驻村甲", "村干部甲", "网格员甲")


class Office:
    """The people of the story, each at a desk of their own, and the days that pass."""

    def __init__(self, app: Any, clock: HandClock) -> None:
        self.app, self.clock, self.number = app, clock, ""

    def on(self, *when: int) -> None:
        """The story goes on at this hour."""
        self.clock.set(*when)

    def desk(self, who: str) -> FlaskClient:
        """Somebody logs in as they would in the morning."""
        client: FlaskClient = self.app.test_client()
        assert client.post("/login", data={"username": who, "password": PASSWORD}).status_code == 302
        return client

    def sees(self, who: str, path: str = "") -> str:
        """What a page shows somebody, its text alone; the page of the case, unless another is named."""
        answer = self.desk(who).get(path or f"/cases/{self.number}")
        assert answer.status_code == 200, path
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())

    def does(self, who: str, action: str, **fields: str) -> int:
        """Somebody opens the form of an act, fills it in and sends it; the status of the answer."""
        client, path = self.desk(who), f"/act/{action}/{self.number}"
        form = client.get(path)
        assert form.status_code == 200, (who, action)
        found = re.search(r'name="length"[^>]*value="(\d+)"', form.text)
        assert found
        return client.post(path, data={"length": found[1], **fields}).status_code

    def offers(self, who: str, action: str) -> bool:
        """Whether the page of the case offers somebody an act."""
        return f"/act/{action}/" in self.desk(who).get(f"/cases/{self.number}").text

    def night(self, *when: int) -> dict[str, Any]:
        """The night comes and the sweep runs; what it says it did."""
        self.clock.set(*when)
        db.session.remove()
        tick(self.app, SWEEP)
        db.session.remove()
        return dict(last_runs(db.session)["sweep"].result)


@pytest.fixture
def office(app: Any, clock: HandClock) -> Office:
    """The office of the small world."""
    return Office(app, clock)


def test_a_dispute_goes_the_whole_way(office: Office) -> None:
    it_is_logged_in_the_group(office)
    it_is_carried_up_to_the_town(office)
    the_five_seats_are_filled(office)
    a_follow_up_is_missed_and_flagged(office)
    it_is_mediated_and_resolved(office)
    who_resolved_it_does_not_confirm_it(office)
    another_confirms_it(office)
    it_counts_in_the_report_of_the_month(office)
    it_is_archived(office)
    nothing_of_it_is_forgotten()


def it_is_logged_in_the_group(office: Office) -> None:
    office.on(2026, 11, 23, 10, 5)
    grid = office.desk("grid")
    token = re.search(r'name="token"[^>]*value="([^"]+)"', grid.get("/cases/new").text)
    assert token
    form = {
        "token": token[1], "track": "dispute", "story": f"{TITLE}。雨后积水，已劝开。", "unit": "TH-SH-01",
        "category": "neighbour", "name": "周甲一", "phone": "000-0000-1234", "respondent": "李乙二", "headcount": "2",
        "contact": "any", "channel": "screening", "risk": "green", "petition_class": "appeal",
    }  # fmt: skip
    answer = grid.post("/cases/new", data=form)
    assert answer.status_code == 302
    office.number = str(db.session.query(Case).one().number)
    assert office.number == "太调〔2026〕0001号"
    assert TITLE in office.sees("grid")
    office.on(2026, 11, 24, 9, 0)
    assert office.does("grid", "follow_up", method="visit", note="到两家看了沟") == 302
    assert office.desk("village2").get(f"/cases/{office.number}").status_code == 404


def it_is_carried_up_to_the_town(office: Office) -> None:
    office.on(2026, 11, 24, 15, 0)
    assert office.does("grid", "escalate", to="TH-SH", reason="双方不肯再谈") == 302
    assert not office.offers("grid", "escalate")
    office.on(2026, 11, 25, 9, 0)
    assert office.does("village", "escalate", to="TH", reason="牵涉两组水路，村里定不了") == 302
    assert not office.offers("office", "escalate")
    told = office.sees("office")
    assert "双方不肯再谈" in told
    assert "牵涉两组水路" in told


def the_five_seats_are_filled(office: Office) -> None:
    office.on(2026, 11, 25, 10, 0)
    leader, page = office.desk("leader"), f"/cases/{office.number}"
    assert "五包一未配齐" in office.sees("leader", "/cases")
    assert leader.post(f"/staff/{office.number}").status_code == 302
    told = office.sees("leader", page)
    assert [name for name in TEAM if name not in told] == []
    assert "五包一未配齐" not in office.sees("leader", "/cases")


def a_follow_up_is_missed_and_flagged(office: Office) -> None:
    """The last contact was on 24 November; at green every fourteen days: it was due on 8 December."""
    office.on(2026, 12, 8, 9, 0)
    assert "没有逾期事项" in office.sees("liaison", "/overdue")
    assert office.night(2026, 12, 9, 0, 31)["newly_flagged"] == 0
    told = office.night(2026, 12, 10, 0, 31)
    assert (told["on"], told["overdue"], told["newly_flagged"]) == ("2026-12-09", 1, 1)
    assert office.night(2026, 12, 11, 0, 31)["newly_flagged"] == 0
    office.on(2026, 12, 11, 9, 0)
    for who in ("liaison", "leader"):
        shown = office.sees(who, "/overdue")
        assert TITLE in shown
        assert "逾期3天" in shown
        assert "驻村甲" in shown
    assert TITLE in office.sees("liaison", "/overdue?mine=1&kind=follow_up")
    assert TITLE not in office.sees("village2", "/overdue")
    assert TITLE in office.sees("liaison", "/inbox")


def it_is_mediated_and_resolved(office: Office) -> None:
    office.on(2026, 12, 12, 9, 0)
    assert office.does("liaison", "mediate", result="agreed", note="两家同意改道") == 422, "nobody asked the parties"
    assert office.does("liaison", "mediate", result="agreed", note="两家同意改道", agreed_to="y") == 302
    assert TITLE not in office.sees("liaison", "/overdue")
    office.on(2026, 12, 14, 16, 0)
    assert office.does("station", "resolve", method="mediation", evidence=" ") == 422
    assert office.does("station", "resolve", method="mediation", evidence="调解协议书，水沟已改道") == 302
    assert "调解协议书，水沟已改道" in office.sees("grid")


def who_resolved_it_does_not_confirm_it(office: Office) -> None:
    office.on(2026, 12, 18, 10, 0)
    assert office.does("station", "return_visit", result="fulfilled", note="都说好") == 422
    assert not office.offers("office", "archive")
    assert figures(office, 2026, 12, "verified.n") == 0


def another_confirms_it(office: Office) -> None:
    office.on(2026, 12, 20, 10, 0)
    assert office.does("grid", "return_visit", result="fulfilled") == 302
    assert "已核实" in office.sees("grid")


def figures(office: Office, year: int, month: int, figure: str) -> int:
    """A number of the town's report, which is also how many cases open behind it."""
    page = office.desk("office").get(f"/reports/TH/{year}-{month:02d}/cases/{figure}")
    assert page.status_code == 200
    found = re.search(r'class="count">(\d+)<', page.text)
    assert found
    assert (office.number in page.text) == (int(found[1]) > 0)
    return int(found[1])


def it_counts_in_the_report_of_the_month(office: Office) -> None:
    office.on(2027, 1, 4, 9, 0)
    lines = ("stock", "new", "inflow", "resolved", "open")
    assert [figures(office, 2026, 11, line) for line in lines] == [0, 1, 1, 0, 1]
    assert [figures(office, 2026, 12, line) for line in lines] == [1, 0, 1, 1, 0]
    rates = ("net.n", "net.d", "verified.n", "verified.d", "seats.n", "seats.d", "tier_town.n", "visit.n", "visit.d")
    assert [figures(office, 2026, 12, rate) for rate in rates] == [1] * 9
    assert [figures(office, 2026, 11, rate) for rate in ("net.n", "net.d", "verified.n", "verified.d")] == [0, 1, 0, 1]
    assert "100.0%" in office.sees("office", "/reports/TH/2026-12")
    assert figures(office, 2027, 1, "inflow") == 0


def it_is_archived(office: Office) -> None:
    assert not office.offers("office", "archive")  # two more visits are to come
    for day in ((2027, 1, 12), (2027, 3, 12)):
        office.on(*day, 9, 0)
        assert office.does("grid", "return_visit", result="fulfilled") == 302
    assert not office.offers("grid", "archive")
    assert office.does("office", "archive") == 302
    assert "已归档" in office.sees("office")
    office.on(2027, 3, 31, 9, 0)
    assert TITLE not in office.sees("leader", "/overdue")


def nothing_of_it_is_forgotten() -> None:
    db.session.remove()
    events = load_history(db.session, db.session.query(Case).one(), load_units(db.session)).events
    assert [event.kind for event in events] == [
        "registered", "followed_up", "escalated", "escalated", *["seat_filled"] * 5, "mediated", "resolved",
        *["return_visited"] * 3, "archived",
    ]  # fmt: skip
    assert [event.on for event in events[-6:]] == [
        date(2026, 12, 12), date(2026, 12, 14), date(2026, 12, 20), date(2027, 1, 12), date(2027, 3, 12),
        date(2027, 3, 12),
    ]  # fmt: skip
