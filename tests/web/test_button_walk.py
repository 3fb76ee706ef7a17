"""A button is a promise: on the demo, what each of the nine accounts is offered is taken when it is pressed.

The long trials open every page and press every button of every kind of case; the suite opens a part of the pages, the same
part every time.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caseapp.demo.accounts import DEMO_ACCOUNTS
from tests.sizes import many
from tests.web.buttons import Form, Page, filled
from tests.web.demo_town import TODAY, DemoTown

ONE_IN = many(10, 1)
FEWEST = many(25, 350)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoTown]:
    """The demo township."""
    found = DemoTown(tmp_path_factory.mktemp("walk"))
    with found.app.app_context():
        yield found


@pytest.mark.slow(seconds=90)
def test_no_button_of_the_demo_ends_in_a_refusal_and_every_id_stands_once(town: DemoTown):
    walks = {name: town.walk(name, ONE_IN) for name in DEMO_ACCOUNTS}
    pressed = sum(len(walk.pressed) for walk in walks.values())
    assert [f"{name}: {line}" for name, walk in walks.items() for line in walk.refused] == []
    assert [f"{name}: {line}" for name, walk in walks.items() for line in walk.twice] == []
    assert pressed >= FEWEST


def test_a_form_is_read_and_filled_in_as_a_person_would():
    page = Page(
        '<form method="post" action="/x"><input type="hidden" name="length" value="3"><input name="word" required>'
        '<textarea name="more">\nkept</textarea><input type="date" name="to" min="2026-12-01" required>'
        '<select name="who"><option value="">-</option><option value="a">A</option></select>'
        '<input type="radio" name="how" value="x" required><input type="radio" name="how" value="y">'
        '<button name="go" value="1">Go</button></form><p class="alert alert-danger">No.</p><a href="/y" id="z">y</a>'
    )
    (form,) = page.forms
    assert (form.method, form.address, form.buttons[0].text) == ("post", "/x", "Go")
    assert filled(form, TODAY, {"word": "w"}) == {
        "length": "3", "word": "w", "more": "kept", "to": "2026-12-01", "who": "", "how": "x",
    }  # fmt: skip
    assert (page.problems, page.links, page.ids) == (["No."], ["/y"], ["z"])
    assert filled(Form("get", "/"), TODAY, {}) == {}
