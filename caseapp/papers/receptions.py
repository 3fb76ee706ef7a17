"""Papers of receiving people: the notice of a day on which leaders do (领导接访日), the sheet of who was received on
such days, and the register of everybody who came (来访登记簿)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from caseapp.kernel.clock import chinese_day, local_day
from caseapp.office.makers import write_book
from caseapp.office.paper import Block, Paper, Sentence, Signed
from caseapp.office.worksheet import Worksheet

WEEKDAYS = "一二三四五六日"
COLUMNS = {
    "序号": 6, "接访日期": 13, "接访领导": 11, "登记编号": 20, "来访人": 16, "发生地": 18, "反映的问题": 32,
    "接待处理意见": 34, "责任人": 11, "时限": 13, "结果": 22,
}  # fmt: skip
VISITORS = {
    "序号": 6, "信访日期": 13, "登记编号": 20, "姓名": 18, "电话": 14, "地址": 18, "问题属地": 18, "人数": 7,
    "概况": 34, "接待人": 11, "去向": 22, "备注": 12, "签名": 12,
}  # fmt: skip
"""As registers at the counter have it; telephone numbers with their middle hidden, what is signed or added by hand left
empty. Numbers of identity documents are in none."""


@dataclass(frozen=True)
class NoticeFacts:
    """What stands in the notice of a day: who receives, when and where; the telephone of the office; when it was
    posted."""

    leader: str
    day: date
    begins: str
    ends: str
    place: str
    phone: str
    at: datetime


def notice_paper(organ: str, told: NoticeFacts) -> Paper:
    """The notice of a day (公示)."""
    called = f"联系电话：{told.phone}。" if told.phone else ""
    when = f"{chinese_day(told.day)}（星期{WEEKDAYS[told.day.weekday()]}）{told.begins}至{told.ends}"
    blocks: list[Block] = [
        Sentence(f"为畅通群众信访渠道，{told.leader}同志定于{when}，在{told.place}接待群众来访。"),
        Sentence("来访请携带有关材料。多人反映同一事项的，请推选代表，代表不超过五人。"),
        Sentence(f"当日不便前来的，也可以随时到镇信访办公室登记，或者通过来信、来电、网上信访反映。{called}"),
        Signed([organ, chinese_day(local_day(told.at))]),
    ]
    return Paper("领导干部接待群众来访公示", blocks, told.at, letter=True, issuer=organ)


def receptions_sheet(town: str, year: int, rows: Sequence[Sequence[object]]) -> bytes:
    """Who was received in a year (领导接访登记表) as a workbook; ``rows`` without their running number."""
    numbered = [(place, *row) for place, row in enumerate(rows, start=1)]
    title, widths = f"{town}领导接访登记表（{year}年）", list(COLUMNS.values())
    return write_book([Worksheet("领导接访", list(COLUMNS), numbered, title=title, widths=widths, fixed=2)])


def visitors_sheet(town: str, period: str, rows: Sequence[Sequence[object]]) -> bytes:
    """Who came in some days as a workbook; ``rows`` without their running number."""
    numbered = [(place, *row) for place, row in enumerate(rows, start=1)]
    title, widths = f"{town}来访登记簿（{period}）", list(VISITORS.values())
    return write_book([Worksheet("来访登记", list(VISITORS), numbered, title=title, widths=widths, fixed=2)])
