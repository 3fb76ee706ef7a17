"""Small pictures are drawn once for each language, and are what their macros draw."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from caseapp.web.page import drawn, kept
from caseapp.web.tongue import label, tongue

pytestmark = pytest.mark.one_database


def test_a_picture_is_what_its_macro_draws_in_the_language_in_force(app):
    lamps = app.jinja_env.get_template("macros/lamp.html").module
    for language in ("zh_Hans_CN", "en", "zh_Hans_CN"):
        with force_locale(language):
            for light in ("red", "yellow", "green", "none"):
                assert drawn("lamp", "lamp", light) == drawn("lamp", "lamp", light) == lamps.lamp(light)
                assert label("light", light) in drawn("lamp", "lamp", light)
            told = "dispute", "resolved", "town", "red"
            apart = (
                lamps.track_badge("dispute"), lamps.state_badge("resolved"), lamps.tier_badge("town"),
                lamps.risk_badge("red"),
            )  # fmt: skip
            assert drawn("lamp", "plates", *told) == "".join(apart)


def test_values_are_escaped_in_pictures(app):
    with force_locale("en"):
        assert "<b>" not in drawn("lamp", "track_badge", "<b>")


def test_pictures_do_not_pile_up(app, monkeypatch):
    monkeypatch.setattr("caseapp.web.tongue.MANY", 0)
    with force_locale("en"):
        assert "4321" in drawn("cases", "days", 4321)
        assert ("cases", "days", 4321) not in tongue().drawn


def test_a_part_that_is_kept_is_drawn_for_its_values_and_its_language_alone(app):
    options = (("tier", (("town", "<i>"),)),)
    for language, word in (("zh_Hans_CN", "层级"), ("en", "Tier"), ("zh_Hans_CN", "层级")):
        with app.test_request_context(), force_locale(language):
            whole = kept("cases", "filters", "/cases", options, (), False, False)
            chosen = kept("cases", "filters", "/cases", options, (("tier", "town"),), False, False)
            assert whole is kept("cases", "filters", "/cases", options, (), False, False)
            assert f">{word}<" in whole
            assert "&lt;i&gt;" in whole
            assert " selected" not in whole
            assert " selected>&lt;i&gt;" in chosen


def test_the_frame_is_that_of_who_reads_the_page_and_of_what_waits_for_them(browse):
    """Drawn once for the same reader, place, language, size and badges; never for another."""
    pages = {who: browse(who) for who in ("office", "leader", "grid")}
    seen = set()
    for address in ("/", "/cases", "/cases?text=large", "/cases?text=normal"):
        for who, client in pages.items():
            frame = client.get(address).text.partition("<main")[0]
            again = client.get(address).text.partition("<main")[0]
            begins, ends = (frame.index(mark) for mark in ('<a class="brand"', "<form"))
            assert frame[begins:ends] == again[begins:ends]
            seen.add((who, frame[begins:ends]))
    assert len(seen) == len({menu for _who, menu in seen}) == 3 * 3
