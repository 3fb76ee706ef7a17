"""What a month's report, a search and the hint of the quick log cost, and how that grows with the cases
(``./run bench``).

Times of one machine say little; what counts is how many queries there are and the ratio between two sizes of the same
data in one run.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, select

from bench.grow import grow
from caseapp import create_app
from caseapp.actions.context import Ctx
from caseapp.actions.demo import load_demo
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.access.queries import actor_of
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import CaseFilter, CaseList
from caseapp.domain.org.queries import Units, load_units
from caseapp.domain.people.queries import user_named
from caseapp.domain.rates.queries import windows_figures
from caseapp.domain.reports.queries import read_report
from caseapp.domain.search.likeness import Typed
from caseapp.domain.search.queries import mentions, similar
from caseapp.kernel.periods import Month, Quarter, Year

SIZES = (10_000, 100_000)


@dataclass(frozen=True)
class Cost:
    """Seconds and SQL statements of one thing done once."""

    seconds: float
    statements: int


def measured(work: Callable[[], object]) -> Cost:
    """What something costs: the better of two runs."""
    counted: list[str] = []

    def count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        times = []
        for _ in range(2):
            counted.clear()
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
            db.session.rollback()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return Cost(min(times), len(counted))


def operations(app: Flask) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    ctx = Ctx(db.session, SYSTEM, app.extensions["caseapp"].clock)
    units, month = load_units(db.session), Month.of(ctx.today).back(1)
    quarter = Quarter(month.year, (month.month + 2) // 3)

    def report(period: Month | Quarter | Year) -> object:
        return read_report(db.session, SYSTEM, units, "TH", period, as_of=ctx.now)

    windows = [month.back(back).window for back in range(24)]
    return {
        "a month, all breakdowns": lambda: report(month),
        "a quarter": lambda: report(quarter),
        "a year": lambda: report(Year(month.year)),
        "the trend of 24 months": lambda: windows_figures(db.session, SYSTEM, units.ids_within("TH"), windows),
        **looking_up(ctx, units),
    }


def looking_up(ctx: Ctx, units: Units) -> dict[str, Callable[[], object]]:
    """The hint while a matter is typed that is there already, by the office and by a group official; searches for words
    that few cases have, that many have, and that none has."""
    people = {name: user_named(db.session, name) for name in ("office", "grid")}
    actors = {name: actor_of(user, units, ctx.today) for name, user in people.items() if user}
    there = select(Case).where(Case.unit_id == units.id_of["TH-SH-01"], ~Case.sealed).order_by(Case.id.desc()).limit(1)
    case = db.session.scalars(there).one()
    typed = Typed(case.description[:30], "TH-SH-01", ("周甲一",), case.category)

    def hint(name: str) -> object:
        return similar(db.session, actors[name], units, typed, ctx.today)

    def search(words: str) -> object:
        listed = CaseList(actors["office"], CaseFilter(clauses=(mentions(db.session, actors["office"], words),)))
        return listed.page(db.session, None), listed.count(db.session)

    rare = case.description[8:12]
    return {
        "a hint, for the office": lambda: hint("office"),
        "a hint, for a group official": lambda: hint("grid"),
        "search, a rare word": lambda: search(rare),
        "search, a common word": lambda: search("要求"),
        "search, what is not there": lambda: search("飞碟降落"),
    }


def main() -> None:
    """Measure every operation at both sizes and print costs, statements and the ratio."""
    costs: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CASEAPP_INSTANCE"] = str(Path(folder))
        app = create_app()
        with app.app_context():
            upgrade()
            with unit_of_work(db.session):
                load_demo(Ctx(db.session, SYSTEM, app.extensions["caseapp"].clock))
            for size in SIZES:
                print(f"growing to {grow(db.session, size):,} cases", file=sys.stderr, flush=True)
                for name, work in operations(app).items():
                    costs.setdefault(name, []).append(measured(work))
    print(f"{'':<28}{SIZES[0]:>12,}{SIZES[1]:>12,}{'ratio':>8}{'statements':>16}")
    for name, (small, large) in costs.items():
        told = f"{small.statements} and {large.statements}"
        ratio = large.seconds / small.seconds
        print(f"{name:<28}{small.seconds:>10.3f} s{large.seconds:>10.3f} s{ratio:>8.1f}{told:>16}")


if __name__ == "__main__":
    main()
