"""What is heavy takes turns: a few at a time in all, two of one person, and pages are answered meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event, Thread

import pytest

from caseapp.db import db
from caseapp.domain.audit.models import AuditEntry
from caseapp.kernel.errors import TooMany
from caseapp.web.heavy import AT_ONCE, REFUSALS, TO_THE_END, Turns, use_workshop
from caseapp.web.workshop import WorkDone

PAPERS = (".pdf", ".docx", ".xlsx", "<kind>")
SMALL = {"receipts.file"}
"""One slip: a tenth of a second."""


@pytest.fixture
def hall() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_two_of_one_person_are_under_way_at_most(hall):
    turns = Turns(threads=8)
    hall.enter_context(turns.turn("office"))
    hall.enter_context(turns.turn("office"))
    with pytest.raises(TooMany, match="two of your files"), turns.turn("office"):
        pass


def test_who_comes_third_waits_and_is_let_in(hall):
    turns, begun, done = Turns(threads=8), Event(), Event()
    first = ExitStack()
    first.enter_context(turns.turn("office"))
    hall.enter_context(turns.turn("leader"))

    def third() -> None:
        begun.set()
        with turns.turn("grid"):
            done.set()

    waiting = Thread(target=third, daemon=True)
    waiting.start()
    assert begun.wait(60)
    assert not done.is_set()
    assert turns.making == 2
    first.close()
    waiting.join(60)
    assert done.is_set()
    assert (turns.making, turns.taken.total()) == (1, 1)


def test_half_of_the_threads_is_never_taken_by_heavy_work(hall):
    turns = Turns(threads=2)
    hall.enter_context(turns.turn("office"))
    with pytest.raises(TooMany, match="many files"), turns.turn("leader"):
        pass


def test_a_file_that_fails_gives_its_turn_back():
    turns = Turns(threads=8)
    with pytest.raises(ZeroDivisionError), turns.turn("office"):
        1 / 0  # noqa: B018
    assert (turns.making, turns.taken.total()) == (0, 0)


def test_whose_files_are_under_way_is_told_so_on_a_page(app, browse, hall):
    office = browse("office")
    turns: Turns = app.extensions["caseapp_turns"]
    for _ in range(2):
        hall.enter_context(turns.turn("office"))
    answer = office.get("/reports/TH/2026-10.docx")
    assert answer.status_code == 429
    assert "您已有两个文件正在生成" in answer.text
    assert office.get("/reports/TH/2026-10").status_code == 200, "pages are answered"
    hall.close()
    assert office.get("/reports/TH/2026-10.docx").status_code == 200


def test_an_odd_period_as_a_workbook_takes_one_turn(app, browse, monkeypatch):
    monkeypatch.setattr(app.extensions["caseapp_turns"], "at_once", 1)
    assert browse("office").get("/reports/TH/2026-10-03..2026-10-20.xlsx").status_code == 200


class Answers:
    """A workshop that says what it is told to say."""

    def __init__(self, **told: object) -> None:
        self.told, self.asked = told, []

    def ask(self, key: str, person: str, words: dict[str, str], patience: float) -> WorkDone:
        self.asked.append((key, person, words["PATH_INFO"], patience))
        return WorkDone(dict(self.told), b"there")


@pytest.fixture
def workshop(app) -> Iterator[Callable[..., Answers]]:
    def put_up(**told: object) -> Answers:
        found = Answers(**told)
        use_workshop(app, found)
        return found

    yield put_up
    use_workshop(app, None)


def test_a_file_is_what_the_workshop_made_and_its_taking_is_on_record(app, browse, workshop):
    asked = workshop(status=200, headers=[["Content-Type", "application/pdf"]]).asked
    answer = browse("office").get("/reports/TH/2026-10.pdf")
    assert (answer.data, answer.headers["X-Frame-Options"]) == (b"there", "DENY")
    assert [one[1:] for one in asked] == [("office", "/reports/TH/2026-10.pdf", TO_THE_END)]
    assert db.session.query(AuditEntry).filter_by(action="report_taken").count() == 1


def test_the_workshop_is_asked_by_who_may_open_the_page_alone(browse, workshop):
    asked = workshop(status=200, headers=[]).asked
    assert browse("grid").get("/audit.xlsx").status_code == 403
    assert asked == []


def test_a_page_of_an_odd_period_says_how_far_it_is_and_asks_again(browse, workshop):
    asked = workshop(percent=40).asked
    office, address = browse("office"), "/reports/TH/2026-10-03..2026-10-20"
    for _ in range(2):
        answer = office.get(address)
        assert (answer.status_code, answer.headers["Refresh"]) == (202, "2")
        assert "已完成 40 %" in answer.text
    assert len({one[0] for one in asked}) == 1, "asked for again, it is the same work"
    office.get(f"{address}?lang=en")
    browse("leader").get(address)
    assert len({one[0] for one in asked}) == 3, "not that of another language, nor of somebody else"
    assert office.get("/reports/TH/2026-10").status_code == 200, "a month is answered at once"
    assert [one[3] for one in asked] == [AT_ONCE] * 4


@pytest.mark.parametrize(("why", "status"), [("yours", 429), ("many", 429), ("long", 429), ("broken", 500)])
def test_why_nothing_was_made_is_said_on_a_page(browse, workshop, why, status):
    workshop(why_not=why)
    answer = browse("office").get("/reports/TH/2026-10.pdf?lang=en")
    assert answer.status_code == status
    assert REFUSALS.get(why, "Something went wrong on our side")[1:] in answer.text


def test_threads_make_files_where_the_workshop_has_ended(app, browse, workshop):
    workshop(why_not="away")
    assert browse("office").get("/reports/TH/2026-10.docx").status_code == 200
    assert app.extensions["caseapp_workshop"] is None


def test_every_page_that_makes_a_paper_takes_turns(app):
    heavy = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.endswith(PAPERS) and "GET" in (rule.methods or ())
    } - SMALL
    assert len(heavy) > 8
    assert {name for name in heavy if not getattr(app.view_functions[name], "takes_turn", False)} == set()
