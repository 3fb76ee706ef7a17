"""A small town and an invented ledger for the tests of import and export."""

from __future__ import annotations

from datetime import date

from caseapp.domain.exchange.columns import HEADINGS, KEYS
from caseapp.domain.exchange.ledger import row_to_case
from caseapp.domain.exchange.ledger_row import RowProblems
from caseapp.domain.exchange.ledger_units import UnitLookup

TODAY = date(2024, 12, 31)
UNITS = (
    ("TH", "", "town", "太和镇"),
    ("TH-SH", "TH", "village", "双合村"),
    ("TH-TH", "TH", "village", "太和村"),
    ("TH-SQ", "TH", "village", "太和社区"),
    ("TH-SH-01", "TH-SH", "group", "双合村第一组"),
    ("TH-SH-02", "TH-SH", "group", "双合村第二组"),
    ("TH-SH-12", "TH-SH", "group", "第十二组"),
    ("TH-SH-LW", "TH-SH", "group", "老屋组"),
    ("TH-SQ-01", "TH-SQ", "group", "第一网格"),
    ("TH-SQ-Z1", "TH-SQ", "group", "第一组"),
)
LOOKUP = UnitLookup(UNITS)
NEEDED = {"registered_on": "2024-06-03", "village": "双合村", "gist": "水渠堵塞"}


def case(**cells: object) -> dict[str, object]:
    """The case of a row: the needed cells and these."""
    return row_to_case(NEEDED | cells, LOOKUP, 7, today=TODAY)


def events(**cells: object) -> list[dict[str, object]]:
    """The events of a row."""
    found = case(**cells)["events"]
    assert isinstance(found, list)
    return found


def problems(**cells: object) -> list[str]:
    """What is wrong with a row."""
    try:
        case(**cells)
    except RowProblems as found:
        return found.sentences()
    return []


def sheet(*rows: dict[str, object]) -> list[list[object]]:
    """A sheet in our own columns, a title above them."""
    return [["太和镇台账"], list(HEADINGS), *([row.get(key, "") for key in KEYS] for row in rows)]
