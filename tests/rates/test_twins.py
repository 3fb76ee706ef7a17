"""The SQL twins say what the pure rules say, on four hundred invented histories, of another town on each database; in the
long trials on twice as many, all of them on both."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caseapp.actions.imports import import_cases
from caseapp.actions.org import load_tree
from caseapp.db import unit_of_work
from caseapp.demo.township import build
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.deadlines.queries import overdue_list
from caseapp.domain.deadlines.rules import overdue_at
from caseapp.domain.org.tree import Place
from caseapp.domain.rates.formulas import LINES, contribution
from caseapp.domain.rates.queries import windows_figures
from caseapp.domain.rates.tally import Tally
from caseapp.kernel.periods import Month
from tests.sizes import many, on_either

SIZE = many(200, 400)  # of each town


@pytest.mark.parametrize(("world", "seed"), on_either([7, 8]), indirect=["world"])
def test_the_twins_agree_with_the_rules(system, seed):
    town = build(seed, date(2026, 11, 20))
    with unit_of_work(system.session):
        load_tree(system, [Place(**unit) for unit in town.units])
        assert not import_cases(system, enumerate(town.cases[:SIZE], start=1)).refused
    told = [history for _, history in load_histories(system.session, ~Case.sealed, system.units)]
    ids = system.units.ids_within("TH")
    months = [Month(2025, 12).back(back) for back in range(14)]
    twins = windows_figures(system.session, system.actor, system.units.part("TH"), [month.window for month in months])
    for month, twin in zip(months, twins, strict=True):
        tally = Tally()
        for history in told:
            tally.add(history.head.number, contribution(history, month.window), accusations=False)
        assert twin.lines == {key: tally.line(key) for key in LINES}, month
        assert (twin.net, twin.verified) == (tally.rate("net"), tally.rate("verified")), month
    for step in range(0, 700, 23):
        day = date(2024, 12, 1) + timedelta(days=step)
        listed = overdue_list(system.actor, day, ids).items(system.session, system.units)
        found = sorted((one.case.number, one.deadline.kind, one.deadline.nth, one.deadline.due_on) for one in listed)
        ruled = sorted(
            (one.head.number, item.kind, item.nth, item.due_on) for one in told for item in overdue_at(one, day)
        )
        assert found == ruled, day
