"""Each difference that the texts make is met: often by chance, at least once by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from tests.conftest import NOW
from tests.recount.edges import lines as by_hand
from tests.recount.histories import write_cases
from tests.recount.one_case import Story, days
from tests.recount.pure import TIERS, TREE
from tests.recount.rates import Window
from tests.recount.recount import days_of
from tests.recount.sentences import COUNTY, OVERDUE, RATES

SENTENCES = RATES | COUNTY | OVERDUE
ONLY_SUGGESTIONS = {name for name in SENTENCES if "suggestion" in name}
EVEN_THE_DEAD = {name for name in SENTENCES if "merged" in name or "voided" in name or "of a matter" in name}


def months_of(one: Story) -> set[tuple[int, int]]:
    """The months in which something happens to a case or its handling falls due, and one after them."""
    when = [*(event.on for event in one.events), one.due_in_a_rate()]
    return {(day.year, day.month) for day in (*when, max(when) + days(31))}


def met(lines: list[dict[str, Any]], months: set[tuple[int, int]] | None = None) -> Counter[str]:
    """How often each sentence is met by some cases, month by month."""
    found: Counter[str] = Counter()
    for line in lines:
        one = Story(line, NOW, TIERS)
        for month in months or months_of(one):
            window = Window([one], *days_of(*month))
            concerned = [name for name in SENTENCES if concerns(name, one, window.end)]
            found.update(name for name in concerned if SENTENCES[name](one, window))
    return found


def concerns(name: str, one: Story, end: date) -> bool:
    """Whether a sentence speaks of such a case at all: the dead and suggestions are in few sets."""
    if one.is_accusation or one.registered > end or (one.excluded and name not in EVEN_THE_DEAD):
        return False
    return not one.is_suggestion or name in ONLY_SUGGESTIONS | EVEN_THE_DEAD


def test_every_sentence_is_met_by_hand():
    found = met(by_hand(), {(2024, month) for month in range(1, 10)} | {(2025, 1)})
    assert set(SENTENCES) == set(found), set(SENTENCES) - set(found)


def test_most_sentences_are_met_by_chance():
    found = met([line for batch in (0, 1) for line in write_cases(batch, 100, TREE)])
    assert len(found) >= 0.85 * len(SENTENCES), set(SENTENCES) - set(found)
