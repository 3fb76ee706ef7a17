"""The ledger in and out through the command line: nothing is lost, nothing comes twice, a mended row is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from caseapp.db import db
from caseapp.domain.cases.models import Case
from caseapp.domain.exchange.columns import HEADINGS, KEYS
from caseapp.office.xlsx import read_sheet, write_sheet
from tests.cli.ledgers import GOOD, ledger
from tests.cli.terminal import assert_told, count, lines_of, written

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
REAL, TREE = SHARED / "real-ledger-2018-2019.xlsx", SHARED / "taihe-units.csv"
ROWS = 897
Run = Callable[..., Result]


def done(outcome: Result, *sentences: str) -> None:
    """It succeeded, said nothing to machines and these sentences to people."""
    assert (outcome.exit_code, outcome.stdout, lines_of(outcome)) == (0, "", list(sentences))


def histories(run: Run, folder: Path) -> dict[str, Any]:
    """Every case as an export of whole histories tells it, by number."""
    path = folder / "histories.jsonl"
    assert run("cases", "export", path).exit_code == 0
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {line["number"]: line for line in lines}


@pytest.mark.slow(seconds=60)
@pytest.mark.one_database
@pytest.mark.skipif(not REAL.exists(), reason="the shared ledger is not here")
def test_a_real_ledger_goes_in_comes_out_and_goes_in_again(world, run, tmp_path):
    errors, out, again = (tmp_path / name for name in ("errors.xlsx", "out.xlsx", "again.xlsx"))
    assert run("units", "load", TREE).exit_code == 0
    done(run("ledger", "import", REAL, "--unit", "TH", "--errors", errors), count(added=ROWS))
    assert not errors.exists()
    done(run("ledger", "import", REAL, "--unit", "TH"), count(unchanged=ROWS))
    done(run("ledger", "export", out, "--unit", "TH"), f"已导出 {ROWS} 件")
    done(run("ledger", "import", out, "--unit", "TH"), count(unchanged=ROWS))
    first = histories(run, tmp_path)

    world.fresh()
    assert db.session.query(Case).count() == 0
    assert run("units", "load", TREE).exit_code == 0
    done(run("ledger", "import", out, "--unit", "TH"), count(added=ROWS))
    assert histories(run, tmp_path) == first
    done(run("ledger", "export", again, "--unit", "TH"), f"已导出 {ROWS} 件")
    assert read_sheet(again.read_bytes()) == read_sheet(out.read_bytes())


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the shared ledger is not here")
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_in_a_town_that_lacks_villages_every_row_is_taken_or_in_the_error_workbook(run, tmp_path):
    errors = tmp_path / "errors.xlsx"
    outcome = run("ledger", "import", REAL, "--unit", "TH", "--errors", errors)
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    taken, left = db.session.query(Case).count(), read_sheet(errors.read_bytes())
    assert taken + len(left) - 2 == ROWS
    assert taken > 0 < len(left) - 2
    assert count(added=taken, refused=ROWS - taken) in outcome.stderr

    assert run("units", "load", TREE).exit_code == 0
    done(run("ledger", "import", errors, "--unit", "TH"), count(added=ROWS - taken))
    done(run("ledger", "import", REAL, "--unit", "TH"), count(unchanged=ROWS))


BAD = GOOD | {"village": "火星村", "gist": "路灯不亮", "serial": 2}
THREE = (GOOD | {"serial": 1}, BAD, GOOD | {"gist": "围墙过界", "village": "顶上村", "serial": 3})


def test_the_error_workbook_holds_just_the_bad_row_and_says_what_to_mend(run, tmp_path):
    errors = tmp_path / "errors.xlsx"
    outcome = run("ledger", "import", written(tmp_path, ledger(*THREE)), "--unit", "TH", "--errors", errors)
    assert_told(outcome, "第 4 行：所属村(社区): 没有叫 火星村", count(added=2, refused=1), f"{errors}")
    (title, *_), headings, *rows = read_sheet(errors.read_bytes())
    assert (title, list(headings)) == ("太和镇台账", [*HEADINGS, "问题"])
    assert [dict(zip(headings, row, strict=True))["诉求/纠纷简要"] for row in rows] == ["路灯不亮"]
    assert rows[0][-1] == "所属村(社区): 没有叫 火星村 的村或社区"


def test_a_mended_error_workbook_is_taken_and_the_whole_ledger_is_then_known(run, tmp_path):
    whole, errors, mended = written(tmp_path, ledger(*THREE)), tmp_path / "errors.xlsx", tmp_path / "mended.xlsx"
    run("ledger", "import", whole, "--unit", "TH", "--errors", errors)
    _title, headings, row = read_sheet(errors.read_bytes())
    cells = ["双合村" if cell == "火星村" else cell for cell in row]
    mended.write_bytes(write_sheet([str(name) for name in headings], [cells], title="太和镇台账"))
    done(run("ledger", "import", mended, "--unit", "TH"), count(added=1))
    done(run("ledger", "import", mended, "--unit", "TH"), count(unchanged=1))
    good = written(tmp_path, ledger(THREE[0], BAD | {"village": "双合村"}, THREE[2]), "good.xlsx")
    done(run("ledger", "import", good, "--unit", "TH"), count(unchanged=3))
    assert sorted(case.title for case in db.session.query(Case)) == ["围墙过界", "水渠堵塞", "路灯不亮"]


FULL = {
    "number": "太信〔2026〕0007号", "registered_on": "2026-10-03", "channel": "来访", "village": "双合村",
    "group": "双合村第一组", "category": "邻里", "risk": "较大", "parties": "周甲一、李乙二", "headcount": 3,
    "gist": "排水沟改道", "tier": "组", "lead": "镇领导甲", "dept": "司法所甲", "liaison": "驻村甲", "mediations": 0,
    "progress": "双方签了协议", "resolved_on": "2026-10-20", "method": "人民调解", "visited_on": "2026-10-26",
    "visit_result": "已履行", "score": "满意", "remarks": "雨季再看",
}  # fmt: skip


def test_a_row_with_everything_in_it_comes_out_as_it_went_in(world, run, tmp_path):
    out, again = tmp_path / "out.xlsx", tmp_path / "again.xlsx"
    file = written(tmp_path, ledger(GOOD, FULL))
    done(run("ledger", "import", file, "--unit", "TH"), count(added=2))
    run("ledger", "export", out, "--unit", "TH")
    first = histories(run, tmp_path)
    row = next(row for row in read_sheet(out.read_bytes()) if FULL["number"] in row)
    told = {key: str(cell) for key, cell in zip(KEYS, row, strict=True)}
    assert {key: told[key].split(" ")[0] for key in FULL} == {key: str(value) for key, value in FULL.items()}

    world.fresh()
    done(run("ledger", "import", out, "--unit", "TH"), count(added=2))
    assert histories(run, tmp_path) == first
    run("ledger", "export", again, "--unit", "TH")
    assert read_sheet(again.read_bytes()) == read_sheet(out.read_bytes())


def test_an_export_of_some_days_holds_the_cases_of_those_days(run, tmp_path):
    out = tmp_path / "out.xlsx"
    rows = [GOOD | {"registered_on": f"2026-10-0{day}", "gist": f"第{day}件"} for day in range(1, 6)]
    run("ledger", "import", written(tmp_path, ledger(*rows)))
    done(run("ledger", "export", out, "--unit", "TH", "--from", "2026-10-02", "--to", "2026-10-04"), "已导出 3 件")
    told = [row[KEYS.index("gist")] for row in read_sheet(out.read_bytes())[2:]]
    assert told == ["第2件", "第3件", "第4件"]
