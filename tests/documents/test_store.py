"""Files lie under the digest of their bytes; those that nobody points at go after a day, and none that somebody does."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from caseapp.actions import store as stores
from caseapp.actions.documents import Upload, attach, drop_orphans
from caseapp.actions.store import Store
from caseapp.db import db, unit_of_work
from caseapp.domain.documents.queries import all_digests
from tests.cases.make import head, log
from tests.documents.make import add, picture


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "files")


def grow_old(store: Store, *digests: str) -> None:
    """Let two days pass for some files, or for all."""
    for digest in digests or tuple(store.digests()):
        path = store.path(digest)
        past = path.stat().st_mtime - 2 * 24 * 3600
        os.utime(path, (past, past))


def test_a_file_is_read_back_and_lies_under_its_digest(store):
    digest = store.put(b"bytes")
    assert (store.read(digest), store.is_whole(digest), list(store.digests())) == (b"bytes", True, [digest])
    assert store.path(digest) == store.folder / digest[:2] / digest
    store.path(digest).write_bytes(b"other")
    assert not store.is_whole(digest)
    assert not store.is_whole("0" * 64)


@pytest.mark.parametrize("name", ["", "..", "../x", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_no_digest_names_no_file(store, name):
    with pytest.raises(ValueError, match="no digest"):
        store.path(name)


def test_a_file_that_could_not_be_written_whole_is_not_there(store, monkeypatch):
    monkeypatch.setattr(stores.os, "fsync", lambda _handle: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        store.put(b"bytes")
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


def test_files_nobody_points_at_go_after_a_day_and_the_others_stay(as_user, system, store):
    number = log(as_user("grid"), head())
    add(as_user("grid"), number, store.folder)
    orphans = [store.put(b"one"), store.put(b"two")]
    assert drop_orphans(system, store) == 0
    grow_old(store)
    young = store.put(b"three")
    assert drop_orphans(system, store) == 2
    assert set(store.digests()) == {young, *all_digests(db.session)}
    assert not any(digest in set(store.digests()) for digest in orphans)


@pytest.mark.parametrize("moment", ["before", "while it lies aside", "after"])
def test_who_attaches_the_same_picture_while_the_job_deletes_it_keeps_it(as_user, system, store, monkeypatch, moment):
    """An old orphan is attached after the job judged it, at each of the moments there are."""
    grid, data = as_user("grid"), picture()
    number = log(grid, head())
    with pytest.raises(ZeroDivisionError), unit_of_work(db.session):
        attach(grid, number, Upload("photo", "x", data), store)
        1 / 0  # noqa: B018 - the transaction is not kept, the files are
    orphans = set(store.digests())
    grow_old(store)

    def attach_it() -> None:
        with unit_of_work(db.session):
            attach(grid, number, Upload("photo", "x", data, client_id="one"), store)

    drop, now = Store.drop, Store._now

    def while_aside(self):
        attach_it()
        return now(self)

    def dropping(self, digest, age):
        if moment == "before":
            attach_it()
        if moment == "while it lies aside":
            monkeypatch.setattr(Store, "_now", while_aside)
        gone = drop(self, digest, age)
        monkeypatch.setattr(Store, "_now", now)
        if moment == "after":
            attach_it()
        return gone

    monkeypatch.setattr(Store, "drop", dropping)
    drop_orphans(system, store)
    assert set(all_digests(db.session)) == orphans
    assert all(store.is_whole(digest) for digest in orphans)


def test_what_a_crash_left_behind_is_tidied(store):
    digest, twice = store.put(b"aside"), store.put(b"twice")
    store.path(digest).replace(store.path(digest).with_suffix(".aside"))
    store.path(twice).with_suffix(".aside").write_bytes(b"twice")
    half = store.path(twice).with_name("half.part")
    half.write_bytes(b"x")
    store.tidy(timedelta(days=1))
    assert half.exists()
    for left in store.folder.glob("??/*.*"):
        os.utime(left, (0, 0))
    store.tidy(timedelta(days=1))
    assert set(store.digests()) == {digest, twice}
    assert list(store.folder.glob("??/*.*")) == []


def test_the_job_says_how_many(run, app, as_user):
    store = Store(app.extensions["caseapp"].files)
    digest = store.put(b"nobody's")
    grow_old(store, digest)
    told = run("jobs", "run", "files")
    assert told.exit_code == 0, told.stderr
    assert "files=" in told.stderr
    assert digest not in set(store.digests())
