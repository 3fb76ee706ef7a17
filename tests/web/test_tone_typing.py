"""The remark in a browser, on a phone: it comes while one types, names the word, and goes when the word goes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.test_accessibility import address, judged
from tests.web.test_similar_typing import page

__all__ = ["address", "page"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("world", ["sqlite"], indirect=True)]


def test_the_remark_comes_and_goes_while_one_types_and_the_case_is_logged_all_the_same(page: Any) -> None:
    page.fill("#story", "他是钉子户，为水沟的事又来了。")
    assert "钉子户" in page.inner_text("#story + .remark")
    assert not [*judged(page, "the remark", within="main")]
    page.fill("#story", "他为水沟的事又来了。")
    assert page.locator("#story + .remark").is_hidden()
    page.fill("#story", "他是钉子户，为水沟的事又来了。")
    page.locator("input[name=category][value=neighbour]").evaluate("one => one.click()")
    page.click(".submit-bar button[type=submit]")
    page.wait_for_selector("#logged[data-state=sent] .result-number:not(:empty)")


def test_it_comes_without_a_line_too(page: Any) -> None:
    page.context.set_offline(True)
    page.fill("#story", "闹访")
    assert "闹访" in page.inner_text("#story + .remark")
