"""Reading single cells of the ledger: text, dates, numbers of people, names (contract §5)."""

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
    r"(?:(?:T|\s|上午|下午)\s*(?:\d{1,2}[:时点]).*)?[.。]?\Z"
)
SHORT_YEAR = re.compile(r"['’]?\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}[日号]?)\Z")
SEPARATORS = re.compile(r"[、,，;；\n]+")
PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1\d{10}|1\d{2}[- ]\d{4}[- ]\d{4}|0\d{2,3}-?\d{7,8})(?!\d)")
IDENTITY = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?![\dXx])")
OTHER_SIDE = re.compile(r"(?:被申请人|被反映人|被反映单位|被投诉人|被投诉单位|乙方|对方(?:当事人)?)[:\uff1a]\s*")
OWN_SIDE = re.compile(r"(?:申请人|信访人|反映人|来访人|当事人|甲方)[:\uff1a]\s*")
AND_MORE = re.compile(r"等\s*[\d一二两三四五六七八九十百余多]*\s*[人户名]*\Z")
COUNT = re.compile(r"(?:共|约|大约)?(\d{1,6})(?:余|多)?(?:人|名)?(?:次)?(?:左右|以上)?\Z")


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
    month, day = found["m"] or found["m2"] or found["m3"], found["d"] or found["d2"] or found["d3"]
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


def read_headcount(text: str, heading: str) -> int | None:
    """How many people a case concerns: 5, 5人, 约30人. Raises RuleViolation."""
    if is_blank(text):
        return None
    found = COUNT.match(fold(text))
    if not found or not 1 <= int(found[1]) <= 100_000:
        raise RuleViolation(heading, N_("%(value)s is not a number of people; write a whole number from 1"), value=text)
    return int(found[1])


def read_names(text: str) -> list[str]:
    """The people or offices a seat's cell names, without telephone numbers; each once."""
    names = []
    for piece in SEPARATORS.split(text):
        name = _bare(PHONE.sub("", piece))
        if name and not is_blank(name) and name not in names:
            names.append(name)
    return names


def _bare(name: str) -> str:
    """A name without empty brackets and the blanks people put between the characters of short names."""
    name = re.sub(r"[(\uff08]\s*(?:电话|手机|联系电话|联系方式)?[:\uff1a]?\s*[)\uff09]", "", name)
    name = re.sub(r"(?:联系电话|联系方式|电话|手机)[:\uff1a]?\s*\Z", "", name.strip())
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", name).strip(" :\uff1a/")


def read_parties(text: str, role: str, heading: str) -> list[dict[str, str]]:
    """The parties of a case: names split at 、 , ; and line breaks, a telephone number beside a name kept apart.

    被申请人: … is a respondent. An identity number is refused: the ledger is no place for it (contract §5).
    """
    if IDENTITY.search(text):
        raise RuleViolation(heading, N_("an identity number stands here; take it out, the ledger does not keep it"))
    found: list[dict[str, str]] = []
    side = role
    for piece in SEPARATORS.split(text):
        side = "respondent" if OTHER_SIDE.match(piece.strip()) else role if OWN_SIDE.match(piece.strip()) else side
        party = _party(OWN_SIDE.sub("", OTHER_SIDE.sub("", piece)), side)
        if party and party not in found:
            found.append(party)
    return found


def _party(piece: str, role: str) -> dict[str, str] | None:
    phone = PHONE.search(piece)
    name = AND_MORE.sub("", _bare(PHONE.sub("", piece)))
    if is_blank(name) or name in ("匿名", "不愿透露姓名", "群众", "匿名群众"):
        return None
    return {"role": role, "name": name} | ({"phone": re.sub(r"[- ]", "", phone[1])} if phone else {})
