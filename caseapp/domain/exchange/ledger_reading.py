"""How the cells with people and numbers of people are read: now, and at first (``ledger_first.py``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from caseapp.domain.exchange.ledger_cells import is_blank
from caseapp.domain.exchange.ledger_first import headcount_at_first, names_at_first, parties_at_first
from caseapp.domain.exchange.ledger_names import people_told, read_people
from caseapp.domain.exchange.ledger_numbers import people_in, says_more
from caseapp.kernel.errors import N_, RuleViolation

MOST_PEOPLE = 100_000


@dataclass
class Parties:
    """The parties of a case, as in contract §4; the words of the cell that say more than their names, or ""; how many
    people these words speak of, or 0."""

    people: list[dict[str, str]]
    words: str = ""
    told: int = 0


def read_parties(text: str, role: str, heading: str) -> Parties:
    """The parties a cell names; 被申请人: … is a respondent. Raises RuleViolation (``ledger_names.py``)."""
    named = read_people(text, heading)
    people = [
        {"role": side or role, "name": name} | ({"phone": phone} if phone else {}) for side, name, phone in named.people
    ]
    return Parties(people, named.words, people_told(named.words))


def read_headcount(text: str, heading: str) -> tuple[int | None, str]:
    """How many people a case concerns, and the words when they say more than the number. Raises RuleViolation."""
    if is_blank(text):
        return None, ""
    count = people_in(text)
    if count is None or not 1 <= count <= MOST_PEOPLE:
        raise RuleViolation(heading, N_("%(value)s is not a number of people; write a whole number from 1"), value=text)
    return count, text if says_more(text) else ""


def read_names(text: str, heading: str) -> tuple[list[str], str]:
    """The people or offices a seat's cell names, each once, and the words that say more. Raises RuleViolation."""
    named = read_people(text, heading, titles=False)
    return named.names, named.words


@dataclass(frozen=True)
class Reading:
    """One way of reading the cells that name or count people."""

    parties: Callable[[str, str, str], Parties]
    headcount: Callable[[str, str], tuple[int | None, str]]
    names: Callable[[str, str], tuple[list[str], str]]


NOW = Reading(read_parties, read_headcount, read_names)
AT_FIRST = Reading(
    lambda text, role, heading: Parties(parties_at_first(text, role, heading)),
    lambda text, heading: (headcount_at_first(text, heading), ""),
    lambda text, heading: (names_at_first(text, heading), ""),
)
