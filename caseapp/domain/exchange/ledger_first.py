"""How cells with names and numbers of people were read until version 1 of the ledger's import.

A row without a number is known again by its content. Rows that are on record as they were read then are read so again
(``actions/ledger.py``), so that a ledger taken in once adds nothing the second time. New rows are never read so.
"""

from __future__ import annotations

import re

from caseapp.domain.exchange.ledger_words import BLANKS, fold
from caseapp.kernel.errors import N_, RuleViolation

SEPARATORS = re.compile(r"[、,，;；\n]+")
PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1\d{10}|1\d{2}[- ]\d{4}[- ]\d{4}|0\d{2,3}-?\d{7,8})(?!\d)")
OTHER_SIDE = re.compile(r"(?:被申请人|被反映人|被反映单位|被投诉人|被投诉单位|乙方|对方(?:当事人)?)[:\uff1a]\s*")
OWN_SIDE = re.compile(r"(?:申请人|信访人|反映人|来访人|当事人|甲方)[:\uff1a]\s*")
AND_MORE = re.compile(r"等\s*[\d一二两三四五六七八九十百余多]*\s*[人户名]*\Z")
COUNT = re.compile(r"(?:共|约|大约)?(\d{1,6})(?:余|多)?(?:人|名)?(?:次)?(?:左右|以上)?\Z")


def headcount_at_first(text: str, heading: str) -> int | None:
    """The number of people as it was read. Raises RuleViolation."""
    if fold(text) in BLANKS:
        return None
    found = COUNT.match(fold(text))
    if not found or not 1 <= int(found[1]) <= 100_000:
        raise RuleViolation(heading, N_("%(value)s is not a number of people; write a whole number from 1"), value=text)
    return int(found[1])


def names_at_first(text: str, _heading: str) -> list[str]:
    """The names of a seat's cell as they were read."""
    names = []
    for piece in SEPARATORS.split(text):
        name = _bare(PHONE.sub("", piece))
        if name and fold(name) not in BLANKS and name not in names:
            names.append(name)
    return names


def parties_at_first(text: str, role: str, _heading: str) -> list[dict[str, str]]:
    """The parties as they were read."""
    found: list[dict[str, str]] = []
    side = role
    for piece in SEPARATORS.split(text):
        side = "respondent" if OTHER_SIDE.match(piece.strip()) else role if OWN_SIDE.match(piece.strip()) else side
        party = _party(OWN_SIDE.sub("", OTHER_SIDE.sub("", piece)), side)
        if party and party not in found:
            found.append(party)
    return found


def _bare(name: str) -> str:
    name = re.sub(r"[(\uff08]\s*(?:电话|手机|联系电话|联系方式)?[:\uff1a]?\s*[)\uff09]", "", name)
    name = re.sub(r"(?:联系电话|联系方式|电话|手机)[:\uff1a]?\s*\Z", "", name.strip())
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", name).strip(" :\uff1a/")


def _party(piece: str, role: str) -> dict[str, str] | None:
    phone = PHONE.search(piece)
    name = AND_MORE.sub("", _bare(PHONE.sub("", piece)))
    if fold(name) in BLANKS or name in ("匿名", "不愿透露姓名", "群众", "匿名群众"):
        return None
    return {"role": role, "name": name} | ({"phone": re.sub(r"[- ]", "", phone[1])} if phone else {})
