"""docs/case-histories.md says what a history holds and when it is legal: all that the code knows, and nothing else."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from caseapp.domain.cases import words
from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.law import Law
from caseapp.domain.cases.states import ROWS
from caseapp.domain.cases.transitions import CLOSED, LEFT, OPEN, RESOLVED
from caseapp.domain.exchange.casefile import HEAD_FIELDS, read_case
from tests.house.code import ROOT
from tests.rates.make import TREE

PAGE = (ROOT / "docs" / "case-histories.md").read_text(encoding="utf-8")
SLUG = re.compile(r"`([\w]+)`")
TYPES = {
    "text": "text",
    "day": "day",
    "flag": "`true`",
    "nth": "a number from 1 on",
    "unit": "unit code",
    "amended": "a value of the head",
}
GROUPS = {"open": OPEN, "resolved": RESOLVED, "closed": CLOSED, "left": LEFT, "merged": ("merged",)}


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, cell by cell."""
    text = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def said_of(kind: str, name: str) -> list[str]:
    """What the page has to say of a field."""
    spec = EVENT_FIELDS[kind][name]
    holds = TYPES.get(spec.type) or ", ".join(f"`{one}`" for one in spec.choices)
    return [f"`{kind}`", f"`{name}`", "yes" if spec.needed else "no", holds, "yes" if spec.private else "no"]


def test_every_kind_and_field_of_the_code_stands_on_the_page_and_no_other():
    rows = table("The events and their fields")
    told = [said_of(kind, name) for kind, fields in EVENT_FIELDS.items() for name in fields]
    empty = [[f"`{kind}`", "–", "", "", ""] for kind, fields in EVENT_FIELDS.items() if not fields]
    assert sorted(row[:5] for row in rows) == sorted(told + empty)
    assert [row[:2] for row in rows if row[1] != "–" and not row[5]] == []


def test_the_page_says_while_a_case_is_what_each_event_is_legal():
    rows = {row[0].strip("`"): row for row in table("When an event is legal")}
    assert set(rows) == set(EVENT_FIELDS)
    for kind, row in rows.items():
        moves = [one for one in ROWS if one.transition.event == kind]
        states = {state for move in moves for state in move.states}
        said = {state for name in row[1].split(", ") if name in GROUPS for state in GROUPS[name]}
        assert said == states, kind
        assert {move.transition.to for move in moves} <= {None, *SLUG.findall(row[2])}, kind
        assert any(move.transition.to for move in moves) == (row[2] != "–") or kind == "registered", kind


def test_the_page_names_what_the_head_of_a_case_may_hold():
    rows = {row[0].strip("`"): row for row in table("The head")}
    assert set(rows) == set(HEAD_FIELDS)
    lists = {
        "track": words.TRACKS, "petition_class": words.PETITION_CLASSES, "channel": words.CHANNELS, "risk": words.RISKS,
        "category": (*words.CATEGORIES, "own1", "own2"),
        "parties": (*Party.__dataclass_fields__, *words.PARTY_ROLES, *words.CONTACTS),
    }  # fmt: skip
    for name, expected in lists.items():
        assert sorted(SLUG.findall(rows[name][2])) == sorted(expected), name


def test_the_example_of_the_page_is_legal():
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    head, events = read_case(json.loads(example), TREE)
    assert check_history(head, events, Law(TREE), datetime(2026, 12, 1, tzinfo=UTC)).assignment.reported
