"""A page of the database that was written over is found by ``check``, ``audit verify``, /readyz and the desk of an
administrator, each in a sentence: what, where, what to do."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from caseapp.db import db
from caseapp.domain.verification.queries.damage import damaged
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import run_slot
from tests.cases.make import do, log
from tests.conftest import absent
from tests.sizes import many
from tests.worlds import let_go

LOOK = next(job for job in JOBS if job.name == "look")
TABLE, INDEX = "case_event", "ix_case_file_category"
ON_A_FILE = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
ON_A_SERVER = pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


def filled(as_user) -> None:
    for _ in range(3):
        do(as_user("grid"), log(as_user("grid")), "follow_up", method="visit", note="到场")


def parts_of(path: Path) -> list[tuple[str, str, int]]:
    """Kind, name and first page of each table and index."""
    with sqlite3.connect(path) as line:
        size = line.execute("PRAGMA page_size").fetchone()[0]
        found = line.execute(
            "SELECT type, name, rootpage FROM sqlite_master WHERE rootpage > 0 ORDER BY name"
        ).fetchall()
    line.close()
    return [(kind, name, (page - 1) * size) for kind, name, page in found]


def write_over(path: Path, place: int, size: int = 4096) -> bytes:
    """Noise over a page; returns what stood there."""
    with path.open("r+b") as file:
        file.seek(place)
        before = file.read(size)
        file.seek(place)
        file.write(random.Random(place).randbytes(size))
    return before


@pytest.fixture
def lite(world, as_user) -> Path:
    filled(as_user)
    let_go()
    return Path(world.live)


WITHOUT_ROW_IDS = ("case_event", "case_contact")


@ON_A_FILE
def test_a_page_of_every_table_and_index_of_a_file_that_is_written_over_is_found_and_named(lite):
    """In the suite of every third."""
    named, tried = 0, parts_of(lite)[:: many(3, 1)]
    for kind, name, place in tried:
        before = write_over(lite, place)
        found = damaged(db.session)
        let_go()
        with lite.open("r+b") as file:
            file.seek(place)
            file.write(before)
        assert found, (kind, name)
        named += name in {one.name for one in found}
    assert named >= len(tried) - len(WITHOUT_ROW_IDS)  # such a table is found, and not named
    assert damaged(db.session) == []


@ON_A_FILE
def test_whoever_asks_is_told_in_a_sentence(lite, run, browse, world):
    admin, grid = browse("admin"), browse("grid")
    let_go()
    place = next(place for _kind, name, place in parts_of(lite) if name == INDEX)
    assert admin.get("/readyz").status_code == 200
    let_go()
    write_over(lite, place)
    for command in (("check",), ("audit", "verify")):
        told = run(*command)
        assert told.exit_code == 1
        assert INDEX in told.output + told.stderr
        assert "Traceback" not in told.output + told.stderr
    answer = admin.get("/readyz")
    assert (answer.status_code, INDEX in answer.text) == (503, True)
    assert f"索引 {INDEX} 已损坏" in admin.get("/").text
    assert INDEX not in grid.get("/").text


@pytest.mark.postgres
def test_the_nightly_job_keeps_what_it_finds(world, clock):
    assert run_slot(db.session, clock, LOOK, clock()) is False  # what was found was kept with the slot
    assert damaged(db.session) == []


@pytest.fixture(params=[False, True], ids=["as installed", "amcheck"])
def broken(world, worlds, as_user, request, tmp_path) -> Iterator[tuple[str, sa.Engine]]:
    """A copy of the database whose pages the server has not read yet, and a way to write over them."""
    filled(as_user)
    let_go()
    world.live.dispose()
    name = f"{world.names[1]}_broken"
    with world.admin.connect() as admin:
        admin.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.exec_driver_sql("CHECKPOINT")
        admin.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {world.names[1]} STRATEGY file_copy")
    engine = sa.create_engine(world._url(name), poolclass=sa.NullPool)
    if request.param:
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE EXTENSION amcheck")
        except sa.exc.DBAPIError:
            absent("amcheck")
    yield name, engine
    with world.admin.connect() as admin:
        admin.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.postgres
@pytest.mark.parametrize(("part", "page"), [(TABLE, 0), (INDEX, 1), ("pk_case_file", 1)])
@ON_A_SERVER
def test_a_page_of_a_server_that_is_written_over_is_found_and_named(world, broken, part, page):
    _name, engine = broken
    with engine.connect() as connection:
        where = connection.scalar(sa.text("SELECT pg_relation_filepath(to_regclass(:part))"), {"part": part})
        folder = connection.scalar(sa.text("SHOW data_directory"))
    try:
        file = (
            Path(folder) / where
        )  # which page of an index is in use depends on what stood in it before: all but its first
        write_over(file, page * 8192, file.stat().st_size - page * 8192 if page else 8192)
    except OSError:
        absent("The server's folder")
    with sa.orm.Session(engine) as session:
        found = damaged(session)
    assert part in {one.name for one in found}, found
