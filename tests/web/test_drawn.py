"""Small pictures are drawn once for each language, and are what their macros draw."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from caseapp.web.page import drawn
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
    monkeypatch.setattr("caseapp.web.page.MANY", 0)
    with force_locale("en"):
        assert "4321" in drawn("cases", "days", 4321)
        assert ("cases", "days", 4321) not in tongue().drawn
