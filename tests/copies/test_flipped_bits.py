"""One bit that is another, anywhere in a copy: it is found, named, and costs nothing but what it is in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseapp.actions.backup import back_up
from caseapp.actions.restoring import restore
from caseapp.kernel.errors import RuleViolation
from caseapp.office import locked
from caseapp.office.copies import BLOCK, END
from caseapp.office.locked import HEAD, open_copy
from tests.conftest import NOW
from tests.copies.holdings import (
    a_case_with_papers,
    empty_again,
    everything,
    flipped,
    half_made,
    has_tables,
    holdings,
    kept_files,
    no_files,
)
from tests.sizes import many

PLACES, RESTORED, LOCKED = 100, many(10, 100), many(12, 100)


@pytest.fixture
def files(app):
    return no_files(app)


def regions(copy: Path) -> Iterator[tuple[str, int, int]]:
    """What the bytes of a copy belong to: a name, from where on, up to where."""
    with open_copy(copy, "") as opened:
        for part in opened.parts:
            at = opened.places[part.name]
            yield f"around {part.name}", at - BLOCK, at
            yield part.name, at, at + part.size
            if part.size % BLOCK:
                yield f"around {part.name}", at + part.size, at + part.size + -part.size % BLOCK
        at, size = opened.listed_at, len(opened.list)
    end = copy.stat().st_size - len(END)
    yield "list 1", at, at + size
    yield "the end", at + size, end - size
    yield "list 2", end - size, end
    yield "the end", end, end + len(END)


def places(copy: Path, count: int) -> Iterator[tuple[str, int]]:
    """So many places: in every region its first and its last byte, and then ever more between."""
    found = list(regions(copy))
    for nth in range(count):
        name, begin, end = found[nth % len(found)]
        turn = nth // len(found)
        yield name, (begin, end - 1)[turn] if turn < 2 else begin + (end - begin) * turn * 7 // 31 % (end - begin)


def told(copy: Path, passphrase: str = "") -> list[str]:
    with open_copy(copy, passphrase) as opened:
        return [str(flaw) for flaw in opened.flaws()]


def named(name: str, sentences: list[str]) -> bool:
    """That and nothing else is told of."""
    wanted = f"frame {name}" if name.startswith("around ") else name
    return bool(sentences) and all(wanted in one for one in sentences)


def test_each_of_a_hundred_places_is_found_and_named_by_verify(app, as_user, files, tmp_path, tried):
    a_case_with_papers(as_user, files)
    back_up(holdings(app), tmp_path / "copy", NOW)
    assert told(tmp_path / "copy") == []
    for nth, (name, at) in enumerate(places(tmp_path / "copy", PLACES)):
        found = told(flipped(tmp_path / "copy", at, nth % 8))
        assert named(name, found), (name, at, found)
    tried(PLACES)


@pytest.mark.slow(seconds=30)
def test_the_rest_comes_back_wherever_it_is(app, system, as_user, files, tmp_path, tried):
    kept, before = a_case_with_papers(as_user, files), everything(system)
    copy = tmp_path / "copy"
    back_up(holdings(app), copy, NOW)
    for nth, (name, at) in enumerate(list(places(copy, PLACES))[:: PLACES // RESTORED]):
        empty_again()
        shutil.rmtree(files, ignore_errors=True)
        bad = flipped(copy, at, nth % 8)
        if name == "database":
            with pytest.raises(RuleViolation, match="the database in this copy is damaged"):
                restore(holdings(app), bad)
            assert (has_tables(), half_made(app)) == (False, [])
            continue
        found = [str(flaw) for flaw in restore(holdings(app), bad)]
        assert named(name, found), (name, at, found)
        lost = {name.removeprefix("files/")} & set(kept)
        assert everything(system) == before
        assert kept_files(files) == {one: b"" if one in lost else content for one, content in kept.items()}
    tried(RESTORED)


@pytest.fixture
def quick_locks(monkeypatch):
    """What nobody guesses at may be quick."""
    monkeypatch.setattr(locked, "COST", {"n": 1 << 10, "r": 8, "p": 1})


def test_a_locked_copy_names_what_a_changed_bit_is_in_and_gives_back_the_rest(
    app, system, as_user, files, tmp_path, quick_locks, tried
):
    kept, before = a_case_with_papers(as_user, files), everything(system)
    copy = tmp_path / "copy"
    back_up(holdings(app), copy, NOW, "a passphrase of words")
    assert told(copy, "a passphrase of words") == []
    size = copy.stat().st_size
    spread = [0, HEAD - 1, HEAD, size - HEAD, size - 1, *(size * nth // LOCKED for nth in range(1, LOCKED))]
    for nth, at in enumerate(spread):
        bad = flipped(copy, at, nth % 8)
        found = told(bad, "a passphrase of words")
        assert found, at
        if at < HEAD or at >= size - HEAD:
            assert found == ["one of the two heads is damaged, or the end is cut off"]
        else:
            assert "locked pieces are damaged" in found[-1]
    empty_again()
    shutil.rmtree(files)
    found = [str(flaw) for flaw in restore(holdings(app), flipped(copy, size - HEAD - 100), "a passphrase of words")]
    lost = {one.split("/")[1][:64] for one in found if one.startswith("files/")}
    assert found[-1].endswith("locked pieces are damaged")
    assert everything(system) == before
    assert kept_files(files) == {one: b"" if one in lost else content for one, content in kept.items()}
    tried(LOCKED)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # what pg_dump writes is compressed, and not read damaged
def test_a_damaged_database_comes_back_when_that_is_asked_for(app, run, system, as_user, files, tmp_path):
    """A changed letter in a title breaks no page: the logs say that it was changed."""
    a_case_with_papers(as_user, files)
    copy = tmp_path / "copy"
    back_up(holdings(app), copy, NOW)
    at = copy.read_bytes().index("双合村".encode())
    bad = flipped(copy, at + 1, 1)
    empty_again()
    assert run("restore", bad).exit_code == 1
    assert not has_tables()
    done = run("restore", bad, "--although-damaged")
    assert (done.exit_code, "database" in done.stderr) == (1, True)
    assert has_tables()
    assert run("audit", "verify").exit_code == 1
