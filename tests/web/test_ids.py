"""Every id stands once on a page: a link, a label or a script that names one finds the element that is meant."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from caseapp.actions.cases import Act, propose
from caseapp.actions.supervision import draft_by_hand, issue
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from tests.cases.make import do, head, log, petition
from tests.conftest import CAST

pytestmark = pytest.mark.one_database
ROLES = sorted(name for name in CAST if not name.endswith("2") and name != "outsider")
FURTHER = (
    "/inbox",
    "/day",
    "/queue",
    "/offline",
    "/supervision",
    "/settings",
    "/units",
    "/units/new",
    "/screening",
    "/teams/absences",
)
PAGE = re.compile(r'<a [^>]*href="(/(?!static/|logout)[^"#?.]*)["#?]')  # files, which have a dot, are no pages
MOST = 40


class Ids(HTMLParser):
    """The ids of a page, and the places within it that its links lead to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.named: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("id"):
            self.ids[given["id"]] += 1
        if (given.get("href") or "").startswith("#") and given["href"] != "#":
            self.named.add(given["href"][1:])


@pytest.fixture
def number(as_user) -> str:
    """A petition with a team, a sheet, and an extension that waits for the leader."""
    office = as_user("office")
    found = log(office, petition())
    do(office, found, "accept", route=6)
    with unit_of_work(db.session):
        staff_case(office, found)
        issue(office, draft_by_hand(office, found, "handle_passed").id, "三日内到场", None)
        propose(as_user("station"), Act(found, "extend", {"to": "2027-02-10", "reason": "待鉴定"}))
    log(as_user("grid"), head(risk="red"))
    return found


def test_what_waits_for_approval_is_shown_to_whoever_approves(browse, number):
    page = browse("leader").get("/").text
    section = re.search(r'<section id="waiting"[^>]*>', page)
    assert section
    assert "hidden" not in section.group()
    assert Ids(page).ids["waiting"] == 1


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ROLES)
def test_an_id_stands_once_on_every_page_and_what_a_link_names_is_there(browse, number, who):
    client = browse(who)
    waiting, seen = ["/", f"/cases/{number}", *FURTHER], {}
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        answer = client.get(path)
        seen[path] = answer.status_code
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        found = Ids(answer.text)
        assert [one for one, count in found.ids.items() if count > 1] == [], path
        assert found.named <= set(found.ids), path
        waiting += [link for link in dict.fromkeys(PAGE.findall(answer.text)) if link not in {*seen, *waiting}]
    assert sum(status == 200 for status in seen.values()) > 5
