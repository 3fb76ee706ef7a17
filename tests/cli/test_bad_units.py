"""A tree of units that is none is refused whole, in one sentence."""

from __future__ import annotations

import pytest

from caseapp.office.xlsx import write_sheet
from tests.cli.terminal import assert_told, written

pytestmark = pytest.mark.either_database

HEADINGS = "code,parent,tier,kind,name\n"
BAD = {
    "nothing in it": ("", "缺少列 code, parent, tier, kind, name"),
    "other headings": ("code,name\nTH-XX,新村\n", "缺少列 parent, tier, kind"),
    "a field too many": (HEADINGS + "TH-XX,TH,village,村,新村,多\n", "第2行的栏数与表头不一致"),
    "a field too few": (HEADINGS + "TH-XX,TH,village,村\n", "第2行的栏数与表头不一致"),
    "a code twice": (HEADINGS + "TH-XX,TH,village,村,新村\nTH-XX,TH,village,村,旧村\n", "代码 TH-XX 出现两次"),
    "a tier nobody knows": (HEADINGS + "TH-XX,TH,county,县,新县\n", "层级 county 不是 town、village、group 之一"),
    "a circle of two": (HEADINGS + "AA,BB,village,村,甲村\nBB,AA,village,村,乙村\n", "组织树成了环"),
    "under itself": (HEADINGS + "AA,AA,village,村,甲村\n", "AA 隶属于自身"),
    "under nobody": (HEADINGS + "AA,ZZ,village,村,甲村\n", "AA：没有上级单位 ZZ"),
    "a group under a town": (HEADINGS + "AA,TH,group,组,甲组\n", "AA 的层级是 group，不能隶属于 TH"),
    "a town under a town": (HEADINGS + "AA,TH,town,镇,甲镇\n", "AA 的层级是 town，不能隶属于 TH"),
    "a village made a town": (HEADINGS + "TH-SH,,town,镇,双合镇\n", "TH-SH 的层级不能改变"),
    "no name": (HEADINGS + "TH-XX,TH,village,村,\n", "每个单位都要有编码和名称（TH-XX）"),
    "no code": (HEADINGS + ",TH,village,村,新村\n", "每个单位都要有编码和名称（新村）"),
    "another encoding": ((HEADINGS + "TH-XX,TH,village,村,新村\n").encode("gbk"), "不是 UTF-8 文本"),
    "a workbook": (write_sheet(["code"], [["TH-XX"]], title="组织"), "不是 UTF-8 文本"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_list_that_is_no_tree_is_refused(run, nothing_changes, tmp_path, what):
    content, sentence = BAD[what]
    with nothing_changes():
        assert_told(run("units", "load", written(tmp_path, content, "units.csv")), sentence)


def test_good_units_beside_a_bad_one_are_not_taken_either(run, nothing_changes, tmp_path):
    text = HEADINGS + "TH-NN,TH,village,村,新村\nTH-NN-01,TH-NN,group,组,新村第一组\nTH-XX,TH,county,县,新县\n"
    with nothing_changes():
        assert_told(run("units", "load", written(tmp_path, text)), "TH-XX")


@pytest.mark.parametrize("path", ["no-such-file.csv", "."])
def test_a_file_that_cannot_be_read_is_named(run, nothing_changes, tmp_path, path):
    with nothing_changes():
        assert_told(run("units", "load", tmp_path / path), f"无法读取 {tmp_path / path}")


TRACEBACKS = {
    "line ends of an old Mac": (HEADINGS + "TH-XX,TH,village,村,新村\n").replace("\n", "\r"),
    "a field without end": HEADINGS + f"TH-XX,TH,village,村,{'新' * 200_000}\n",
}


@pytest.mark.parametrize("what", TRACEBACKS)
def test_text_that_is_no_csv_is_refused_in_a_sentence(run, nothing_changes, tmp_path, what):
    with nothing_changes():
        assert_told(run("units", "load", written(tmp_path, TRACEBACKS[what])), "")


TOO_MUCH = {
    "code": f"{'X' * 500},TH,village,村,新村\n",
    "name": f"TH-XX,TH,village,村,{'新' * 500}\n",
    "kind": f"TH-XX,TH,village,{'村' * 500},新村\n",
    "a character nobody can read": "TH-XX,TH,village,村,新\x00村\n",
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_the_tables_cannot_hold_is_refused_on_every_database(run, nothing_changes, tmp_path, what):
    with nothing_changes():
        assert_told(run("units", "load", written(tmp_path, HEADINGS + TOO_MUCH[what])), "")


def test_a_code_with_a_stroke_in_it_is_refused(run, nothing_changes, tmp_path):
    with nothing_changes():
        assert_told(run("units", "load", written(tmp_path, HEADINGS + "TH/XX,TH,village,村,新村\n")), "TH/XX")
