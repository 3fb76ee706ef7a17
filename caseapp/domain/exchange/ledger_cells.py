"""Reading single cells of the ledger: text and dates, and which cells hold an error (contract §5)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from caseapp.domain.exchange.ledger_words import BLANKS, NOT_YET, fold
from caseapp.kernel.errors import N_, RuleViolation

LOST_DIGITS = 10**15
EARLIEST = date(1949, 10, 1)
SERIAL_ZERO = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 32_874, 73_051
WHOLE = re.compile(
    r"(?P<y>\d{4})(?:(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]?|(?P<m3>\d\d)(?P<d3>\d\d))"
    r"(?:(?:T|\s+(?:上午|下午|中午|晚上)?|上午|下午|中午|晚上)\s*\d{1,2}[:时点].*)?[.。]?\Z"
)
SHORT_YEAR = re.compile(r"['’]?\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}[日号]?)\Z")
ERROR = re.compile(
    r"\s*(?:#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA|ERROR!)"
    r"|Err:\d{3})",
    re.IGNORECASE,
)
UNCALCULATED = "#CALC! ="


def as_text(value: object, heading: str) -> str:
    """What a cell says. A number of 16 digits or more typed as a number has lost its last ones: refused."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number_text(value, heading)
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else value.isoformat(" ", "minutes")
    text = re.sub(r"_x000[dD]_", "", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\u200b\ufeff\ud800-\udfff]", "", text).strip()


def _number_text(value: float, heading: str) -> str:
    if not -LOST_DIGITS < value < LOST_DIGITS:
        raise RuleViolation(
            heading,
            N_("a number of 16 digits or more was typed as a number, and Excel has lost its last digits; "
               "set the cell to text and type it again"),
        )  # fmt: skip
    return str(int(value)) if float(value).is_integer() else repr(value)


def refuse_error(value: object, heading: str, cell: str) -> None:
    """A cell that holds an error, or a formula no program worked out, is not empty. Raises RuleViolation naming it."""
    if not isinstance(value, str) or not ERROR.match(value):
        return
    if value.startswith(UNCALCULATED):
        raise RuleViolation(
            heading,
            N_("%(cell)s holds the formula %(formula)s, which no program has worked out; open the file in Excel, save "
               "it and import it again, or write the value itself"),
            cell=cell, formula=value.removeprefix(UNCALCULATED[:-1]),
        )  # fmt: skip
    raise RuleViolation(
        heading, N_("%(cell)s shows the error %(value)s; mend its formula, or write the value itself"),
        cell=cell, value=value.strip(),
    )  # fmt: skip


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, a stroke, 无."""
    return fold(text) in BLANKS


def read_day(value: object, heading: str, today: date) -> date | None:
    """The day a date cell names; None when it is empty or says "not yet".

    Reads ``2024-06-03``, ``2024/6/3``, ``2024.6.3``, ``2024年6月3日``, Excel dates, each with or without a time, and
    the number Excel shows when a date cell lost its format (contract §5). Raises RuleViolation naming the value.
    """
    day = value if isinstance(value, date) else _day_of(value, heading)
    if isinstance(day, datetime):
        day = day.date()
    if day is None:
        return None
    if day > today:
        raise RuleViolation(heading, N_("%(value)s lies in the future; today is %(today)s"), value=day, today=today)
    if day < EARLIEST:
        raise RuleViolation(heading, N_("%(value)s lies too far back to be meant"), value=day)
    return day


def _day_of(value: object, heading: str) -> date | None:
    if isinstance(value, int | float) and FIRST_SERIAL <= value < LAST_SERIAL:
        return SERIAL_ZERO + timedelta(days=int(value))
    written = as_text(value, heading)
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", written)).strip()
    if is_blank(text) or fold(text) in NOT_YET:
        return None
    found = WHOLE.match(re.sub(r"\s*([-/.年月])\s*|\s+(?=[日号])", lambda sign: sign[1] or "", text))
    if not found:
        raise _not_a_day(written, text, heading)
    month, day = filter(None, found.group("m", "m2", "m3", "d", "d2", "d3"))
    try:
        return date(int(found["y"]), int(month), int(day))
    except ValueError:
        raise RuleViolation(heading, N_("there is no day %(value)s in the calendar"), value=written) from None


def _not_a_day(written: str, text: str, heading: str) -> RuleViolation:
    if SHORT_YEAR.match(text.replace(" ", "")):
        return RuleViolation(
            heading, N_("%(value)s: write the year with four digits, as in 2024-06-03"), value=written
        )  # fmt: skip
    return RuleViolation(heading, N_("%(value)s is not a date; write year, month and day as 2024-06-03"), value=written)
