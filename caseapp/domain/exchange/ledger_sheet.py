"""The rows of a sheet as their author meant them: merged cells carried down, sums and signatures passed over.

A merged cell speaks for each row it covers: three rows beside one 双合村 are all of that village. Two columns do not
carry, because they are the case itself: rows under one 编号 or one 诉求 are one case over several rows, which is
refused, for nobody knows which of their other cells belong together. A 涉及人数 over several rows counts them together
or each, so it carries only where the same people stand in them. A row that holds nothing of its own is part of the row
above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from caseapp.domain.exchange.columns import HEADING_OF, NEEDED, Headings, column_of
from caseapp.domain.exchange.ledger_cells import FIRST_SERIAL, LAST_SERIAL
from caseapp.domain.exchange.ledger_row import DAYS, UNREAD
from caseapp.domain.exchange.ledger_words import fold
from caseapp.kernel.errors import N_, RuleViolation

Merge = tuple[tuple[int, int], tuple[int, int]]

ONCE = ("number", "gist")
ZERO_1904, DAYS_BETWEEN = date(1904, 1, 1), 1462
TOTAL = re.compile(r"[\u3400-\u9fff\d.年月日-]{0,12}?(?:合计|总计|小计|共计|累计|总数)(?:[:\uff1a(\uff08\d共].*)?\Z")
SIGNED = re.compile(
    r".{0,12}?(?:签字|签名|签章|盖章|公章|审核|审批|审签|制表|填表|填报|报送|报表|统计人|经办人|负责人|分管领导|主要领导|镇长|书记|"
    r"主任|所长|联系人|联系电话|单位)[^:\uff1a]{0,12}[:\uff1a]"
)
FOOT = re.compile(r"(?:制表|填表|审核|审批|单位负责人|分管领导|主要领导|(?:注|说明|备注|填表说明|附注)[:\uff1a\d])")
COUNT = re.compile(r"共?\d+(?:\.\d+)?[件起人条户宗个]?.{0,8}\Z")


@dataclass(frozen=True)
class LedgerRow:
    """A row under the headings that is a case: its number in Excel, its cells by column, all its cells, the cells as
    they stood before anything was carried down, the name of each cell, and what is wrong with how it is laid out."""

    number: int
    cells: Mapping[str, object]
    values: Sequence[object]
    first: Mapping[str, object] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[RuleViolation, ...] = ()


@dataclass
class LedgerRows:
    """The rows of a sheet: the cases, and the numbers of sums, signatures and notes that were passed over."""

    cases: list[LedgerRow] = field(default_factory=list)
    passed_over: list[int] = field(default_factory=list)


def ledger_rows(
    rows: Sequence[Sequence[object]], headings: Headings, merged: Sequence[Merge] = (), *, since_1904: bool = False
) -> LedgerRows:
    """The rows that are cases. Passed over: empty rows, headings repeated on a later page, sums, signatures, notes."""
    carried = _Carried(rows, headings, merged)
    found = LedgerRows()
    for index in range(headings.row + 1, len(rows)):
        values = _dated(carried.rows[index], headings) if since_1904 else carried.rows[index]
        cells = _by_column(values, headings)
        if _says_nothing(cells) or all(column_of(cells[key]) == key for key in NEEDED) or carried.belongs_above(index):
            continue
        if _is_foot(cells, values):
            found.passed_over.append(index + 1)
            continue
        names = {key: f"{letters(place)}{index + 1}" for key, place in headings.at.items()}
        first = _by_column(rows[index], headings)
        found.cases.append(LedgerRow(index + 1, cells, values, first, names, tuple(carried.problems(index))))
    return found


def letters(place: int) -> str:
    """The letters of a column counted from 0: A, Z, AA."""
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(65 + last)


def _by_column(values: Sequence[object], headings: Headings) -> dict[str, object]:
    return {key: values[place] if place < len(values) else "" for key, place in headings.at.items()}


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _says_nothing(cells: Mapping[str, object]) -> bool:
    """Whether a row is empty in every column that is read; a number in 序号 or a formula in 到期状态 makes no case."""
    return all(_empty(value) for key, value in cells.items() if key not in UNREAD) and not _is_text(cells.get("serial"))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not re.fullmatch(r"[\d.、]*", value.strip())


def _is_foot(cells: Mapping[str, object], values: Sequence[object]) -> bool:
    """Whether a row is a sum, a signature or a note: it begins like one, and holds neither a day nor a matter."""
    filled = [value for value in values if not _empty(value)]
    texts = [fold(value) for value in filled if _is_text(value)]
    day, gist = cells["registered_on"], fold(cells["gist"])
    if not texts or _is_a_day(day, texts[0]):
        return False
    if not gist and len(filled) == 1 and _empty(day):
        return True
    return _begins_like_a_foot(texts[0], gist)


def _is_a_day(day: object, first: str) -> bool:
    """Whether a cell for a day holds one, and not the words the row begins with."""
    return not _empty(day) and (not isinstance(day, str) or fold(day) != first)


def _begins_like_a_foot(first: str, gist: str) -> bool:
    if TOTAL.match(first):
        return gist in ("", first) or bool(COUNT.match(gist))
    if SIGNED.match(first) or FOOT.match(first):
        return not gist or bool(SIGNED.match(gist))
    return False


def _dated(values: Sequence[object], headings: Headings) -> list[object]:
    """The row with days that are bare numbers as days: in a workbook that counts from 1904 they count from there."""
    dated = list(values)
    for key in (*DAYS, "due_on"):
        place = headings.at.get(key, len(dated))
        value = dated[place] if place < len(dated) else ""
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        if FIRST_SERIAL - DAYS_BETWEEN <= value < LAST_SERIAL - DAYS_BETWEEN:
            dated[place] = ZERO_1904 + timedelta(days=int(value))
    return dated


class _Carried:
    """The rows with merged cells carried down, and what that says about them."""

    def __init__(self, rows: Sequence[Sequence[object]], headings: Headings, merged: Sequence[Merge]) -> None:
        self.rows = [list(row) for row in rows]
        self.headings = headings
        self.over: dict[int, dict[str, tuple[int, int]]] = {}
        key_at = {place: key for key, place in headings.at.items()}
        for top, bottom, place in _columns_of(merged, headings.row, len(rows)):
            value = self.rows[top][place] if place < len(self.rows[top]) else ""
            for index in range(top, bottom + 1):
                row = self.rows[index]
                row += [""] * (place + 1 - len(row))
                row[place] = value
                if place in key_at and not _empty(value):
                    self.over.setdefault(index, {})[key_at[place]] = (top, bottom)

    def _own(self, index: int) -> list[str]:
        """The columns in which a row says something of its own, not carried from above."""
        cells, over = _by_column(self.rows[index], self.headings), self.over.get(index, {})
        from_above = {key for key, (top, _bottom) in over.items() if top < index}
        return [key for key, value in cells.items() if key not in (*UNREAD, *from_above) and not _empty(value)]

    def belongs_above(self, index: int) -> bool:
        """Whether all a row says is carried from the row above."""
        return index in self.over and not self._own(index)

    def problems(self, index: int) -> Iterator[RuleViolation]:
        """What makes a row uncertain: it shares with others what is the case itself, or a number of people."""
        over = self.over.get(index, {})
        for key in ONCE:
            if key in over and self._shared(*over[key]):
                yield RuleViolation(
                    HEADING_OF[key],
                    N_("this is merged over rows %(first)d to %(last)d, which say different things; one case is one "
                       "row: unmerge the cells, and write each case in one row"),
                    first=over[key][0] + 1, last=over[key][1] + 1,
                )  # fmt: skip
        count, people = over.get("headcount"), over.get("parties", (index, index))
        if count and self._shared(*count) and not people[0] <= count[0] <= count[1] <= people[1]:
            yield RuleViolation(
                HEADING_OF["headcount"],
                N_("this is merged over rows %(first)d to %(last)d; write in each row how many people it concerns"),
                first=count[0] + 1, last=count[1] + 1,
            )  # fmt: skip

    def _shared(self, top: int, bottom: int) -> bool:
        return any(self._own(index) for index in range(top + 1, bottom + 1))


def _columns_of(merged: Sequence[Merge], above: int, height: int) -> Iterator[tuple[int, int, int]]:
    """First row, last row and column of each merged cell over several rows under the headings, none overlapping."""
    last: dict[int, int] = {}
    for (top, left), (bottom, _right) in sorted((tuple(start), tuple(end)) for start, end in merged):
        end = min(bottom, height - 1)
        if above < top < end and top > last.get(left, -1):
            last[left] = end
            yield top, end, left
