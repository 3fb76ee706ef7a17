"""What an Excel column of the ledger (台账) means: our headings in export order, how others spell them (contract §5).

Columns about a person rather than the case are never taken (contract §5; least data, 个人信息保护法 art. 6): they are
found by what their heading says, named in the import's report, and left out of the error workbook too. A column that
says when a case was closed (办结日期, 答复日期) is no 化解日期: 办结 is not 化解. It is reported as not taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from caseapp.kernel.errors import N_, RuleViolation


@dataclass(frozen=True)
class Column:
    """One column: its identifier in the code, our heading, common other spellings, its width in characters."""

    key: str
    heading: str
    spellings: tuple[str, ...] = ()
    width: float = 10


def _column(key: str, heading: str, width: float, spellings: str) -> Column:
    return Column(key, heading, tuple(spellings.split()), width)


COLUMNS = (
    _column("serial", "序号", 6, "序 编次 No"),
    _column("number", "编号", 20, "案件编号 信访编号 登记编号 受理编号 纠纷编号 信访件编号 案号"),
    _column(
        "registered_on",
        "登记日期",
        12,
        "登记时间 受理日期 受理时间 日期 时间 收件日期 排查日期 排查时间 信访日期 信访时间 首次信访时间 来访日期 "
        "来访时间 上报日期 上报时间",
    ),
    _column("channel", "来源", 11, "信访形式 信访方式 信访渠道 来源渠道 来源方式 线索来源 信访来源 纠纷来源 渠道"),
    _column(
        "village",
        "所属村(社区)",
        13,
        "所属村 村 社区 村/社区 村社区 村居 村(居) 所属村居 所在村 所在村(社区) 所属村/社区 所属社区 村名 行政村 "
        "村别 排查区域 排查区域/单位 属地 问题属地 所属属地 属地村 属地村(社区) 村组 村/组 村(组) 所属村组 所在村组 "
        "村组名称 所属地 所属区域 辖区 所属辖区 事发地 事发地点 发生地 发生地点 纠纷发生地",
    ),
    _column(
        "group",
        "村民小组/网格",
        14,
        "村民小组 小组 组 组别 网格 所属组 所属小组 所属网格 组/网格 所在组 所在网格 小组/网格",
    ),
    _column(
        "category",
        "类别",
        13,
        "类型 纠纷类型 矛盾类型 矛盾纠纷类型 矛盾纠纷类别 纠纷类别 信访类别 信访类型 案件类别 案件类型 事项类别 "
        "问题类别 问题类型",
    ),
    _column("risk", "风险等级", 10, "风险 等级 风险级别 风险程度 风险评估 级别"),
    _column(
        "parties",
        "当事人",
        16,
        "信访人 信访人姓名 当事人姓名 姓名 来访人 来访人姓名 反映人 反映人姓名 当事人双方 双方当事人 纠纷双方 申请人",
    ),
    _column("headcount", "涉及人数", 10, "人数 集访人数 涉事人数 涉及人员数 来访人数 信访人数 参与人数"),
    _column(
        "gist",
        "诉求/纠纷简要",
        44,
        "诉求 简要 诉求简要 纠纷简要 诉求概述 信访诉求 主要诉求 诉求内容 诉求/纠纷概述 诉求及纠纷简要 "
        "纠纷简要情况 纠纷概况 矛盾纠纷简要 矛盾纠纷概况 矛盾纠纷基本情况 反映事项 反映问题 反映内容 信访事项 "
        "信访内容 信访事由 事由 主要问题 主要内容 内容 案情简介 简要案情 简要情况 基本情况 问题描述",
    ),
    _column("tier", "办理层级", 10, "层级 办理级别 调处层级 化解层级"),
    _column(
        "lead",
        "包案领导",
        12,
        "责任领导 责任领导姓名 包案领导及联系方式 责任领导及联系方式 包案领导姓名 包保领导 领办领导",
    ),
    _column("dept", "责任站所", 13, "责任部门 责任单位 承办单位 承办部门 牵头单位 牵头部门 办理单位 主办单位"),
    _column(
        "liaison",
        "责任人",
        12,
        "责任人及联系方式 责任人员 具体责任人 责任人姓名 专办工作人员 专办工作人员及联系方式 承办人 经办人 办理人 "
        "责任干部 驻村干部",
    ),
    _column("mediations", "调解次数", 9, "调处次数"),
    _column(
        "progress",
        "化解措施及进展",
        40,
        "化解措施 化解过程 化解过程简述 化解情况 化解进展 化解措施及进展情况 进展 进展情况 办理进展 工作进展 "
        "措施及进展 工作措施 工作措施及进展 本月工作情况 目前状况 办理情况 办理结果 处理情况 处理结果 调处情况 "
        "调处结果 调解情况 答复情况",
    ),
    _column("due_on", "办理期限", 12, "期限 办结期限 化解期限 办理时限 化解时限 限办日期 到期日期"),
    _column("light", "到期状态", 10, "期限状态 时限状态"),
    _column("resolved_on", "化解日期", 12, "化解时间 化解完成时间 化解完成日期 调解成功日期"),
    _column("method", "化解方式", 12, "化解方法 化解形式 化解推进方法 化解途径"),
    _column("agreement", "协议形式", 10, "协议 协议类型 调解协议 协议书"),
    _column("visited_on", "首次回访日期", 13, "回访日期 回访时间 首次回访时间 首次回访"),
    _column("visit_result", "回访结果", 11, "回访情况 首次回访结果 回访反馈"),
    _column("score", "满意度", 9, "满意情况 满意程度 满意度评价 群众满意度 群众评价 评价 是否满意"),
    _column("again", "是否反弹/重复", 13, "是否反弹 是否重复 反弹/重复 反弹 重复 是否重复信访 是否重访 重复信访"),
    _column("state", "状态", 12, "化解状态 办理状态 案件状态 当前状态 是否化解"),
    _column("remarks", "备注", 20, "备 说明 备注说明 其他说明"),
)
HEADINGS = tuple(column.heading for column in COLUMNS)
KEYS = tuple(column.key for column in COLUMNS)
WIDTHS = tuple(column.width for column in COLUMNS)
HEADING_OF = {column.key: column.heading for column in COLUMNS}
NEEDED = ("registered_on", "village", "gist")
PROBLEM = "问题"
SEARCHED_ROWS = 40
LEDGER_LIKE = 5
VAGUE = ("姓名", "日期", "时间", "说明", "评价", "内容", "类型", "级别", "等级", "编号", "人数")

CONTROLS = "进京|赴京|到京|赴省|进省|越级|非访|非正常|缠访|闹访|信访史|上访史|稳控|管控|盯防|监控"
"""Headings of what tracks or controls people, which no paper here has."""
FORBIDDEN = re.compile(
    f"{CONTROLS}|信访次数|上访次数|来访次数|监护|身份证|证件号|护照|户籍|户口|居住地|住址|重点人|重点对象|个人风险|现实表现|思想动态|情绪|"
    "行踪|轨迹|去向|动向|亲属|家庭成员|家庭情况|家庭背景|社会关系|政治面貌|民族|宗教|性别|年龄|出生|前科|犯罪|"
    "吸毒|训诫|拘留|精神|病史|健康|银行|微信|车牌"
)


@dataclass(frozen=True)
class Headings:
    """Where the columns of a sheet are.

    ``row`` is the index of the last heading row, ``at`` the place of each column we take, ``forbidden`` and ``unknown``
    the headings of columns that are not taken; ``names`` is the heading over every column, ``dropped`` the places that
    an error workbook leaves out (forbidden columns and an older 问题).
    """

    row: int
    at: dict[str, int]
    forbidden: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    dropped: frozenset[int] = frozenset()


def plain(heading: object) -> str:
    """A heading without what people add to it: spaces, line breaks, full-width signs, a star for "needed"."""
    text = unicodedata.normalize("NFKC", str("" if heading is None else heading))
    text = re.sub(r"[\s\u200b\ufeff*★:。.]+", "", text)
    return re.sub(r"[、\\|]", "/", text).casefold()


def _spellings() -> dict[str, str]:
    known = {plain(spelling): column.key for column in COLUMNS for spelling in column.spellings}
    return known | {plain(column.heading): column.key for column in COLUMNS}


KEY_OF = _spellings()


def column_of(heading: object) -> str | None:
    """The column a heading stands for; a remark in brackets behind it is overlooked, as in 涉及人数(人)."""
    text = plain(heading)
    return KEY_OF.get(text) or KEY_OF.get(re.sub(r"[(\[〔【].*?[)\]〕】]", "", text))


def is_forbidden(heading: object) -> bool:
    """Whether a column is about a person rather than the case (contract §5)."""
    return plain(heading) not in KEY_OF and bool(FORBIDDEN.search(plain(heading)))


class HeadingsMissing(RuleViolation):
    """A sheet without the headings that are needed: what is missing, what was found, what is read for it."""

    def __init__(self, sheet: str, best: Headings | None) -> None:
        best = best or Headings(0, {})
        self.known = set(best.at)
        missing = [column for column in COLUMNS if column.key in NEEDED and column.key not in self.known]
        super().__init__(
            "file",
            N_("no row of sheet %(sheet)s holds the headings that are needed: %(missing)s. Headings found: %(found)s. "
               "What is read: %(spellings)s"),
            sheet=sheet or "1", missing="、".join(column.heading for column in missing),
            found="、".join(filter(None, best.names)) or "—",
            spellings="；".join(f"{one.heading}\uff08{'、'.join(one.spellings)}\uff09" for one in missing),
        )  # fmt: skip

    @property
    def looks_like_a_ledger(self) -> bool:
        """Whether the sheet is a ledger that lacks a heading, rather than a cover or a table of sums."""
        return len(self.known & set(NEEDED)) >= 2 or len(self.known) >= LEDGER_LIKE


def find_headings(rows: Sequence[Sequence[object]], sheet: str = "") -> Headings:
    """Find the headings; rows above them are passed over (contract §5), headings in two rows are read as one.

    Raises HeadingsMissing.
    """
    best: Headings | None = None
    for index in range(min(len(rows), SEARCHED_ROWS)):
        for depth in (2, 1):
            found = _read(rows, index, depth)
            if found is None:
                continue
            if all(key in found.at for key in NEEDED):
                return found
            if best is None or len(found.at) > len(best.at):
                best = found
    raise HeadingsMissing(sheet, best)


def _read(rows: Sequence[Sequence[object]], index: int, depth: int) -> Headings | None:
    upper = [str("" if cell is None else cell).strip() for cell in rows[index]]
    if depth == 1:
        return _sorted_out(index, upper, upper)
    if index + 1 >= len(rows):
        return None
    lower = [str("" if cell is None else cell).strip() for cell in rows[index + 1]]
    return _sorted_out(index + 1, *_joined(upper, lower)) if _continues(upper, lower) else None


def _continues(upper: list[str], lower: list[str]) -> bool:
    """Whether a row goes on with the headings of the row above it, as where 化解 stands over 日期 and 方式."""
    known = [bool(column_of(cell)) or is_forbidden(cell) for cell in lower if cell]
    if not any(map(column_of, upper)) or not any(map(column_of, lower)):
        return False  # a title over the headings is no group
    if 2 * sum(known) < len(known):
        return False
    needed = (below for above, below in zip(upper, lower, strict=False) if column_of(above) in NEEDED)
    return all(map(column_of, filter(None, needed)))


def _joined(upper: list[str], lower: list[str]) -> tuple[list[str], list[str]]:
    """The heading of each column and of the group over it. A merged group stands in its first column alone.

    Under a group, 姓名 or 日期 says nothing by itself: 回访 over 日期 is 回访日期, 包案领导 over 姓名 is 包案领导姓名.
    """
    names, groups, group = [], [], ""
    for above, below in zip_longest(upper, lower, fillvalue=""):
        group = above or (group if below else "")
        whole = group + below if below != group else below
        names.append(whole if below and (column_of(whole) or plain(below) in VAGUE) else below or above)
        groups.append(group)
    return names, groups


def _sorted_out(row: int, names: list[str], groups: list[str]) -> Headings:
    at: dict[str, int] = {}
    forbidden, unknown, dropped = [], [], set()
    for place in sorted(range(len(names)), key=lambda place: (names[place] not in HEADINGS, place)):
        name, key = names[place], column_of(names[place])
        if is_forbidden(name) or is_forbidden(groups[place]):
            forbidden.append(place)
        elif name == PROBLEM:
            dropped.add(place)
        elif key and key not in at:
            at[key] = place
        elif name:
            unknown.append(place)
    shown = tuple(_in_group(groups[place], names[place]) for place in sorted(forbidden))
    others = tuple(names[place] for place in sorted(unknown))
    return Headings(row, at, shown, others, tuple(names), frozenset(dropped | set(forbidden)))


def _in_group(group: str, name: str) -> str:
    return name if group in ("", name) or is_forbidden(name) else f"{group}/{name}"
