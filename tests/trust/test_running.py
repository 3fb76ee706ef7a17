"""The long trials say what failed and why, and go on where they were stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trust import running
from tests.trust.running import ROOT, Outcome, keep, kept, run
from tests.trust.trials import TRIALS, Trial

pytestmark = pytest.mark.one_database


def outcome_of(tmp_path: Path, source: str) -> Outcome:
    (tmp_path / "test_tried.py").write_text(source, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    place = str(tmp_path / "test_tried.py")
    return run(Trial("1", "tried", (place,), (place,)), "now", short=True)


def test_what_passed_and_failed_is_counted_and_the_cause_is_told(tmp_path):
    outcome = outcome_of(tmp_path, "def test_a(): pass\ndef test_b(): assert 1 == 2, 'the two differ'\n")
    assert (outcome.tried, len(outcome.failed)) == (2, 1)
    assert "the two differ" in outcome.causes


def test_of_a_row_with_marks_the_marked_tests_alone_are_tried(tmp_path):
    source = "import pytest\n@pytest.mark.own\ndef test_a(): pass\ndef test_b(): assert False\n"
    (tmp_path / "test_tried.py").write_text(source, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = own\n", encoding="utf-8")
    place = str(tmp_path / "test_tried.py")
    outcome = run(Trial("1", "tried", (place,), (place,), "own"), "now", short=True)
    assert (outcome.tried, outcome.failed) == (1, [])


def test_what_a_test_says_that_it_tried_is_counted(tmp_path):
    (tmp_path / "test_tried.py").write_text("def test_a(tried): tried(250)\ndef test_b(): pass\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_report_teststatus, tried\n", "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    place = str(tmp_path / "test_tried.py")
    assert run(Trial("9", "tried", (place,), (place,)), "now", short=True).tried == 251


def test_a_trial_that_dies_has_failed_and_says_how(tmp_path):
    outcome = outcome_of(tmp_path, "raise SystemExit('the database is away')\n")
    assert len(outcome.failed) == 1
    assert "the database is away" in outcome.causes


@pytest.mark.parametrize(
    ("line", "tried", "failed"),
    [
        ("[gw0] [ 12%] PASSED tests/a.py::b\n", 1, 0),
        ("[gw0] [ 12%] PASSED 1000 of what it tries tests/a.py::b\n", 1000, 0),
        ("[gw1] [ 12%] FAILED tests/a.py::b\n", 1, 1),
        ("FAILED tests/a.py::b - told again at the end\n", 0, 0),
        ("PASSED 312 of seed 10000\n", 312, 0),
        ("2 passed in 3 s\n", 0, 0),
    ],
)
def test_each_result_counts_once(line, tried, failed):
    outcome = Outcome("", "")
    running._count(line, outcome)
    assert (outcome.tried, len(outcome.failed)) == (tried, failed)


def test_what_was_tried_is_kept_for_the_same_commit_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "KEPT", tmp_path / "kept")
    keep(Outcome("uploads", "abc whole", 7, 1.5))
    assert kept("abc whole")["uploads"].tried == 7
    assert kept("abc short") == kept("def whole") == kept("abc-dirty whole") == {}


def test_every_place_that_is_tried_is_there():
    places = {place for trial in TRIALS for place in (*trial.places, *trial.short) if place != "recount"}
    assert {place for place in places if not (ROOT / place).exists()} == set()
    assert len({trial.what for trial in TRIALS}) == len(TRIALS)


def test_nothing_is_tried_by_two_rows():
    """A row that stands within another one costs its time twice."""
    places = [Path(place) for trial in TRIALS if not trial.marked for place in trial.places]
    assert [one for one in places if any(one != other and other in one.parents for other in places)] == []
    assert len(set(places)) == len(places)
