"""Copies made while others write: each holds the cases of one moment, whole, and comes back on another database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from caseapp.actions.backup import Holdings, back_up
from caseapp.actions.restoring import restore
from caseapp.actions.store import Store
from caseapp.db import db, prepare_engine
from caseapp.db.sealed import use_seal
from caseapp.domain.cases.models import Case
from caseapp.domain.verification.queries import verify
from caseapp.kernel.field_keys import keys_in
from tests.cases.make import log
from tests.conftest import FIELD_KEYS, NOW
from tests.copies.holdings import holdings
from tests.sizes import many

COPIES = many(3, 100)


def cases() -> int:
    found = db.session.scalar(select(func.count()).select_from(Case))
    db.session.rollback()
    return found or 0


@contextmanager
def somebody_writes(app: Any, as_user: Any) -> Iterator[None]:
    """Case after case is logged meanwhile."""
    begun, over = Event(), Event()

    def write() -> None:
        with app.app_context():
            while not over.is_set():
                log(as_user("grid"))
                begun.set()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            assert begun.wait(120)
            yield
        finally:
            over.set()
        writing.result()


@pytest.fixture
def elsewhere(world, worlds, tmp_path: Path) -> Iterator[Holdings]:
    """Another machine with a database of its own."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    engine = create_engine(worlds(db.engine.dialect.name.removesuffix("ql")).another(folder))
    prepare_engine(engine)
    use_seal(engine, keys_in(FIELD_KEYS))
    yield Holdings(engine, Store(folder / "files"), folder)
    engine.dispose()


@pytest.mark.slow(seconds=60)
def test_copies_made_while_others_write_hold_one_moment_each_and_come_back(app, as_user, elsewhere, tmp_path, tried):
    here, copy, held = holdings(app), tmp_path / "copy", 0
    with somebody_writes(app, as_user):
        for _ in range(COPIES):
            before = cases()
            assert back_up(here, copy, NOW).lacking == ()
            after = cases()
            assert restore(elsewhere, copy) == []
            with Session(elsewhere.engine) as session:
                held = session.scalar(select(func.count()).select_from(Case)) or 0
                assert verify(session).broken == []
            elsewhere.engine.dispose()
            assert before <= held <= after
    assert held > 1
    tried(COPIES)
