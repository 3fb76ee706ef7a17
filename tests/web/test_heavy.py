"""What is heavy takes turns: a few at a time in all, two of one person, and pages are answered meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event, Thread

import pytest

from caseapp.kernel.errors import TooMany
from caseapp.web.heavy import Turns

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


def test_every_page_that_makes_a_paper_takes_turns(app):
    heavy = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.endswith(PAPERS) and "GET" in (rule.methods or ())
    } - SMALL
    assert len(heavy) > 8
    assert {name for name in heavy if not getattr(app.view_functions[name], "takes_turn", False)} == set()
