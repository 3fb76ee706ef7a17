"""A page of PostgreSQL that the disk gives back otherwise: no backup is made, the table is named, the last one stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from caseapp.actions.backup import Holdings, back_up
from caseapp.actions.store import Store
from caseapp.db import db
from caseapp.kernel.errors import CaseappError
from tests.conftest import NOW, POSTGRES, absent

pytestmark = pytest.mark.postgres
PAGE = 8192


@pytest.fixture
def copied(worlds) -> Iterator[sa.Engine]:
    """The small world, copied file by file: no page of it is kept in memory."""
    if not POSTGRES:
        absent("PostgreSQL")
    found = worlds("postgres")
    with found.app.app_context():
        found.fresh()
        name = f"{db.engine.url.database}_pages"
        url = sa.make_url(POSTGRES).set(database=name)
        found._disconnect()
    with found.admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        template = found.names[0]
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    yield engine
    with found.admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def damage(copied) -> Callable[[str, int], None]:
    """Write over a page of a table or an index, on the disk."""

    def write_over(relation: str, page: int) -> None:
        with copied.connect() as connection:
            folder = connection.scalar(sa.text("SHOW data_directory"))
            path = Path(folder) / connection.scalar(sa.text("SELECT pg_relation_filepath(:of)"), {"of": relation})
        if not (path.exists() and os.access(path, os.W_OK)):
            absent("A PostgreSQL whose files a test may write")
        with path.open("r+b") as file:
            file.seek(page * PAGE)
            file.write(b"\xff" * PAGE)

    return write_over


def test_a_damaged_table_is_named_and_the_last_copy_stands(copied, damage, tmp_path):
    (tmp_path / "copy").write_bytes(b"the last good one")
    damage("user_account", 0)
    with pytest.raises(CaseappError, match=r"the database is damaged.*user_account.*invalid page"):
        back_up(Holdings(copied, Store(tmp_path / "files"), tmp_path), tmp_path / "copy", NOW)
    assert (tmp_path / "copy").read_bytes() == b"the last good one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "half-made.lock"]


def test_a_damaged_index_is_found_where_amcheck_is_there(copied, damage, tmp_path):
    here = Holdings(copied, Store(tmp_path / "files"), tmp_path)
    with copied.begin() as connection:
        if not connection.scalar(sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'")):
            absent("The extension amcheck")
        connection.execute(sa.text("CREATE EXTENSION amcheck"))
    damage("pk_case_party", 0)
    with pytest.raises(CaseappError, match="the database is damaged"):
        back_up(here, tmp_path / "copy", NOW)
    assert not (tmp_path / "copy").exists()
