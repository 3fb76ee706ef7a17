"""Villages merge and groups move while histories go on: the stored report of any month, known at any instant, says what
the recount says by the tree of the month's last day."""

from __future__ import annotations

from datetime import date, timedelta

from caseapp.actions.imports import import_cases
from caseapp.actions.org import load_rows
from caseapp.db import unit_of_work
from caseapp.domain.org.tree import Place
from caseapp.domain.org.unit_rows import UnitRow
from caseapp.domain.reports.queries import read_report
from caseapp.kernel.periods import Month
from tests.conftest import NOW, PLACES
from tests.recount.differences import differences, told_in_full
from tests.recount.histories import write_cases
from tests.recount.pure import UNITS
from tests.recount.recount import recount
from tests.recount.units import Change

PLACE = {place.code: place for place in PLACES}
MOVED = Place("TH-SH-02", "TH-DS", "group", "组", "双合村第二组")
RENAMED = Place("TH-DS", "TH", "village", "社区", "顶上社区")
ENTERED = [NOW + timedelta(days=days) for days in (1, 2, 3)]
ROWS = [
    [UnitRow(MOVED, date(2025, 3, 1)), UnitRow(RENAMED, date(2025, 4, 1))],
    [UnitRow(PLACE["TH-DS-01"], merged_into="TH-SH-01", closed_on=date(2025, 6, 30))],
    [UnitRow(PLACE["TH-SH"], merged_into="TH-DS", closed_on=date(2025, 10, 15))],
]
CHANGES = [
    Change("moved", "TH-SH-02", "TH-DS", date(2025, 3, 1), ENTERED[0]),
    Change("merged", "TH-DS-01", "TH-SH-01", date(2025, 6, 30), ENTERED[1]),
    Change("merged", "TH-SH", "TH-DS", date(2025, 10, 15), ENTERED[2]),
]
SEED = 10  # its cases are registered from August 2024 on


def test_reports_go_by_the_tree_of_their_last_day_as_it_was_known(system, clock):
    for instant, rows in zip(ENTERED, ROWS, strict=True):
        clock.instant = instant
        with unit_of_work(system.session):
            load_rows(system, rows)
        system.session.expire_all()
        system.forget_units()
    clock.instant = NOW + timedelta(days=5)
    cases = write_cases(SEED, 100, system.units.chronicle)
    with unit_of_work(system.session):
        assert not import_cases(system, enumerate(cases, start=1)).refused
    found, villages = list[str](), set[frozenset[str]]()
    for as_of in (NOW - timedelta(days=300), NOW, *(instant + timedelta(hours=1) for instant in ENTERED)):
        for month in (Month(2025, 2), Month(2025, 5), Month(2025, 6), Month(2025, 10), Month(2025, 12)):
            for unit in ("TH", "TH-DS", "TH-SH"):
                if (unit == "TH-SH" and month >= Month(2025, 10) and as_of > ENTERED[2]) or month > Month.of(
                    as_of.date()
                ):
                    continue  # what is not there, or has not begun, has no report
                told = told_in_full(read_report(system.session, system.actor, system.units, unit, month, as_of=as_of))
                counted = recount(cases, UNITS, unit, str(month), as_of, changes=CHANGES)
                found += [f"{unit} {month} as of {as_of}: {one}" for one in differences(told, counted)]
                villages.add(frozenset(counted["by_village"]))
    assert not found, "\n" + "\n".join(found)
    assert {frozenset({"TH", "TH-SH", "TH-DS"}), frozenset({"TH", "TH-DS"})} <= villages
