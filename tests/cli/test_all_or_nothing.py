"""--atomic takes all or nothing; --dry-run says what would happen and changes nothing."""

from __future__ import annotations

import pytest

from caseapp.db import db
from caseapp.domain.cases.models import Case
from tests.cli.ledgers import GOOD, ledger
from tests.cli.terminal import assert_told, case, count, lines_of, written

NOTHING = "未作任何更改"
MIXED = f"{case(title='甲')}\n{{oops\n{case(title='乙')}\n"


def test_with_one_bad_line_an_atomic_import_takes_nothing(run, nothing_changes, tmp_path):
    with nothing_changes():
        outcome = run("cases", "import", written(tmp_path, MIXED), "--atomic")
    assert_told(outcome, "第 2 行：不是 JSON", "拒收 1 件", NOTHING)


def test_an_atomic_import_of_good_lines_takes_them_all(run, tmp_path):
    outcome = run("cases", "import", written(tmp_path, f"{case(title='甲')}\n{case(title='乙')}\n"), "--atomic")
    assert (outcome.exit_code, outcome.stdout, lines_of(outcome)) == (0, "", [count(added=2)])
    assert db.session.query(Case).count() == 2


def test_a_dry_run_of_good_lines_changes_nothing_and_succeeds(run, nothing_changes, tmp_path):
    with nothing_changes():
        outcome = run("cases", "import", written(tmp_path, case()), "--dry-run")
    assert (outcome.exit_code, outcome.stdout, lines_of(outcome)) == (0, "", [count(added=1), NOTHING])


def test_a_dry_run_with_a_bad_line_says_so_and_changes_nothing(run, nothing_changes, tmp_path):
    with nothing_changes():
        outcome = run("cases", "import", written(tmp_path, MIXED), "--dry-run")
    assert_told(outcome, "第 2 行：不是 JSON", count(added=2, refused=1), NOTHING)


def test_a_dry_run_gives_no_number_away(run, tmp_path):
    file = written(tmp_path, case())
    run("cases", "import", file, "--dry-run")
    run("cases", "import", file)
    assert [found.number for found in db.session.query(Case)] == ["太调〔2026〕0001号"]


@pytest.mark.parametrize("bad", [False, True])
def test_a_dry_run_of_a_ledger_changes_nothing(run, nothing_changes, tmp_path, bad):
    rows = [GOOD, GOOD | {"village": "火星村"}] if bad else [GOOD]
    with nothing_changes():
        outcome = run("ledger", "import", written(tmp_path, ledger(*rows)), "--dry-run")
    assert (outcome.exit_code, outcome.stdout, NOTHING in outcome.stderr) == (int(bad), "", True)
    assert count(added=1, refused=int(bad)) in outcome.stderr


def test_a_dry_run_of_a_ledger_still_writes_the_rows_to_mend(run, nothing_changes, tmp_path):
    file, errors = written(tmp_path, ledger(GOOD, GOOD | {"village": "火星村"})), tmp_path / "errors.xlsx"
    with nothing_changes():
        assert run("ledger", "import", file, "--dry-run", "--errors", errors).exit_code == 1
    assert errors.exists()
