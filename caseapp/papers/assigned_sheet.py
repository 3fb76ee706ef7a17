"""The county's sheet of what it assigned (县交办): a row an assignment, in the county's own columns."""

from __future__ import annotations

from collections.abc import Sequence

from caseapp.office.makers import write_book
from caseapp.office.worksheet import Worksheet

COLUMNS = {
    "序号": 6, "交办文号": 20, "收到": 13, "事项": 30, "要求": 24, "时限": 13, "承办": 18, "包案领导": 11, "进展": 22,
    "办结": 13, "报告文号": 18, "退回次数": 9,
}  # fmt: skip


def assigned_sheet(town: str, period: str, rows: Sequence[Sequence[object]]) -> bytes:
    """The sheet as a workbook; ``rows`` without their running number."""
    numbered = [(place, *row) for place, row in enumerate(rows, start=1)]
    title = f"{town}上级交办事项登记表（{period}）"
    widths = list(COLUMNS.values())
    return write_book([Worksheet("上级交办", list(COLUMNS), numbered, title=title, widths=widths, fixed=2)])
