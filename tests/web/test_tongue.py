"""The words of templates are those of the language in force, looked up once."""

from __future__ import annotations

import pytest
from flask_babel import force_locale, gettext
from markupsafe import Markup

from caseapp.labels import LABELS, label, own_words
from caseapp.web.tongue import text, tongue

pytestmark = pytest.mark.one_database
MESSAGES = ("Cases", "Log out", "no such message", "100%% of nothing")


def test_templates_say_what_the_catalogue_says_in_each_language(app):
    for language in ("zh_Hans_CN", "en", "zh_Hans_CN"):
        with force_locale(language):
            for message in MESSAGES:
                assert text(message) == text(message) == gettext(message) % {}
            assert text("%(days)d days late", days=3) == gettext("%(days)d days late", days=3)
            for kind, words in LABELS.items():
                assert {slug: label(kind, slug) for slug in words} == {slug: str(word) for slug, word in words.items()}


def test_values_are_escaped_and_texts_are_not(app):
    with force_locale("en"):
        assert text("Next: %(what)s", what="<b>") == Markup("Next: &lt;b&gt;")
        assert text("A <b> text") == Markup("A <b> text")


def test_what_the_office_calls_it_goes_first_and_a_slug_nobody_knows_stays(app):
    with force_locale("en"):
        word = label("seat", "lead")
        token = own_words.set({("seat", "lead"): "包案领导"})
        assert label("seat", "lead") == "包案领导"
        own_words.reset(token)
        assert label("seat", "lead") == word
        assert (label("seat", "nobody"), label("tier", 7)) == ("nobody", "7")


def test_texts_a_page_makes_up_do_not_pile_up(app, monkeypatch):
    monkeypatch.setattr("caseapp.web.tongue.MANY", 0)
    with force_locale("en"):
        assert text("made up here alone") == "made up here alone"
        assert "made up here alone" not in tongue().marked


def test_without_an_application_the_words_are_english():
    assert label("tier", "town") == "Town"
    assert text("Log out") == "Log out"
