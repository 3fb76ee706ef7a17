"""A disk that fills up while a copy is written or put back: a sentence, the last good copy, nothing half-made."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.terminal import contents
from tests.copies.holdings import a_case_with_papers, half_made, no_files
from tests.sizes import many


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As on a disk that is full: whoever writes more is told that there is no room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def copy(app, run, as_user, tmp_path):
    """A good copy of a case with papers."""
    a_case_with_papers(as_user, no_files(app))
    assert run("backup", tmp_path / "copy").exit_code == 0
    return tmp_path / "copy"


@pytest.mark.parametrize("nth", range(many(4, 24)))
def test_a_backup_without_room_leaves_the_last_good_copy(app, run, copy, nth):
    good = copy.read_bytes()
    with no_file_larger_than(1000 + (len(good) - 1000) * nth // many(4, 24)):
        told = run("backup", copy)
    assert (told.exit_code, told.stderr.count("\n"), str(copy) in told.stderr) == (1, 1, True), told.stderr
    assert "空间" in told.stderr
    assert copy.read_bytes() == good
    assert ([path.name for path in copy.parent.iterdir()], half_made(app)) == (["copy"], [])
    assert run("backup", copy).exit_code == 0


def test_a_restore_without_room_leaves_what_stood_before(app, run, world, copy):
    no_files(app)
    world.fresh()
    stood = contents()
    with no_file_larger_than(5000):
        told = run("restore", copy)
    assert (told.exit_code, "空间" in told.stderr) == (1, True), told.stderr
    assert (contents(), half_made(app)) == (stood, [])
    done = run("restore", copy)
    assert done.exit_code == 0, done.stderr
