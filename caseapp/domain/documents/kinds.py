"""What the papers of a case are, how many there may be, and what of a sender's name for a file is kept."""

from __future__ import annotations

import unicodedata

KINDS = ("photo", "letter", "evidence", "agreement", "voucher", "opinion", "other")
FORMS = ("picture", "pdf")
MOST_A_CASE, MOST_AT_ONCE = 40, 20
LONGEST_NAME, LONGEST_REASON = 80, 500


def plain_name(name: str) -> str:
    """The name a sender gave a file, to be read by people and to name no place: no folders, no characters that are not
    seen or that turn the line around, not too long. It is shown, and never used for a file."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    return " ".join(seen.split()).strip(". ")[:LONGEST_NAME]


def sent_name(number: str, kind: str, nth: int, ending: str) -> str:
    """The name under which a paper leaves: of the case, what it is, which one. Never the sender's."""
    safe = "".join(one if one.isascii() and one.isalnum() else "-" for one in number).strip("-")
    return f"{safe or 'case'}-{kind}-{nth}.{ending}"
