"""A refusal quotes what was typed as it was typed."""

from __future__ import annotations

import pytest

from caseapp.kernel.errors import RuleViolation
from caseapp.web.page import said

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("name", ["grid_2", "facts_1", "x_9"])
def test_a_name_that_looks_like_a_field_is_quoted(app, name):
    with app.test_request_context("/"):
        assert name in said(RuleViolation("", "there is no active user %(name)s", name=name))


def test_the_field_of_a_letter_that_is_about_one_request_is_told_in_words(app):
    with app.test_request_context("/"):
        told = said(RuleViolation("", "%(field)s is still empty: a letter is issued whole", field="basis_2"))
    assert "第2项" in told
    assert "basis" not in told
