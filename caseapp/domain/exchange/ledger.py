"""A row of the Excel ledger (台账) as a case history (contract §5). Pure; the same row gives the same case, always.

What each column becomes, and what is decided here beyond the contract (the events: ``ledger_events.py``):

- 来源, 类别: a word no slug stands for is ``other`` and kept as a note (``ledger_text.py``). 风险等级, 回访结果 and
  满意度 decide figures, so an unknown word there is a problem. A 类别 or 来源 that speaks of an accusation (检举控告)
  is a problem: accusations are sealed on entry and do not lie in a ledger that many read.
- 当事人 → parties: petitioners of a petition, parties of a dispute; 被申请人: … is a respondent (``ledger_names.py``).
  等3人 is the 涉及人数 where that is empty. Words that say more than the names and the number are kept as notes.
- 办理层级 (when not the unit's own), 调解次数, 协议形式, 是否反弹/重复 and 备注 are kept as notes: they name no day,
  and without one there is no event. 序号, 办理期限 and 到期状态 are worked out by us and not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from caseapp.domain.exchange import ledger_words as words
from caseapp.domain.exchange.columns import HEADING_OF, NEEDED
from caseapp.domain.exchange.ledger_events import events_of
from caseapp.domain.exchange.ledger_reading import AT_FIRST, NOW, Parties, Reading
from caseapp.domain.exchange.ledger_row import RowProblems, RowReader
from caseapp.domain.exchange.ledger_sheet import LedgerRow
from caseapp.domain.exchange.ledger_text import description_of, title_of
from caseapp.domain.exchange.ledger_units import UnitLookup
from caseapp.kernel.errors import N_
from caseapp.kernel.numbering import is_of_accusation, track_of_number

LONGEST_NUMBER = 60
NOT_HERE = N_("an accusation is not kept in the ledger; enter it at its own desk, which seals it")


def case_of(
    row: LedgerRow, lookup: UnitLookup, today: date, categories: words.Vocabulary = words.CATEGORIES
) -> dict[str, object]:
    """The case of a row. Raises RowProblems, also for how the row is laid out (``ledger_sheet.py``)."""
    problems = list(row.problems)
    try:
        case = row_to_case(row.cells, lookup, row.number, today=today, categories=categories, names=row.names)
    except RowProblems as found:
        problems += found.problems
    if problems:
        raise RowProblems(row.number, problems)
    return case


def case_at_first(
    row: LedgerRow, lookup: UnitLookup, today: date, categories: words.Vocabulary = words.CATEGORIES
) -> dict[str, object] | None:
    """The case a row was when ledgers were read as at first (``ledger_first.py``); None when it was refused."""
    try:
        return row_to_case(row.first, lookup, row.number, today=today, categories=categories, reading=AT_FIRST)
    except RowProblems:
        return None


def row_to_case(
    cells: Mapping[str, object],
    lookup: UnitLookup,
    row_no: int,
    *,
    today: date,
    categories: words.Vocabulary = words.CATEGORIES,
    reading: Reading = NOW,
    names: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """A row as a case of contract §4, as from JSON. ``cells`` and ``names`` go by the identifiers of ``columns.py``.

    Raises RowProblems with everything that is wrong with the row.
    """
    row = RowReader(cells, today, reading, names)
    for key in NEEDED:
        if row.lacks(key):
            row.refuse(key, N_("this is missing"))
    case = _head(row, lookup, categories) | {"events": events_of(row)}
    if row.problems:
        raise RowProblems(row_no, row.problems)
    case["description"] = description_of(row.texts["gist"], row.ordered_notes())
    return case


def _head(row: RowReader, lookup: UnitLookup, categories: words.Vocabulary) -> dict[str, object]:
    channel = row.slug_or_note("channel", words.CHANNELS)
    number, track = _number(row), _track(row.texts["number"], channel)
    parties = _parties(row, "petitioner" if track == "petition" else "party")
    return {
        **({"number": number} if number else {}),
        "track": track,
        **({"petition_class": "appeal"} if track == "petition" else {}),
        "channel": channel,
        "unit": _unit(row, lookup),
        "category": _category(row, categories),
        "title": title_of(row.texts["gist"]),
        "description": "",
        "headcount": _headcount(row) or parties.told or 1,
        "risk": row.slug_or_refuse("risk", words.RISKS) or "green",
        "parties": parties.people,
    }


def _parties(row: RowReader, role: str) -> Parties:
    """The parties; words that say more than their names are kept as a note."""
    heading = HEADING_OF["parties"]
    parties = row.attempt("parties", row.reading.parties, row.texts["parties"], role, heading) or Parties([])
    if parties.words:
        row.note("parties", parties.words)
    return parties


def _headcount(row: RowReader) -> int | None:
    """The number of people; words that say more than the number are kept as a note."""
    told = row.attempt("headcount", row.reading.headcount, row.texts["headcount"], HEADING_OF["headcount"])
    count, said = told or (None, "")
    if said:
        row.note("headcount", said)
    return count


def _number(row: RowReader) -> str:
    number = row.texts["number"]
    if len(number) > LONGEST_NUMBER:
        row.refuse("number", N_("the text is longer than %(limit)d characters"), limit=LONGEST_NUMBER)
    if is_of_accusation(number):
        row.refuse("number", NOT_HERE)
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
            row.refuse(key, NOT_HERE)
    return row.slug_or_note("category", categories)
