"""The hint in a browser, on a phone: it comes while the story is typed, says what it is, and one tap goes there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.make import log
from tests.conftest import PASSWORD
from tests.search.test_similar import AGAIN, OTHER, drain
from tests.web.test_accessibility import SIZES, address, judged

__all__ = ["address"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("world", ["sqlite"], indirect=True)]


@pytest.fixture
def page(chromium: Any, address: str) -> Any:
    """The quick log of a group official on a phone."""
    width, height = SIZES["phone"]
    context = chromium.new_context(viewport={"width": width, "height": height})
    opened = context.new_page()
    opened.goto(address + "/login")
    opened.fill("#username", "grid")
    opened.fill("#password", PASSWORD)
    opened.click("main button[type=submit]")
    opened.goto(address + "/cases/new")
    yield opened
    context.close()


def test_typing_brings_the_hint_and_one_tap_takes_the_story_there(page, as_user):
    number = log(as_user("grid"), drain())
    page.fill("#story", AGAIN)
    page.wait_for_selector(".similar")
    assert number in page.inner_text("#similar")
    assert page.get_attribute("#similar", "role") == "status"
    assert not [*judged(page, "the hint", within="main")]
    page.click(".similar button")
    page.wait_for_selector(".act-form")
    assert page.input_value("#note") == AGAIN
    page.check("input[name=method][value=visit]", force=True)
    page.click(".submit-bar button")
    page.wait_for_selector(".timeline")
    assert AGAIN in page.inner_text(".timeline")


def test_what_is_typed_over_takes_the_hint_away_and_enter_logs_the_case(page, as_user):
    number = log(as_user("grid"), drain())
    page.fill("#story", AGAIN)
    page.wait_for_selector(".similar")
    page.fill("#story", OTHER)
    page.wait_for_selector(".similar", state="detached")
    page.fill("#story", AGAIN)
    page.wait_for_selector(".similar")
    page.locator("input[name=category][value=neighbour]").evaluate("one => one.click()")
    page.fill("#name", "钱癸九")
    page.press("#name", "Enter")
    page.wait_for_selector("#logged[data-state=sent] .result-number:not(:empty)")
    assert number not in page.inner_text(".result-number")


def test_a_late_answer_is_dropped_and_too_little_asks_nothing(page, as_user):
    """The first answer is kept back until the second has come."""
    log(as_user("grid"), drain())
    asked: list[Any] = []

    def hold(route: Any) -> None:
        asked.append(route)

    page.route("**/cases/new/similar", hold)
    page.clock.install()

    def type_story(story: str) -> None:
        page.fill("#story", story)
        page.clock.run_for(600)

    def answer(place: int) -> None:
        while len(asked) <= place:
            page.wait_for_timeout(20)  # the route hears of a request after the page does
        with page.expect_response("**/cases/new/similar") as found:
            asked[place].continue_()
        assert found.value.status == 200
        page.evaluate("fetch('/static/js/similar.js').then(answer => answer.text())")  # after what was under way

    type_story("短了")
    assert asked == []
    with page.expect_request("**/cases/new/similar"):
        type_story(AGAIN)
    with page.expect_request("**/cases/new/similar"):
        type_story(OTHER)
    answer(1)
    answer(0)
    assert page.inner_text("#similar").strip() == ""
    with page.expect_request("**/cases/new/similar"):
        type_story(AGAIN)
    answer(2)
    assert page.is_visible(".similar")
