"""What the public version hides cannot be worked out from what it prints: an attacker of his own code tries."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from caseapp.domain.reports import public
from caseapp.domain.reports.public import public_month
from caseapp.domain.reports.suppress import FigureTable, Hidden, is_safe, suppress
from caseapp.papers.figures_csv import public_csv
from tests.reports.attacker import Attacker
from tests.reports.towns import Month, content, histories, village_month
from tests.sizes import many

FAST = settings(max_examples=many(120, 300), suppress_health_check=[HealthCheck.too_slow])


def most_of(*months: Month) -> int:
    """As far up as the attacker looks: over everything there is."""
    return max(month["lines"]["inflow"] for month in months) + 8


def rises(month: Month) -> dict[str, int]:
    """By how much each village's open cases rose: printed nowhere, told to the attacker all the same."""
    return {code: told["lines"]["open"] - told["lines"]["stock"] for code, told in month["by_village"].items()}


def attack(*months: Month, told: bool = False) -> dict[str, int]:
    pages = [public_csv(public_month(month, sorted(month["by_village"]))) for month in months]
    known = [rises(month) for month in months] if told else None
    return Attacker(pages, most_of(*months), known).worked_out()


@FAST
@given(histories())
def test_no_hidden_figure_of_a_month_can_be_worked_out(months):
    assert attack(*months) == {}


@settings(FAST, max_examples=many(30, 100))
@given(histories(months=3, villages=3))
def test_nor_from_three_months_one_after_another(months):
    assert attack(*months) == {}


NASTY = {
    "one small figure in a row": {"A": (5, 1, 0, (4, 0, 0)), "B": (6, 7, 0, (5, 0, 0)), "C": (4, 9, 0, (6, 0, 0))},
    "all nothing but one": {"A": (4, 1, 0, (0, 0, 0)), "B": (3, 0, 0, (0, 0, 0)), "C": (0, 0, 0, (0, 0, 0))},
    "a single village": {"A": (8, 2, 0, (5, 0, 0))},
    "two by two": {"A": (9, 1, 0, (3, 0, 0)), "B": (9, 3, 0, (1, 0, 0))},
    "two that add up to two": {"A": (9, 1, 0, (3, 0, 0)), "B": (9, 1, 0, (3, 0, 0)), "C": (5, 8, 0, (4, 0, 0))},
    "two that add up to four": {"A": (9, 2, 0, (3, 0, 0)), "B": (9, 2, 0, (3, 0, 0)), "C": (5, 0, 0, (4, 0, 0))},
    "equal sums": {"A": (3, 3, 0, (3, 0, 0)), "B": (3, 3, 0, (3, 0, 0)), "C": (3, 2, 0, (2, 0, 0))},
    "a small carry-over": {"A": (1, 6, 0, (3, 0, 0)), "B": (0, 5, 0, (1, 0, 0))},
    "few open": {"A": (5, 6, 0, (10, 0, 0)), "B": (4, 5, 0, (9, 0, 0))},
    "one left": {"A": (5, 6, 0, (4, 0, 1)), "B": (4, 5, 0, (3, 0, 0))},
    "nothing at all": {"A": (0, 0, 0, (0, 0, 0))},
    "one case in the town": {"A": (0, 1, 0, (1, 0, 0)), "B": (0, 0, 0, (0, 0, 0))},
}  # fmt: skip


def nasty(name: str) -> Month:
    rows = {code: village_month(*told) for code, told in NASTY[name].items()}
    new = sum(lines["new"] for lines in rows.values())
    return content(rows, {"land": min(1, new), "family": max(0, new - 1)}, "2026-01")


@pytest.mark.parametrize("name", NASTY)
def test_nor_in_a_nasty_town(name):
    assert attack(nasty(name)) == {}
    levels = (nasty(name)["lines"][line] for line in ("stock", "open"))
    if not any(0 < level < 3 for level in levels):  # else what he is told is the very figure that is hidden
        assert attack(nasty(name), told=True) == {}


def only_small(table, _loss, unprinted=()) -> Hidden:
    """No complementary suppression."""
    return Hidden(small=set(table.small()))


@pytest.mark.parametrize("name", ["one small figure in a row", "a single village", "two that add up to two"])
def test_the_attacker_finds_a_figure_when_nothing_else_is_withheld(name, monkeypatch):
    monkeypatch.setattr(public, "suppress", only_small)
    found = attack(nasty(name), told=True)
    truth = {f"0 by_village {code} new": told[1] for code, told in NASTY[name].items() if 0 < told[1] < 3}
    assert truth
    assert truth.items() <= found.items()


def test_a_month_with_no_small_figure_is_printed_whole():
    rows = {"A": village_month(5, 6, 0, (4, 0, 0)), "B": village_month(9, 4, 0, (5, 0, 3))}
    month = content(rows, {"land": 10}, "2026-01", more=4)
    shown = public_month(month, ["A", "B", "C"])
    assert shown.lines == {line: month["lines"][line] for line in shown.lines}
    assert shown.villages["C"] == {"new": 0, "resolved": 0}
    assert shown.rates["net"] == (9, 21)
    assert shown.withheld == ()


def test_small_figures_are_marked_and_nothing_stays_nothing():
    shown = public_month(nasty("one small figure in a row"), ["A", "B", "C"])
    assert shown.villages["A"]["new"] == "<3"
    assert shown.lines["returned"] == 0
    assert "*" in {lines["new"] for lines in shown.villages.values()}
    assert shown.categories["land"]["new"] == "<3"


@pytest.mark.parametrize(
    ("n", "d", "printed"), [(0, 7, True), (7, 7, True), (2, 9, False), (8, 9, False), (3, 6, True)]
)
def test_a_rate_with_a_small_part_is_withheld_with_its_percentage(n, d, printed):
    month = content({"A": village_month(5, 6, 0, (4, 0, 0))}, {"land": 6}, "2026-01")
    month["rates"]["ontime"] = {"n": n, "d": d}
    shown = public_month(month, ["A"])
    assert shown.rates["ontime"] == ((n, d) if printed else None)
    assert (f"rates.ontime,{n},{d}," in public_csv(shown).decode()) == printed


@FAST
@given(histories())
def test_the_proofs_hold_and_the_cheapest_choice_leaves_most_figures(months):
    month = months[0]
    shown = public_month(month, sorted(month["by_village"]))
    small = any(0 < month["lines"][line] < 3 for line in ("stock", "open"))
    assert ("balance" in shown.withheld) >= small
    for line, cell in shown.lines.items():
        assert cell in (month["lines"][line], "<3", "*")
        assert (cell == "<3") <= (0 < month["lines"][line] < 3)


def test_a_proof_that_breaks_a_sum_or_moves_what_is_printed_is_none():
    table = FigureTable({"a": 1, "b": 5, "sum": 6}, [{"a": 1, "b": 1, "sum": -1}])
    hidden = suppress(table, lambda key: 9 if key == "sum" else 1)
    assert hidden is not None
    assert (hidden.small, hidden.withheld) == ({"a"}, {"b"})
    assert is_safe(table, hidden)
    for wrong in ({"a": 1}, {"a": 1, "sum": 1}, {"a": 2, "b": -2}, {}):
        assert not is_safe(table, Hidden({"a"}, {"b"}, {"a": wrong, "b": hidden.proofs["b"]}))


def test_there_is_no_choice_where_nothing_may_be_withheld():
    values = {"a": 1, "b": 0, "sum": 1}
    assert (
        suppress(FigureTable(values, [{"a": 1, "b": 1, "sum": -1}], fixed=frozenset({"sum"})), lambda _key: 1) is None
    )
