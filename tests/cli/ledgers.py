"""Small invented ledgers as workbooks."""

from __future__ import annotations

from caseapp.domain.exchange.columns import HEADINGS, KEYS
from caseapp.office.xlsx import write_sheet

GOOD = {"registered_on": "2026-10-03", "village": "双合村", "gist": "水渠堵塞"}


def ledger(*rows: dict[str, object]) -> bytes:
    """A workbook in the columns of the export, a title above them."""
    return write_sheet(HEADINGS, [[row.get(key, "") for key in KEYS] for row in rows], title="太和镇台账")
