"""What copies are made of and put back into, for tests."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from caseapp.actions.backup import Holdings
from caseapp.actions.exports import export_cases
from caseapp.actions.store import Store
from caseapp.db import db
from caseapp.domain.documents.queries import all_digests
from caseapp.kernel.private import create_private
from tests.cases.make import head, log
from tests.documents.make import add, paper


def everything(ctx: Any) -> list[str]:
    """All cases, as they are exported."""
    return list(export_cases(ctx, reason="核对"))


def holdings(app: Any) -> Holdings:
    """Those of the current application."""
    settings = app.extensions["caseapp"]
    return Holdings(db.engine, Store(settings.files), settings.instance)


def no_files(app: Any) -> Path:
    """The folder of the files of the installation, of which there are none."""
    folder: Path = app.extensions["caseapp"].files
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def a_case_with_papers(as_user: Any, files: Path) -> dict[str, bytes]:
    """A case with a photo and a paper of two pages; their files by digest."""
    number = log(as_user("grid"), head())
    add(as_user("grid"), number, files)
    add(as_user("grid"), number, files, paper(2), kind="agreement")
    return kept_files(files)


def kept_files(files: Path) -> dict[str, bytes]:
    """The files that the database points at, by digest; none for what is not there."""
    store = Store(files)
    return {one: store.read(one) if store.path(one).exists() else b"" for one in all_digests(db.session)}


def empty_again() -> None:
    """What a new machine has: a database without tables."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        place = Path(str(db.engine.url.database))
        for file in place.parent.glob("live.sqlite3*"):
            file.unlink()
        create_private(place)
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def has_tables() -> bool:
    """Whether the database is no empty one."""
    db.session.remove()
    found: bool = db.inspect(db.engine).has_table("case_file")
    return found


def half_made(app: Any) -> list[str]:
    """What a backup or a restore has left lying in the instance folder."""
    return [path.name for path in app.extensions["caseapp"].instance.glob("half-made-*")]


def flipped(path: Path, at: int, bit: int = 0) -> Path:
    """A file of its own beside another one, in which one bit is another."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    bad = path.with_name("flipped")
    bad.write_bytes(content)
    return bad
