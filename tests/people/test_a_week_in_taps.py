"""What a week with second factors asks of the people of a small office more than before, counted in taps on the real pages;
docs/second-factor.md shows the table that is counted here."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from caseapp.domain.people.logins import IDLE
from caseapp.kernel.clock import SHANGHAI
from tests.conftest import CAST, PASSWORD
from tests.house.code import ROOT
from tests.people.make import code_now, log_in, need_factor
from tests.web.buttons import Page

PAGE = ROOT / "docs" / "second-factor.md"
PEOPLE = [name for name in CAST if name != "outsider"]
TIMES = {"admin": (9,), "auditor": (9,)}  # when somebody logs in on a working day; the others three times
OFTEN = (8, 13, 16)
MONDAY = datetime(2026, 11, 30, 0, 0, tzinfo=SHANGHAI)
APP = 1
"""Opening the authenticator app, or scanning with it: one tap each."""


def taps_of(html: str, address: str) -> int:
    """What a form of a page takes: a tap into each field that is typed into or chosen from, and one on its button."""
    form = next(form for form in Page(html).forms if form.address.partition("?")[0] in (address, ""))
    shown = [one for one in form.fields.values() if one.type != "hidden"]
    return len(shown) + 1


class Person:
    """Somebody of the office with a device and an authenticator app of their own."""

    def __init__(self, world: Any, name: str) -> None:
        self.world, self.name, self.secret = world, name, ""
        self.client = world.app.test_client()

    def arrive(self) -> int:
        """Log in as one does, and say how many taps it took beyond name, password and button."""
        answer = log_in(self.client, self.name, PASSWORD)
        if "/login/code" in answer.location:
            return self._give_code()
        if self.client.get("/queue/ticket").status_code == 401:
            return self._set_up()
        return 0

    def _give_code(self) -> int:
        taps = APP + taps_of(self.client.get("/login/code").text, "/login/code")
        done = self.client.post("/login/code", data={"code": code_now(self.secret, self.world.clock())})
        assert done.status_code == 302
        return taps

    def _set_up(self) -> int:
        begin = taps_of(self.client.get("/me/factor").text, "/me/factor")
        self.client.post("/me/factor")
        page = self.client.get("/me/factor").text
        self.secret = re.search(r'factor-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
        confirm = taps_of(page, "/me/factor/code")
        shown = self.client.post("/me/factor/code", data={"code": code_now(self.secret, self.world.clock())})
        assert shown.status_code == 200
        return begin + 2 * APP + confirm + 1  # the app is opened and scans; one tap goes on from the recovery codes


pytestmark = [pytest.mark.one_database, pytest.mark.slow(seconds=20)]


@pytest.fixture
def weeks(world, system, monkeypatch):
    """The taps of each person in the first week, and in each of the four after it."""
    monkeypatch.setattr("caseapp.actions.logins.is_right", lambda user, typed: user is not None and typed == PASSWORD)
    need_factor(system)
    people = {name: Person(world, name) for name in PEOPLE}
    taken = {name: [0] * 5 for name in PEOPLE}
    for week in range(5):
        for day in range(5):
            for hour in sorted({*OFTEN, 9}):
                world.clock.instant = MONDAY + timedelta(weeks=week, days=day, hours=hour)
                for name, person in people.items():
                    if hour in TIMES.get(name, OFTEN):
                        taken[name][week] += person.arrive()
    return taken


def test_the_table_of_the_page_is_what_was_counted_and_nobody_who_works_outside_has_a_tap_more(weeks):
    assert timedelta(hours=3) > IDLE  # whoever comes back from noon logs in again
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| (\d+) \| (\d+) \| (\d+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    told = {name: [int(one) for one in numbers] for name, *numbers in rows}
    by_role: dict[str, list[int]] = {}
    for name, (first, *later) in weeks.items():
        by_role[CAST[name][1]] = [len(TIMES.get(name, OFTEN)) * 5, first, sum(later)]
    assert told == by_role
    assert {name for name, taken in weeks.items() if not any(taken)} == {
        "grid", "grid2", "village", "village2", "liaison", "station",
    }  # fmt: skip


def test_keeping_an_account_takes_the_administrator_no_more_taps_than_before(browse):
    admin = browse("admin")
    assert taps_of(admin.get("/accounts/new").text, "/accounts/new") == 6  # with a password to think up it was seven
    assert taps_of(admin.get("/accounts/grid").text, "/accounts/grid/reset") == 1  # it was two
