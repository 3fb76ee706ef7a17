"""The glossary has every word the code stores, under its own heading, and no word the code does not know."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import pytest

from caseapp.domain.cases import words
from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.snapshot import STANDING
from caseapp.domain.cases.transitions import STATES
from caseapp.domain.deadlines.rules import KINDS
from caseapp.domain.documents.kinds import KINDS as PAPER_KINDS
from caseapp.domain.issuing.kinds import KINDS as LETTERS
from caseapp.domain.issuing.kinds import STATES as LETTER_STATES
from caseapp.domain.org.chronicle import KINDS as UNIT_CHANGES
from caseapp.domain.org.office import DEFAULT
from caseapp.domain.people.roles import ABSENCE_KINDS
from caseapp.domain.queue.rules import KINDS as RECORD_KINDS
from caseapp.domain.rates import county
from caseapp.domain.rates.formulas import APART, LINES, RATES
from caseapp.domain.supervision.sheets import GROUNDS
from caseapp.domain.supervision.sheets import STATES as SHEET_STATES
from caseapp.domain.teams.seats import SEATS
from tests.house.code import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
ENTRY = re.compile(r"\|\s*([^|\s][^|]*)\|\s*`(\w+)`[^|]*\|\s*([^|\s][^|]*)\|")
SECTIONS: dict[str, Iterable[str]] = {
    "Events": EVENT_FIELDS,
    "States": STATES,
    "Standings": STANDING.values(),
    "Seats": SEATS,
    "Due items": KINDS,
    "Lines": LINES,
    "Rates": RATES,
    "Figures apart": APART,
    "What the county asks for": (*county.COUNTS, *county.RATES),
    "Supervision grounds": GROUNDS,
    "Supervision states": SHEET_STATES,
    "Papers": PAPER_KINDS,
    "Letters": LETTERS,
    "Letter states": LETTER_STATES,
    "Absences": ABSENCE_KINDS,
    "Changes of units": UNIT_CHANGES,
    "Records of a phone": RECORD_KINDS,
    "Notices": words.NOTICES,
    "Ways of service": words.SERVICE_WAYS,
    "Ladder": DEFAULT.ladder(date(2026, 1, 1)),
}


def entries(text: str) -> dict[str, list[str]]:
    """The identifiers under each heading, those alone that have a term and a meaning."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    heading = ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line[3:].strip()
        if entry := ENTRY.fullmatch(line.strip()):
            found[heading].append(entry[2])
    return found


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_word_of_the_code_stands_in_the_glossary_once(heading: str) -> None:
    told = entries(GLOSSARY.read_text(encoding="utf-8"))[heading]
    assert sorted(told) == sorted(set(SECTIONS[heading])), f'mend the section "{heading}" of docs/glossary.md'


def test_an_entry_needs_a_term_and_a_meaning() -> None:
    text = "## Seats\n| 术语 | Identifier | Meaning |\n| 甲 | `lead` | leads |\n|  | `dept` | x |\n| 乙 | `grid` |  |"
    assert entries(text) == {"Seats": ["lead"]}
