"""A case as a line of a list is drawn once for all whose lists say the same of it, and anew as soon as they do not."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale
from markupsafe import Markup

from caseapp.web.cases.present import CaseRow
from caseapp.web.page import line
from caseapp.web.tongue import macros

ROW = CaseRow(
    "太信〔2026〕0001号", "水沟<堵>", "双合村", "邻里", "red", Markup("<b>!</b>"), "回访", Markup("3"), Markup(), True,
    "/cases/1", "张三",
)  # fmt: skip
CHANGES: list[dict[str, Any]] = [
    {}, {"title": "水沟通了"}, {"light": "none"}, {"left": Markup("4")}, {"team_missing": False}, {"responsible": None},
    {"url": "/town/cases/1"},
]  # fmt: skip


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_line_says_what_its_row_says_in_the_language_of_its_reader(
    app: Any, locale: str, change: dict[str, Any]
) -> None:
    row = ROW._replace(**change)
    with app.test_request_context():
        drawn = [line(one) for one in (ROW, row, row)]
        with force_locale(locale):
            assert line(row) == macros("cases").case_link(row)
            assert ("Team incomplete" in line(row)) == (locale == "en" and row.team_missing)
        assert drawn == [macros("cases").case_link(one) for one in (ROW, row, row)]
