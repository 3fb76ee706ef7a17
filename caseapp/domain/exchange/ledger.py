"""A row of the Excel ledger (台账) as a case history (contract §5). Pure; the same row gives the same case, always.

What each column becomes, and what is decided here beyond the contract (the events: ``ledger_events.py``):

- 来源, 类别: a word no slug stands for is ``other`` and kept as a note (``ledger_text.py``). 风险等级, 回访结果 and
  满意度 decide figures, so an unknown word there is a problem. A 类别 or 来源 that speaks of an accusation (检举控告)
  is a problem: accusations are sealed on entry and do not lie in a ledger that many read.
- 当事人 → parties: petitioners of a petition, parties of a dispute; 被申请人: … is a respondent.
- 办理层级 (when not the unit's own), 调解次数, 协议形式, 是否反弹/重复 and 备注 are kept as notes: they name no day,
  and without one there is no event. 序号, 办理期限 and 到期状态 are worked out by us and not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from caseapp.domain.exchange import ledger_words as words
from caseapp.domain.exchange.columns import HEADING_OF, NEEDED, Headings, column_of
from caseapp.domain.exchange.ledger_cells import read_headcount, read_parties
from caseapp.domain.exchange.ledger_events import events_of
from caseapp.domain.exchange.ledger_row import RowProblems, RowReader
from caseapp.domain.exchange.ledger_text import description_of, title_of
from caseapp.domain.exchange.ledger_units import UnitLookup
from caseapp.kernel.errors import N_
from caseapp.kernel.numbering import track_of_number

__all__ = ["LedgerRow", "RowProblems", "UnitLookup", "ledger_rows", "row_to_case"]

FOOT = (
    "合计", "总计", "小计", "制表", "填表", "审核", "审批", "单位负责人", "分管领导", "主要领导", "注:", "注\uff1a",
    "说明:", "说明\uff1a", "备注:", "备注\uff1a",
)  # fmt: skip
LONGEST_NUMBER = 60


@dataclass(frozen=True)
class LedgerRow:
    """A row under the headings: its number in Excel, its cells by column, the row as it was."""

    number: int
    cells: Mapping[str, object]
    values: Sequence[object]


def ledger_rows(rows: Sequence[Sequence[object]], headings: Headings) -> Iterator[LedgerRow]:
    """The rows that are cases. Passed over: empty rows, headings repeated on a later page, the foot of the sheet."""
    for index in range(headings.row + 1, len(rows)):
        values = rows[index]
        cells = {key: values[place] if place < len(values) else "" for key, place in headings.at.items()}
        if not _passed_over(cells, values):
            yield LedgerRow(index + 1, cells, values)


def _passed_over(cells: Mapping[str, object], values: Sequence[object]) -> bool:
    if all(_empty(value) for key, value in cells.items() if key != "serial"):
        return True
    if all(column_of(cells[key]) == key for key in NEEDED):
        return True
    first = next(str(value).strip() for value in values if not _empty(value))
    return first.startswith(FOOT) and _empty(cells["registered_on"]) and _empty(cells["gist"])


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def row_to_case(
    cells: Mapping[str, object],
    lookup: UnitLookup,
    row_no: int,
    *,
    today: date,
    categories: words.Vocabulary = words.CATEGORIES,
) -> dict[str, object]:
    """A row as a case of contract §4, as from JSON. ``cells`` go by the identifiers of ``columns.py``.

    Raises RowProblems with everything that is wrong with the row.
    """
    row = RowReader(cells, today)
    for key in NEEDED:
        if row.lacks(key):
            row.refuse(key, N_("this is missing (of merged cells only the first one counts)"))
    case = _head(row, lookup, categories) | {"events": events_of(row)}
    if row.problems:
        raise RowProblems(row_no, row.problems)
    case["description"] = description_of(row.texts["gist"], row.ordered_notes())
    return case


def _head(row: RowReader, lookup: UnitLookup, categories: words.Vocabulary) -> dict[str, object]:
    channel = row.slug_or_note("channel", words.CHANNELS)
    number, track = _number(row), _track(row.texts["number"], channel)
    role = "petitioner" if track == "petition" else "party"
    return {
        **({"number": number} if number else {}),
        "track": track,
        **({"petition_class": "appeal"} if track == "petition" else {}),
        "channel": channel,
        "unit": _unit(row, lookup),
        "category": _category(row, categories),
        "title": title_of(row.texts["gist"]),
        "description": "",
        "headcount": row.attempt("headcount", read_headcount, row.texts["headcount"], HEADING_OF["headcount"]) or 1,
        "risk": row.slug_or_refuse("risk", words.RISKS) or "green",
        "parties": row.attempt("parties", read_parties, row.texts["parties"], role, HEADING_OF["parties"]),
    }


def _number(row: RowReader) -> str:
    number = row.texts["number"]
    if len(number) > LONGEST_NUMBER:
        row.refuse("number", N_("the text is longer than %(limit)d characters"), limit=LONGEST_NUMBER)
    return number


def _track(number: str, channel: str) -> str:
    """By the 编号, else by the 来源, else a dispute (contract §5)."""
    return track_of_number(number) or ("petition" if channel in words.PETITION_CHANNELS else "dispute")


def _unit(row: RowReader, lookup: UnitLookup) -> str | None:
    """The unit of the row; what is said beside it of tier and history is kept as a note."""
    village, group, tier = row.texts["village"], row.texts["group"], row.texts["tier"]
    unit = row.attempt("village", lookup.place, village, group) if village else None
    if tier and (unit is None or words.TIERS.slug(tier) != lookup.tier(unit)):
        row.note("tier")
    return unit


def _category(row: RowReader, categories: words.Vocabulary) -> str:
    for key in ("category", "channel"):
        if words.fold(row.texts[key]) in words.ACCUSATIONS:
            row.refuse(key, N_("an accusation is not kept in the ledger; enter it at its own desk, which seals it"))
    return row.slug_or_note("category", categories)
