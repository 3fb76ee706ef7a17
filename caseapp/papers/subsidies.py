"""The register of subsidies for mediated cases (以案定补审核发放表), as county and town sign it."""

from __future__ import annotations

from collections.abc import Sequence

from caseapp.office.makers import write_book
from caseapp.office.worksheet import Worksheet

COLUMNS = {
    "序号": 6, "卷号": 22, "调委会": 20, "调解员": 14, "类别": 14, "等级（理由）": 30, "协议形式": 9, "协议日期": 13,
    "履行": 10, "评查": 10, "标准（元）": 11, "金额（元）": 11, "系统编号": 20, "签领": 12,
}  # fmt: skip
FORMS = {"written": "书面", "oral": "口头"}
GRADES = {"normal": "一般", "difficult": "疑难", "major": "重大"}


def subsidies_sheet(town: str, period: str, rows: Sequence[Sequence[object]], total: int) -> bytes:
    """The claims of a period as a workbook, with their sum; ``rows`` without their running number."""
    numbered: list[Sequence[object]] = [(place, *row) for place, row in enumerate(rows, start=1)]
    empty = [""] * (len(COLUMNS) - 1)
    numbered.append(["合计", *empty[:10], total, *empty[11:]])
    title, widths = f"{town}人民调解“以案定补”登记表（{period}）", list(COLUMNS.values())
    return write_book([Worksheet("以案定补", list(COLUMNS), numbered, title=title, widths=widths, fixed=2)])
