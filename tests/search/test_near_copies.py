"""The hint on near-copies of real petitions: how many hints are right (precision), how many matters are found (recall).

Half of the petitions are logged in one village; copies of them, changed, are typed, and as many beginnings, summaries
and texts of the other half, which was never logged. The texts are personal data: nothing of them is printed.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from caseapp.actions.cases import RegisterCase, register
from caseapp.actions.context import Ctx
from caseapp.db import unit_of_work
from caseapp.domain.search.grams import grams
from caseapp.domain.search.likeness import ALIKE, SURE, Typed
from caseapp.domain.search.queries import similar
from caseapp.web.cases.forms import first_sentence
from tests.cases.make import head
from tests.search.near_copies import CHANGES
from tests.sizes import many

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real-petitions.csv"
TYPED_EACH, SAME = many(24, 60), 0.45
GROUPS = ("TH-SH-01", "TH-SH-02")

pytestmark = pytest.mark.slow(seconds=40)


class Told(NamedTuple):
    """What was typed in which way, and each hint: its score and whether it is right. ``logged``: it should be found."""

    kind: str
    logged: bool
    hints: list[tuple[float, bool]]


def petitions() -> list[dict[str, str]]:
    """The real petitions in an order of chance."""
    if not SHARED.exists():
        pytest.skip("the shared petitions are not there")
    with SHARED.open(encoding="utf-8-sig") as file:
        found = list(csv.DictReader(file))
    random.Random(1).shuffle(found)
    return found


def typings(logged: list[dict[str, str]], new: list[dict[str, str]]) -> Iterator[tuple[str, bool, dict[str, str], str]]:
    """What is typed: changed copies of matters there are, and as much of matters there are not."""
    for kind, change in CHANGES.items():
        for one in logged[:TYPED_EACH]:
            yield kind, True, one, change(one["text"], random.Random(one["id"]))
    for one in logged[:TYPED_EACH]:
        yield "summed up by somebody else", True, one, one["subject"]
    kinds = [
        ("its text", None),
        ("the first sentence", CHANGES["the first sentence"]),
        ("all of these", CHANGES["all of these"]),
    ]
    for kind, change in kinds:
        for one in new[: TYPED_EACH * 10 // 4]:
            yield kind, False, one, change(one["text"], random.Random(one["id"])) if change else one["text"]
    for one in new[: TYPED_EACH * 10 // 4]:
        yield "its summary", False, one, one["subject"]


def same_matter(one: set[str], other: set[str]) -> bool:
    """Real people send the same petition twice: that hint is right too."""
    return len(one & other) / max(1, len(one | other)) > SAME


def typed(ctx: Ctx, everything: list[dict[str, str]]) -> list[Told]:
    """Log half of them, type the rest, and note the hints."""
    half = len(everything) // 2
    pairs = {one["id"]: set(grams(one["text"])) for one in everything}
    number_of = {}
    with unit_of_work(ctx.session):
        for place, one in enumerate(everything[:half]):
            told = head(
                title=first_sentence(one["text"]), description=one["text"], unit=GROUPS[place % 2], parties=(),
            )  # fmt: skip
            number_of[register(ctx, RegisterCase(told, f"petition-{one['id']}")).number] = one["id"]
    found = []
    for kind, logged, one, story in typings(everything[:half], everything[half:]):
        hints = similar(ctx.session, ctx.actor, ctx.units, Typed(story, GROUPS[0]), ctx.today)
        right = [(hint.score, number_of[hint.case.number]) for hint in hints]
        judged = [(score, key == one["id"] or same_matter(pairs[key], pairs[one["id"]])) for score, key in right]
        found.append(Told(kind, logged, judged))
    return found


def figures(found: list[Told], least: float) -> tuple[float, float, float]:
    """Precision and recall from a score on, and false hints for each matter that is new."""
    shown = [right for told in found for score, right in told.hints if score >= least]
    logged = [told for told in found if told.logged]
    met = sum(any(right and score >= least for score, right in told.hints) for told in logged)
    new = [told for told in found if not told.logged]
    false = sum(score >= least and not right for told in new for score, right in told.hints)
    return sum(shown) / max(1, len(shown)), met / len(logged), false / len(new)


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_near_copies_of_real_petitions_are_found_and_new_matters_are_left_alone(
    as_user: Any, monkeypatch: Any, capsys: Any
):
    monkeypatch.setattr("caseapp.domain.search.queries.ALIKE", 0.25)
    found = typed(as_user("village"), petitions())
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(report(found)) + "\n")
    precision, recall, false = figures(found, ALIKE)
    assert precision >= 0.94
    assert recall >= 0.93
    assert false <= 0.05
    assert figures(found, SURE)[0] >= 0.98


def report(found: list[Told]) -> Iterator[str]:
    """The figures at several thresholds, and what was found of each kind."""
    for least in (0.25, ALIKE, 0.35, SURE):
        precision, recall, false = figures(found, least)
        yield f"from {least:.2f}: precision {precision:.3f}, recall {recall:.3f}, false hints a new matter {false:.3f}"
    for logged in (True, False):
        for kind in dict.fromkeys(told.kind for told in found if told.logged == logged):
            some = [told for told in found if (told.kind, told.logged) == (kind, logged)]
            met = sum(any(right == logged and score >= ALIKE for score, right in told.hints) for told in some)
            yield f"{kind:<32}{'found' if logged else 'false'} {met}/{len(some)}"
