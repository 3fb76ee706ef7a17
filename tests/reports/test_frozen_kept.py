"""The drawn article of a frozen report is kept, for those for whom the same is left out, in one language."""

from __future__ import annotations

import re
from typing import Any

import pytest

from caseapp.actions.interests import declare_interest
from caseapp.db import db, unit_of_work
from caseapp.web.reports import frozen as room
from tests.reports.test_stored import frozen, october, page_in

__all__ = ["frozen", "october"]

ARTICLE = re.compile(r"<article.*</article>", re.DOTALL)


@pytest.fixture
def drawn(monkeypatch) -> list[Any]:
    """What was drawn anew, from nothing kept."""
    told: list[Any] = []
    draw = room._drawn
    monkeypatch.setattr(room, "_articles", room._Articles(2))
    monkeypatch.setattr(room, "_drawn", lambda row, left: told.append(left) or draw(row, left))
    return told


def article(client, language: str = "zh") -> str:
    found = ARTICLE.search(page_in(language, client))
    assert found
    return found[0]


def test_it_is_drawn_once_for_each_language_and_each_thing_left_out(as_user, browse, october, drawn):
    office, other = browse("office"), browse("office2")
    whole = article(office)
    assert article(office) == article(other) == whole
    assert len(drawn) == 1
    assert article(office, "en") != whole
    assert article(office) == whole
    assert len(drawn) == 2
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), october[0])
    assert article(other) != whole
    assert october[0] not in article(other)
    assert article(office) == whole
    assert len(drawn) == 3
    assert article(office, "en") != whole
    assert len(drawn) == 4, "two are kept, those that were asked for last"


def test_the_number_of_accusations_is_kept_for_their_desk_alone(browse, october, drawn):
    desk, leader = browse("office"), browse("leader")
    told = article(desk), article(leader)
    assert told[0] != told[1]
    assert (article(desk), article(leader)) == told
    assert [left.accusations for left in drawn] == [(), None]
