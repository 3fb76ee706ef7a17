"""A file that is no ledger is refused whole; a row that is none is refused by its number and its column."""

from __future__ import annotations

import io
import zipfile

import pytest

from caseapp.office.xlsx import write_sheet
from tests.cli.ledgers import GOOD, ledger
from tests.cli.terminal import assert_told, count, written

pytestmark = pytest.mark.either_database


def a_zip_of_something_else() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    return kept.getvalue()


WHOLE = ledger(GOOD)
NO_LEDGER = {
    "cut in half": (WHOLE[: len(WHOLE) // 2], "文件损坏或不完整"),
    "the end is missing": (WHOLE[:-30], "文件损坏或不完整"),
    "text under another name": ("登记日期,所属村\n2026-10-03,双合村\n".encode(), "不是 Excel 工作簿"),
    "text of another encoding": ("登记日期,所属村\n2026-10-03,双合村\n".encode("gbk"), "不是 Excel 工作簿"),
    "nothing": (b"", "文件为空"),
    "an archive": (a_zip_of_something_else(), "不是 Excel 工作簿"),
    "an old workbook, broken": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "文件损坏或不完整"),
    "other headings": (write_sheet(["甲", "乙"], [["1", "2"]], title="别的"), "登记日期、所属村(社区)、诉求/纠纷简要"),
    "a heading short": (write_sheet(["登记日期", "诉求"], [["2026-10-03", "水渠"]], title="台账"), "所属村(社区)"),
}
BAD_ROWS = {
    "no date": ({"registered_on": "去年冬天"}, "登记日期: 去年冬天 不是日期"),
    "no such day": ({"registered_on": "2026-02-30"}, "登记日期: 日历上没有2026-02-30这一天"),
    "the future": ({"registered_on": "2036-01-01"}, "登记日期: 2036-01-01 在将来"),
    "a village nobody knows": ({"village": "火星村"}, "所属村(社区): 没有叫 火星村 的村或社区"),
    "a group nobody knows": ({"group": "第九十九组"}, "村民小组/网格"),
    "a risk nobody knows": ({"risk": "紧急"}, "风险等级: "),
    "a head count in words": ({"headcount": "很多"}, "涉及人数: "),
    "no village": ({"village": ""}, "所属村(社区): 此项未填"),
    "no gist": ({"gist": ""}, "诉求/纠纷简要: 此项未填"),
    "a gist without end": ({"gist": "水" * 9000}, "诉求/纠纷简要: 文字超过8000字"),
    "a number without end": ({"number": "N" * 500}, "编号: 文字超过60字"),
    "resolved before it came in": ({"resolved_on": "2026-10-01"}, "化解日期"),
}


@pytest.mark.parametrize("what", NO_LEDGER)
def test_a_file_that_is_no_ledger_is_refused(run, nothing_changes, tmp_path, what):
    content, sentence = NO_LEDGER[what]
    with nothing_changes():
        assert_told(run("ledger", "import", written(tmp_path, content, "ledger.xlsx")), sentence)


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_is_refused_by_number_and_column(run, nothing_changes, tmp_path, what):
    cells, sentence = BAD_ROWS[what]
    with nothing_changes():
        outcome = run("ledger", "import", written(tmp_path, ledger(GOOD | cells)), "--unit", "TH")
    assert_told(outcome, sentence, count(refused=1))
    assert outcome.stderr.startswith("工作表“台账”第 3 行：")


def test_each_problem_of_a_row_has_its_sentence(run, nothing_changes, tmp_path):
    with nothing_changes():
        outcome = run("ledger", "import", written(tmp_path, ledger({"registered_on": "2026-10-03"})))
    assert_told(outcome, "第 3 行：所属村(社区)", "第 3 行：诉求/纠纷简要", count(refused=1))


def test_a_row_of_another_town_is_refused(run, nothing_changes, tmp_path):
    with nothing_changes():
        outcome = run("ledger", "import", written(tmp_path, WHOLE), "--unit", "XT")
    assert_told(outcome, "此地不属于 溪头镇", count(refused=1))


def test_nobody_imports_where_their_posts_do_not_reach(run, nothing_changes, tmp_path):
    with nothing_changes():
        outcome = run("ledger", "import", written(tmp_path, WHOLE), "--as", "grid")
    assert_told(outcome, "您的岗位不管辖", count(refused=1))


def test_a_place_for_the_rows_to_mend_that_cannot_be_written_is_named(run, nothing_changes, tmp_path):
    errors = tmp_path / "nowhere" / "errors.xlsx"
    with nothing_changes():
        file = written(tmp_path, ledger(GOOD | {"village": "火星村"}))
        outcome = run("ledger", "import", file, "--errors", errors)
    assert_told(outcome, "火星村", count(refused=1), f"无法写入 {errors}")


@pytest.mark.parametrize("column", ["parties", "lead", "dept", "liaison"])
def test_a_name_without_end_is_refused_on_every_database(run, tmp_path, column):
    outcome = run("ledger", "import", written(tmp_path, ledger(GOOD, GOOD | {column: "周" * 1000})))
    assert_told(outcome, "第 4 行：", count(added=1, refused=1))
