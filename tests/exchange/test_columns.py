"""Finding the headings of a ledger (contract §5)."""

from __future__ import annotations

import pytest

from caseapp.domain.exchange.columns import COLUMNS, HEADINGS, KEY_OF, column_of, find_headings, is_forbidden
from caseapp.kernel.errors import RuleViolation


def test_the_columns_stand_in_the_order_of_the_contract() -> None:
    assert "·".join(HEADINGS) == (
        "序号·编号·登记日期·来源·所属村(社区)·村民小组/网格·类别·风险等级·当事人·涉及人数·诉求/纠纷简要·办理层级·包案领导·责任站所·责任人·调解次数·"
        "化解措施及进展·办理期限·到期状态·化解日期·化解方式·协议形式·首次回访日期·回访结果·满意度·是否反弹/重复·状态·备注"
    )


def test_no_spelling_stands_for_two_columns_and_none_is_forbidden() -> None:
    assert len(KEY_OF) == sum(1 + len(column.spellings) for column in COLUMNS)
    assert not [spelling for spelling in KEY_OF if is_forbidden(spelling)]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("登记时间", "registered_on"),
        ("日期", "registered_on"),
        ("所属村（社区）", "village"),
        ("村/社区", "village"),
        ("所在村", "village"),
        ("诉求、纠纷简要", "gist"),
        ("信访诉求", "gist"),
        ("诉 求\n概 述", "gist"),
        ("信访人", "parties"),
        ("包案领导及联系方式", "lead"),
        ("化解时间", "resolved_on"),
        ("回访时间", "visited_on"),
        ("涉及人数（人）", "headcount"),
        ("*登记日期:", "registered_on"),
        ("\ufeff编号", "number"),
        ("办结日期", None),
        ("联系电话", None),
        ("", None),
    ],
)
def test_common_spellings_are_understood(heading: str, key: str | None) -> None:
    assert column_of(heading) == key


@pytest.mark.parametrize(
    "heading",
    ["进京情况", "近年进京情况", "稳控措施", "稳控责任人", "身份证号", "户籍地址", "实际居住地址", "是否重点人员",
     "现实表现", "行踪",
     "责任人(稳控)", "近三年上访次数", "身 份 证\n号 码"],
)  # fmt: skip
def test_columns_about_a_person_are_known(heading: str) -> None:
    assert is_forbidden(heading)
    found = find_headings([["登记日期", "村", heading, "诉求"]])
    assert (found.forbidden, found.dropped) == ((heading,), {2})


def test_rows_above_the_headings_are_passed_over() -> None:
    found = find_headings(
        [["太和镇信访事项台账", "", "", ""], [], ["序号", "编号", "登记日期", "所属村(社区)", "诉求"]]
    )
    assert (found.row, found.at) == (2, {"serial": 0, "number": 1, "registered_on": 2, "village": 3, "gist": 4})


def test_a_title_is_no_group_of_headings() -> None:
    found = find_headings([["台账", "", "", ""], ["编号", "日期", "村", "诉求"], ["1", "2024-06-03", "双合村", "水渠"]])
    assert (found.row, found.names) == (1, ("编号", "日期", "村", "诉求"))


def test_headings_in_two_rows_are_read_as_one() -> None:
    found = find_headings(
        [
            ["序号", "登记", "", "村", "包案领导", "", "回访", "", "稳控情况", "", "诉求"],
            ["", "日期", "来源", "", "姓名", "电话", "日期", "结果", "责任人", "措施", ""],
            [1, "2024-06-03", "来访", "双合村", "李山", "", "", "", "周海", "无", "水渠"],
        ]
    )
    assert found.row == 1
    assert found.at == {
        "serial": 0, "registered_on": 1, "channel": 2, "village": 3, "lead": 4, "visited_on": 6, "visit_result": 7,
        "gist": 10,
    }  # fmt: skip
    assert (found.forbidden, found.unknown) == (("稳控情况/责任人", "稳控情况/措施"), ("电话",))


def test_headings_that_stand_there_twice_are_read_once() -> None:
    row = ["登记日期", "村", "诉求"]
    assert find_headings([row, row, ["2024-06-03", "双合村", "水渠"]]).row == 1


def test_our_own_heading_wins_over_a_second_column_of_the_same_meaning() -> None:
    found = find_headings([["受理日期", "登记日期", "村", "诉求"]])
    assert (found.at["registered_on"], found.unknown) == (1, ("受理日期",))


def test_columns_nobody_knows_are_named_and_an_older_problem_column_is_not() -> None:
    found = find_headings([["登记日期", "村", "诉求", "上报人", "问题"]])
    assert (found.unknown, found.dropped) == (("上报人",), {4})


@pytest.mark.parametrize("rows", [[], [[]], [["登记日期", "x"]], [["x"]] * 60 + [["登记日期", "村", "诉求"]]])
def test_missing_headings_are_named(rows: list[list[str]]) -> None:
    with pytest.raises(RuleViolation) as caught:
        find_headings(rows)
    assert caught.value.field == "file"
    assert "诉求/纠纷简要" in caught.value.params["missing"]
    assert ("登记日期" in caught.value.params["missing"]) == (rows[:1] != [["登记日期", "x"]])
