"""Where the words of a ledger row go that have no field of their own: kept in the text, found again on export.

A word that no slug stands for, a remark, a third name in a seat: each becomes a line 〔类别：物业〕 at the end of the
description, a 化解方式 of the office's own the beginning of the evidence. Nothing in a row that is taken is lost, and
an export puts each back into its column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from caseapp.domain.exchange.columns import COLUMNS, HEADING_OF

COLON = "\uff1a"
LONGEST_TITLE, SHORTENED_TITLE = 100, 60
NO_EVIDENCE = "台账导入"
KEY_OF_HEADING = {column.heading: column.key for column in COLUMNS}
NOTE = re.compile(rf"(?:\A|\n)〔({'|'.join(map(re.escape, KEY_OF_HEADING))}){COLON}")
METHOD = HEADING_OF["method"] + COLON


def title_of(gist: str) -> str:
    """A title for a gist: the gist itself when it is short, else its first sentence or its beginning."""
    if len(gist) <= LONGEST_TITLE and "\n" not in gist:
        return gist
    sentence = re.split(r"[。；！？!?;\n]", gist, maxsplit=1)[0].strip()
    return sentence if 6 <= len(sentence) <= SHORTENED_TITLE else sentence[:SHORTENED_TITLE] + "…"


def description_of(gist: str, notes: Mapping[str, str]) -> str:
    """The description of a case: the gist when the title does not hold all of it, then the notes by column."""
    lines = [] if title_of(gist) == gist else [gist]
    lines += [f"〔{HEADING_OF[key]}{COLON}{text}〕" for key, text in notes.items()]
    return "\n".join(lines)


def gist_and_notes(title: str, description: str) -> tuple[str, dict[str, str]]:
    """The way back: the gist, and the notes by column."""
    pieces = NOTE.split(description)
    notes = {
        KEY_OF_HEADING[heading]: text.strip().removesuffix("〕")
        for heading, text in zip(pieces[1::2], pieces[2::2], strict=True)
    }
    body = pieces[0].strip()
    told = not body or body.startswith(title.removesuffix("…"))
    return (body or title) if told else f"{title}\n{body}", notes


def evidence_of(progress: str, own_method: str = "") -> str:
    """The evidence: 化解措施及进展, or 台账导入 when empty; a 化解方式 nobody knows stands before it (contract §5)."""
    evidence = progress or NO_EVIDENCE
    return f"{METHOD}{own_method}；{evidence}" if own_method else evidence


def progress_and_method(evidence: str) -> tuple[str, str]:
    """The way back: 化解措施及进展 and a 化解方式 of the office's own."""
    method = ""
    if evidence.startswith(METHOD) and "；" in evidence:
        method, _, evidence = evidence.removeprefix(METHOD).partition("；")
    return ("" if evidence == NO_EVIDENCE else evidence), method
