"""Ledgers as offices have them, made up: for each way of failing the workbook that failed once, and one of its kind.

The town is that of the shared cases; the names are invented.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

UNITS = """code,parent,tier,kind,name
TH,,town,镇,太和镇
TH-SH,TH,village,村,双合村
TH-SH-01,TH-SH,group,组,双合村第一组
TH-SH-02,TH-SH,group,组,双合村第二组
TH-SH-03,TH-SH,group,组,双合村第三组
TH-SH-W1,TH-SH,group,网格,双合村第一网格
TH-QG,TH,village,村,青冈村
TH-QG-01,TH-QG,group,组,青冈村第一组
TH-QG-02,TH-QG,group,组,青冈村第二组
TH-SM,TH,village,村,石门村
TH-SM-01,TH-SM,group,组,石门村第一组
TH-SQ,TH,village,社区,太和社区
TH-SQ-01,TH-SQ,group,网格,太和社区第一网格
"""
HEADINGS = (
    "序号", "登记日期", "来源", "所属村（社区）", "村民小组", "类别", "当事人", "涉及人数", "纠纷简要", "责任领导", "责任人", "化解措施",
    "化解日期", "化解方式", "备注",
)  # fmt: skip
DAY = datetime(2024, 6, 3)  # noqa: DTZ001
Row = Sequence[object]


def row(number: int, gist: str, **other: object) -> list[object]:
    """A row under HEADINGS, with other cells by heading."""
    plain = {
        "序号": number, "登记日期": DAY, "来源": "排查", "所属村（社区）": "双合村", "村民小组": "一组", "类别": "邻里",
        "当事人": "冉大、谭二", "涉及人数": 2, "纠纷简要": gist, "责任人": "陈立",
    }  # fmt: skip
    return [(plain | other).get(heading) for heading in HEADINGS]


def book(*sheets: tuple[str, Sequence[Row]], merged: str = "", since_1904: bool = False) -> bytes:
    """A workbook of sheets by name; ``merged`` are cells of the last one."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    if since_1904:
        made.epoch = CALENDAR_MAC_1904
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for cells in rows:
            sheet.append(list(cells))
    for area in merged.split():
        made.worksheets[-1].merge_cells(area)
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def one(*rows: Row, merged: str = "", headings: Row = HEADINGS) -> bytes:
    """A workbook of one sheet."""
    return book(("Sheet", [headings, *rows]), merged=merged)


def _filtered() -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(one(row(1, "看得见"), row(2, "筛掉了"), row(3, "也筛掉了"))))
    made.active.auto_filter.ref = "A1:O4"
    made.active.row_dimensions[3].hidden = made.active.row_dimensions[4].hidden = True
    return saved(made)


def _hidden() -> bytes:
    made = openpyxl.load_workbook(
        io.BytesIO(book(("台账", [SHORT, [DAY, "双合村", "看得见"]]), ("旧", [SHORT, [DAY, "双合村", "藏着"]])))
    )
    made["旧"].sheet_state = "hidden"
    return saved(made)


PLACE = ("序号", "时间", "所在村", "当事人", "纠纷简要")
OTHER = ("序号", "信访人", "信访时间", "信访形式", "主要诉求", "属地", "包案领导", "办理情况")
SHORT = ("日期", "村", "诉求")

GIVEN: Mapping[str, Callable[[], bytes]] = {
    "merged_village_and_subtotals": lambda: one(
        row(1, "屋檐滴水争执"),
        row(2, "田埂争执", **{"所属村（社区）": None}),
        row(3, "水渠争执", **{"所属村（社区）": None}),
        ["小计", *[None] * 7, "3件"],
        row(4, "道路争执", **{"所属村（社区）": "青冈村"}),
        ["合计", *[None] * 6, 8, "4件"],
        ["镇长签字：", None, None, None, "分管领导签字："],
        merged="D2:D4",
    ),
    "three_month_sheets": lambda: book(
        *((f"{month}月", [HEADINGS, row(1, f"{month}月水沟争执", 登记日期=datetime(2024, month, 5))]) for month in (1, 2, 3))  # noqa: DTZ001
    ),
    "cover_sheet_first": lambda: book(("封面", [["太和镇矛盾纠纷台账"]]), ("台账", [HEADINGS, row(1, "屋檐滴水争执")])),
    "error_values_and_uncached_formulas": lambda: one(
        row(1, "错误值化解日期", 化解日期="#REF!"), row(2, "错误值人数", 涉及人数="#VALUE!"),
        row(3, "未算公式化解日期", 化解措施="已调解", 化解日期="=B4+7"), row(4, "未算公式人数", 涉及人数="=1+4"),
    ),
    "phone_stays_in_name": lambda: one(
        row(1, "屋檐滴水争执", 当事人="冉大 １３９００００１１１１"), row(2, "水渠争执", 当事人="冉大 0851 22334455"),
        row(3, "田埂争执", 责任人="陈立（１３９００００２２２２）"),
    ),
    "two_people_become_one": lambda: one(
        row(1, "屋檐滴水争执", 当事人="甲方：冉大 乙方：谭二"),
        row(2, "水渠争执", 当事人="冉大 13900001111 谭二 13900002222"),
        row(3, "田埂争执", 当事人="冉大有，女，汉族，52岁"), row(4, "林界争执", 当事人="周某某（男，13900001111）"),
    ),
    "identity_number_in_text": lambda: one(
        row(1, "冉大身份证522121197001010011反映水渠"),
        row(2, "田埂争执", 化解措施="打13900001111联系", 备注="身份证522121197001010011"),
    ),
    "place_in_one_column": lambda: one(
        [1, DAY, "双合村一组", "冉一", "田埂争执"], [2, DAY, "太和镇双合村1组", "冉一", "路争执"], headings=PLACE
    ),
    "group_1_is_ambiguous": lambda: one(row(1, "屋檐滴水争执", 村民小组="1")),
    "headings_of_other_offices": lambda: book(
        ("Sheet", [["太和镇信访积案化解攻坚台账"], OTHER, [1, "罗某", DAY, "来访", "要求支付工资", "双合村", "周敏", "正在协调"]])
    ),
}  # fmt: skip

OWN: Mapping[str, Callable[[], bytes]] = {
    "merged_village_and_subtotals": lambda: one(
        row(1, "田边树枝"),
        row(2, "晒坝占用", 登记日期=None, 类别=None),
        ["双合村小计", *[None] * 7, "2件"],
        row(3, "林地界线", **{"所属村（社区）": "石门村"}),
        row(4, "引水管", **{"所属村（社区）": None, "村民小组": None}),
        ["", "本页合计：4件"],
        ["填表人：周敏", None, None, "审核人："],
        ["注：本表每月底前报送。"],
        merged="B2:B3 F2:F3 D5:D6 E5:E6",
    ),
    "three_month_sheets": lambda: book(
        ("双合", [["双合村台账"], HEADINGS, row(1, "菜地积水")]),
        ("空表", []),
        (
            "青冈",
            [
                HEADINGS,
                row(1, "鱼塘漏水", **{"所属村（社区）": "青冈村"}),
                row(2, "坏行", **{"所属村（社区）": "火星村"}),
            ],
        ),
    ),
    "cover_sheet_first": lambda: book(
        ("统计", [["类别", "件数"], ["邻里", 3]]),
        ("台账", [HEADINGS, row(1, "院墙倒塌")]),
        ("去年", [["登记日期", "村庄", "诉求"], [DAY, "双合村", "井水干了"]]),
    ),
    "error_values_and_uncached_formulas": lambda: one(
        row(1, "#N/A"),
        row(2, "村名出错", **{"所属村（社区）": "#NAME?"}),
        row(3, '=A2&"水渠"'),
        row(4, "责任人出错", 责任人="=VLOOKUP(A5,名单!A:B,2,0)"),
        row("=ROW()-1", "序号不读"),
        row(6, "日期出错", 登记日期="#DIV/0!"),
    ),
    "phone_stays_in_name": lambda: one(
        row(1, "堰塘漏水", 当事人="冉大139-0000-1111、谭二（电话：0851－22334455）"),
        row(2, "猪圈异味", 当事人="冉大 1390000111", 责任人="陈立 86-13900002222"),
        row(3, "鸡舍异味", 责任人="陈立 手机:139 0000 2222"),
    ),
    "two_people_become_one": lambda: one(
        row(1, "借款未还", 当事人="申请人：冉大（13900001111）\n被申请人：谭二，男，苗族，1970年3月生，住双合村一组"),
        row(2, "合伙散伙", 当事人="冉大 谭二"),
        row(3, "地界不清", 当事人="冉大，双合村一组"),
        row(4, "竹林归属", 当事人="①冉大②谭二"),
        row(5, "坟山争议", 当事人="冉大（谭二之妻）", 涉及人数=None),
        row(6, "补偿款", 当事人="冉大、谭二等十余人", 涉及人数=None),
    ),
    "identity_number_in_text": lambda: one(
        row(1, "水渠", 责任人="陈立 522121197001010011"),
        row(2, "田埂", 化解措施="证号522121 19700101 001X，已谈"),
        row(3, "林界", 涉及人数="５２２１２１１９７００１０１００１１"),
        row(4, "路", 类别="522121700101001"),
        row(5, "编号很长", 备注="信访件520321202406030012345号、订单20240603123456"),
    ),
    "place_in_one_column": lambda: one(
        [1, DAY, "青冈村\n第二组", "冉一", "田埂争执"],
        [2, DAY, "双合第一网格", "冉一", "路争执"],
        [3, DAY, "太和镇太和社区1网格", "冉一", "楼道"],
        [4, DAY, "双合村九组", "冉一", "塘"],
        [5, DAY, "双合村1", "冉一", "井"],
        headings=PLACE,
    ),
    "group_1_is_ambiguous": lambda: one(
        row(1, "甲", 村民小组=1), row(2, "乙", 村民小组="第1"), row(3, "丙", 村民小组="1网格"), row(4, "丁", 村民小组=2)
    ),
    "headings_of_other_offices": lambda: one(
        [1, "罗某", DAY, "来访", "要求支付工资", "双合村", "周敏", "正在协调"],
        headings=[heading if heading != "属地" else "乡村名录" for heading in OTHER],
    ),
    "numbers_in_words": lambda: one(
        row(1, "三人", 涉及人数="三人"),
        row(2, "十余人", 涉及人数="十余人"),
        row(3, "约20人", 涉及人数="约20人"),
        row(4, "2户5人", 涉及人数="2户5人"),
        row(5, "3人", 涉及人数="3人"),
        row(6, "若干", 涉及人数="若干人"),
        row(7, "一段", 涉及人数="3-5人"),
        row(8, "户", 涉及人数="3户"),
    ),
    "days_since_1904": lambda: book(
        ("台账", [SHORT, [43984, "双合村", "数字"], [DAY, "双合村", "日期"], ["2024-06-03", "双合村", "文字"]]),
        since_1904=True,
    ),
    "rows_behind_a_filter": _filtered,
    "one_case_over_two_rows": lambda: one(
        row(1, "承包地", 当事人="冉大"),
        row(2, None, 当事人="谭二"),
        row(3, "下一件", 涉及人数=12),
        row(4, "再一件", 涉及人数=None),
        row(5, "同一批人", 当事人="周海", 涉及人数=7),
        row(6, "另一件", 当事人=None, 涉及人数=None),
        row(None, None, **dict.fromkeys(HEADINGS)),
        merged="I2:I3 H4:H5 G6:G7 H6:H7 A6:A8 B6:B8 I7:I8",
    ),
    "a_hidden_ledger": _hidden,
}
