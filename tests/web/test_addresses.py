"""Addresses are put together quickly, and are those that Flask puts together."""

from __future__ import annotations

import random
from datetime import date

import pytest
from flask import Flask
from markupsafe import Markup
from werkzeug.routing import BuildError

from caseapp.web.addresses import url_for

pytestmark = pytest.mark.either_database

VALUES = (
    "TH-SH-01", "水沟", "a b+c", "1/2", "100%", "?x=1&y=2", "#foot", "'\"<>", "place0x1x", 7, 0, -3, None, "",
    date(2026, 11, 29), Markup("&lt;a&gt;"), ["a", "b"], ("水",), True, 1.5,
)  # fmt: skip
BROKEN = (BuildError, ValueError, TypeError)
FURTHER = ("part", "q", "revision", "filename")


@pytest.mark.parametrize("root", ["", "/office"])
def test_they_are_flasks(app, root):
    dice = random.Random(root)
    with app.test_request_context(base_url=f"http://localhost{root}"):
        for rule in list(app.url_map.iter_rules()) * 12:
            names = [*rule.arguments, *dice.sample(FURTHER, dice.randint(0, 3))]
            dice.shuffle(names)
            values = {name: dice.choice(VALUES) for name in names}
            asked = rule.endpoint, values
            try:
                expected = Flask.url_for(app, rule.endpoint, **values)
            except BROKEN:
                with pytest.raises(BROKEN):
                    url_for(rule.endpoint, **values)
            else:
                assert url_for(rule.endpoint, **values) == expected, asked


def test_what_hangs_on_the_request_is_flasks(app):
    with app.test_request_context("/reports"):
        assert url_for("cases.listing", _external=True) == "http://localhost/cases"
        assert url_for("cases.listing", _anchor="top") == "/cases#top"
        with pytest.raises(BuildError):
            url_for("no.such.place")
    with app.app_context(), pytest.raises(RuntimeError):
        url_for("cases.listing")
