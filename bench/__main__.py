"""What every page and write costs beside a floor, at several sizes, on both databases (``./run bench``).

Times of one machine say little; what counts is the ratio to the floor in the same run, how cost grows with the cases,
and how much the database read.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, make_url, text

from bench.cost import Cost, Meter, seconds
from bench.floor import fill, floor_app
from bench.grow import grow
from bench.load import beside, load
from bench.pages import measured
from bench.peer import peer_costs
from bench.siege import siege
from bench.writers import logged_at_once
from caseapp import create_app
from caseapp.actions.context import Ctx
from caseapp.actions.deadlines import sweep
from caseapp.actions.demo import load_demo
from caseapp.actions.duties import make_anew
from caseapp.actions.exports import export_cases
from caseapp.actions.reports import freeze_month
from caseapp.cli.server import upgrade_schema
from caseapp.config import read_settings
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.kernel.periods import Month

SIZES = (10_000, 100_000)
DATABASES = ("sqlite", "postgres")
LOADED_FOR, WRITTEN_FOR, PROCESSES, TO_IMPORT = 60.0, 15.0, 2, 5_000
Table = dict[str, dict[int, tuple[Cost, Cost | None]]]


@contextmanager
def a_database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    server = os.environ.get("CASEAPP_TEST_POSTGRES", "")
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS caseapp_bench WITH (FORCE)"))
        connection.execute(
            text("CREATE DATABASE caseapp_bench TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        )
    yield make_url(server).set(database="caseapp_bench").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE caseapp_bench WITH (FORCE)"))


def run(kind: str, asked: argparse.Namespace) -> None:
    """Measure everything that was asked for on one kind of database, and print the table."""
    sizes = tuple(int(one) for one in asked.sizes.split(","))
    table: Table = {}
    with tempfile.TemporaryDirectory() as folder, a_database(kind, Path(folder)) as url:
        settings = replace(read_settings({"CASEAPP_INSTANCE": folder}), database_url=url)
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            tasks = _begin(app)
            notes = [_at_size(app, size, table) for size in sizes]
            if asked.people and kind == "postgres":
                notes.append(load(app, asked.people, LOADED_FOR, PROCESSES))
            if asked.writers and kind == "postgres":
                notes.append(logged_at_once(app, asked.writers, WRITTEN_FOR))
            if asked.beside:
                notes += beside(app, asked.beside, tasks)
            if asked.siege:
                notes += siege(app)
            db.session.remove()
            db.engine.dispose()
    _print(kind, sizes, table, notes)
    if asked.peer and kind == "postgres":
        _print_peer(sizes)


def _begin(app: Flask) -> dict[str, tuple[str, ...]]:
    """The demo township, with a month frozen. Returns the long tasks of the command line that people may work beside,
    by name."""
    upgrade_schema()
    ctx = Ctx(db.session, SYSTEM, app.extensions["caseapp"].clock)
    with unit_of_work(db.session):
        load_demo(ctx)
    month = Month.of(ctx.today).back(2)
    with unit_of_work(db.session):
        freeze_month(Ctx(db.session, SYSTEM, app.extensions["caseapp"].clock), "TH", month)
    folder = app.extensions["caseapp"].instance
    histories = folder / "histories.jsonl"
    histories.write_text("".join(_renumbered(list(export_cases(ctx)), TO_IMPORT)), encoding="utf-8")
    return {
        "a month frozen for all units": ("jobs", "run", "monthly_freeze"),
        f"an import of {TO_IMPORT:,}": ("cases", "import", str(histories)),
        "a backup": ("backup", str(folder / "backup.zip")),
        "a sweep": ("sweep",),
        "all duties and figures made anew": ("rebuild",),
    }


def _renumbered(lines: Sequence[str], wanted: int) -> Iterator[str]:
    """So many cases of others, each with a number of its own, without those that speak of other cases."""
    alone = [line for line in lines if not any(f'"{kind}"' in line for kind in ("merged", "repeated"))]
    for nth, line in enumerate(islice(cycle(alone), wanted)):
        told = json.loads(line)
        yield json.dumps(told | {"number": f"{told['number']}-i{nth}"}, ensure_ascii=False) + "\n"


def _at_size(app: Flask, size: int, table: Table) -> str:
    """Grow the database, measure pages beside the floor, then writes and the sweep. What else there is to say."""
    print(f"growing to {grow(db.session, size):,} cases", file=sys.stderr, flush=True)
    with unit_of_work(db.session):
        make_anew(Ctx(db.session, SYSTEM, app.extensions["caseapp"].clock))
    bare = create_engine(db.engine.url)
    fill(bare)
    floor, meter = floor_app(bare), Meter(db.engine, bare)
    for one in sorted(measured(app, floor), key=lambda row: row.writes):
        cost = meter.cost(one.ours), meter.cost(one.floor) if one.floor else None
        table.setdefault(one.name, {})[size] = cost
        print(f"  {one.name}: {cost[0].milliseconds:.1f} ms", file=sys.stderr, flush=True)
    sweeps = [_swept(app) for _ in range(2)]
    bare.dispose()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{size:,} cases: {_bytes_a_case(size)}; sweep {sweeps[0]}, again {sweeps[1]}; peak memory {memory:.0f} MB"


def _swept(app: Flask) -> str:
    ctx = Ctx(db.session, SYSTEM, app.extensions["caseapp"].clock)
    with seconds() as taken, unit_of_work(db.session):
        found = sweep(ctx, ctx.today)
    return f"{taken[0]:.2f} s ({found.newly_flagged:,} newly late)"


def _bytes_a_case(size: int) -> str:
    """How much the database takes for each case, the largest tables and indexes first."""
    if db.engine.dialect.name == "sqlite":
        statement = "SELECT name, sum(pgsize) FROM dbstat WHERE name NOT LIKE 'floor%' GROUP BY name"
    else:
        statement = """SELECT relname, pg_relation_size(oid) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') AND relname NOT LIKE 'floor%'"""
    found = sorted(((row[1], row[0]) for row in db.session.execute(text(statement))), reverse=True)
    db.session.rollback()
    largest = ", ".join(f"{name} {taken / size:,.0f}" for taken, name in found[:12])
    return f"{sum(taken for taken, _ in found) / size:,.0f} bytes a case ({largest})"


def _print(kind: str, sizes: tuple[int, ...], table: Table, notes: list[str]) -> None:
    heads = "".join(f"{f'ours {size:,}':>15}" for size in sizes)
    print(f"\n{kind}: milliseconds of processor time, server and database together")
    print(f"{'':<28}{heads}{'floor':>10}{'ratio':>8}{'growth':>8}{'rows and pages read':>32}")
    for name, by_size in table.items():
        ours, floor = [by_size[size][0] for size in sizes], by_size[sizes[-1]][1]
        columns = "".join(f"{cost.milliseconds:>15.1f}" for cost in ours)
        bare = (
            f"{floor.milliseconds:>10.1f}{ours[-1].milliseconds / floor.milliseconds:>8.1f}" if floor else f"{'':>18}"
        )
        read = " then ".join(f"{cost.read.rows:,}, {cost.read.buffers:,}" for cost in ours if cost.read)
        print(f"{name:<28}{columns}{bare}{ours[-1].milliseconds / ours[0].milliseconds:>8.2f}{read:>32}")
    print(*notes, sep="\n")


def _print_peer(sizes: tuple[int, ...]) -> None:
    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            with a_database("postgres", Path(folder)) as url:
                found.append(peer_costs(Path(folder) / "peer", url, size))
    print(f"\ndjango-helpdesk: the same{'':<4}" + "".join(f"{size:>15,}" for size in sizes))
    for name in found[0]:
        print(f"{name:<28}" + "".join(f"{costs[name]:>15.1f}" for costs in found))


def main() -> None:
    """Read what was asked, and measure it."""
    reader = argparse.ArgumentParser(prog="run bench", description=__doc__)
    reader.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of cases, with commas")
    reader.add_argument("--databases", default=",".join(DATABASES), help="sqlite, postgres")
    reader.add_argument("--people", type=int, default=0, help="so many at once at the end, on PostgreSQL")
    reader.add_argument("--peer", action="store_true", help="django-helpdesk too, on PostgreSQL, where it installs")
    reader.add_argument("--beside", type=int, default=0, help="so many at once beside long tasks")
    reader.add_argument("--writers", type=int, default=0, help="so many log cases at the end, on PostgreSQL")
    reader.add_argument("--siege", action="store_true", help="what pages take while somebody tries to bring it down")
    asked = reader.parse_args()
    for kind in asked.databases.split(","):
        if kind == "postgres" and not os.environ.get("CASEAPP_TEST_POSTGRES"):
            print("PostgreSQL is not there", file=sys.stderr)
            continue
        run(kind, asked)


if __name__ == "__main__":
    main()
