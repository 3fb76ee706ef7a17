"""The months of the demo township, published: nothing that is hidden can be worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from caseapp.demo.township import build
from caseapp.domain.cases.history import History
from caseapp.domain.exchange.casefile import read_case
from caseapp.domain.org.tree import Place, Tree
from caseapp.domain.reports.public import public_month
from caseapp.domain.reports.report import Report, add_up, as_json
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.periods import Month
from caseapp.papers.figures_csv import public_csv
from tests.reports.attacker import Attacker

SEED, TODAY = 20260101, date(2026, 11, 23)
MONTHS = [Month(2026, month) for month in range(5, 11)]
ON_THE_THIRD = timedelta(days=3)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree([Place(**unit) for unit in build(SEED, TODAY).units])


@pytest.fixture(scope="module")
def stories(tree) -> list[History]:
    told = (read_case(line, tree) for line in build(SEED, TODAY).cases)
    return [History(replace(head, number=str(nth)), events, tree) for nth, (head, events) in enumerate(told)]


def known(month: Month) -> datetime:
    end = month.window.end + ON_THE_THIRD
    return datetime(end.year, end.month, end.day, 6, tzinfo=SHANGHAI)


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_no_hidden_figure_of_the_demo_town_can_be_worked_out(month, stories, tree):
    content = as_json(add_up(Report("TH", month, known(month)), stories, tree))
    villages = [code for code in tree.subtree("TH") if tree.tier(code) == "village"]
    page = public_csv(public_month(content, villages))
    attacker = Attacker([page], content["lines"]["inflow"] + 8)
    assert attacker.hidden
    assert attacker.worked_out() == {}
