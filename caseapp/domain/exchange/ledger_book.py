"""The sheets of a workbook: which are ledgers, which are not read, and why (contract §5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from caseapp.domain.exchange.columns import Headings, HeadingsMissing, find_headings
from caseapp.domain.exchange.ledger_sheet import LedgerRows, Merge, ledger_rows
from caseapp.kernel.errors import N_, RuleViolation

NO_LEDGER = N_("it holds no headings of a ledger")
HIDDEN = N_("it is hidden; show it in Excel if it is to be read, or delete it")


class AnySheet(Protocol):
    """A sheet as it was read from the file."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Sequence[object]]: ...
    @property
    def merged(self) -> Sequence[Merge]: ...
    @property
    def hidden_rows(self) -> frozenset[int]: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def since_1904(self) -> bool: ...


@dataclass
class LedgerSheet:
    """A sheet that is a ledger: its headings, its rows, and the numbers of rows with cases that a filter hides."""

    name: str
    headings: Headings
    rows: LedgerRows
    title: str | None = None
    hidden_rows: list[int] = field(default_factory=list)


@dataclass
class UnreadSheet:
    """A sheet that was not read, and whether cases may be lost with it."""

    name: str
    why: RuleViolation
    is_a_ledger: bool


@dataclass
class LedgerBook:
    """The ledgers of a workbook, and its other sheets; empty ones are neither."""

    sheets: list[LedgerSheet] = field(default_factory=list)
    unread: list[UnreadSheet] = field(default_factory=list)


def read_ledgers(book: Iterable[AnySheet]) -> LedgerBook:
    """Sort out the sheets. Raises RuleViolation when none is a ledger: the nearest says what it lacks."""
    found, missing = LedgerBook(), []
    for sheet in filter(_holds_anything, book):
        try:
            _put(found, sheet)
        except HeadingsMissing as problem:
            missing += [] if sheet.hidden else [problem]
            lost = problem.looks_like_a_ledger and not sheet.hidden
            found.unread.append(UnreadSheet(sheet.name, problem if lost else RuleViolation("file", NO_LEDGER), lost))
    if not found.sheets:
        raise max(missing, key=lambda problem: len(problem.known), default=HeadingsMissing("", None))
    return found


def _holds_anything(sheet: AnySheet) -> bool:
    return any(cell not in ("", None) for row in sheet.rows for cell in row)


def _put(found: LedgerBook, sheet: AnySheet) -> None:
    """Put a ledger where it belongs: a hidden one is not read. Raises HeadingsMissing for what is no ledger."""
    headings = find_headings(sheet.rows, sheet.name)
    rows = ledger_rows(sheet.rows, headings, sheet.merged, since_1904=sheet.since_1904)
    if sheet.hidden:
        found.unread.append(UnreadSheet(sheet.name, RuleViolation("file", HIDDEN), bool(rows.cases)))
        return
    filtered = [row.number for row in rows.cases if row.number in sheet.hidden_rows]
    found.sheets.append(LedgerSheet(sheet.name, headings, rows, _title(sheet.rows, headings), filtered))


def _title(rows: Sequence[Sequence[object]], headings: Headings) -> str | None:
    above = [str(cell).strip() for cell in rows[0] if cell not in (None, "")] if headings.row else []
    return above[0] if len(above) == 1 else None
