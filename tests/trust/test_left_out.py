"""What the suite leaves out is in the long trials, and each test is run at least once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.sizes import left_to_the_long_trials
from tests.trust.running import ROOT
from tests.trust.trials import TRIALS

IN_PART = re.compile(r"mark\.(one|either)_database")
EITHER = frozenset({"either_database"})


@dataclass(eq=False)
class Item:
    """A test as pytest found it."""

    name: str
    marks: frozenset[str] = EITHER
    path: Path = field(default=Path("tests/test_a.py"))

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.marks | ({"postgres"} if "postgres" in self.name else set()) else None


def pairs(count: int, marks: frozenset[str] = EITHER) -> list[Item]:
    """Some tests, each on both databases."""
    return [Item(f"test_{nth}[{name}]", marks) for nth in range(count) for name in ("sqlite", "postgres")]


def run(items: list[Item], *, with_postgres: bool = True) -> list[str]:
    left = set(left_to_the_long_trials(items, with_postgres=with_postgres))
    return [one.name for one in items if one not in left]


def test_of_either_database_each_test_runs_once_and_half_of_them_on_each():
    names = run(pairs(10))
    assert [name.partition("[")[0] for name in names] == [f"test_{nth}" for nth in range(10)]
    assert sum("postgres" in name for name in names) == 5
    assert run(pairs(10)) == names


def test_a_machine_without_postgresql_runs_all_of_them():
    names = run(pairs(10), with_postgres=False)
    assert names == [f"test_{nth}[sqlite]" for nth in range(10)]


def test_what_runs_on_both_or_was_never_on_two_stays():
    both = pairs(3, EITHER | {"both_databases"})
    alone = [Item("test_pure"), Item("test_there[postgres]")]
    assert run([*both, *alone]) == [one.name for one in (*both, *alone)]
    assert run(pairs(3, frozenset())) == [one.name for one in pairs(3)]


def test_what_turns_on_no_database_runs_on_sqlite():
    assert run(pairs(2, frozenset({"one_database"}))) == ["test_0[sqlite]", "test_1[sqlite]"]


def test_every_file_of_which_the_suite_runs_a_part_is_tried_in_full_by_the_long_trials():
    places = [ROOT / place for trial in TRIALS for place in trial.places]
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if IN_PART.search(path.read_text(encoding="utf-8"))]
    missing = [path for path in files if not any(path.is_relative_to(place) for place in places)]
    assert missing == [], "name them in tests/trust/trials.py"
    assert len(files) > 50


@pytest.mark.parametrize("mark", ["one_database", "either_database", "both_databases"])
def test_each_of_the_marks_is_said_in_how_to_work_here(mark):
    assert f"`{mark}`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
