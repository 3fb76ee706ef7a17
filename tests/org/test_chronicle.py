"""The tree of any day follows from the changes; random changes and days, against a slow recount."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from caseapp.domain.org.chronicle import Change, Chronicle, check_changes
from caseapp.domain.org.tree import Place
from caseapp.domain.org.unit_rows import UnitRow, changes_of, rows_of
from caseapp.kernel.errors import RuleViolation

ENTERED = datetime(2026, 1, 1, tzinfo=UTC)
DAY = date(2026, 3, 1)
PLACES = [
    Place("T", "", "town", "镇", "镇"),
    *(Place(code, "T", "village", "村", f"{code}村") for code in "ABC"),
    *(Place(f"{code}{nth}", code, "group", "组", f"{code}{nth}组") for code in "ABC" for nth in (1, 2)),
]
ALWAYS = Chronicle(changes_of([UnitRow(place) for place in PLACES], Chronicle(), None, DAY))


def change(unit: str, what: str, day: date = DAY, entered: datetime = ENTERED, /, **facts: str) -> Change:
    return Change(unit, what, day, facts, entered)


def then(*changes: Change, before: Chronicle = ALWAYS) -> Chronicle:
    return check_changes(before, list(changes))


def test_a_merged_village_lies_in_the_one_it_went_to_from_its_day_on():
    told = then(change("B", "merged", into="A"))
    before, after = told.on(DAY - timedelta(days=1)), told.on(DAY)
    assert (before.village_of("B1"), after.village_of("B1"), after.village_of("B")) == ("B", "A", "A")
    assert (before.place("B1").parent, after.place("B1").parent) == ("B", "A")
    assert "B" in after
    assert "B" not in after.places
    assert after.subtree("A") == ["A", "A1", "A2", "B1", "B2"]
    assert after.all_within("A") == ["A", "A1", "A2", "B", "B1", "B2"]


def test_mergers_are_followed_through_chains():
    told = then(change("B", "merged", into="A"), change("A", "merged", DAY + timedelta(days=9), into="C"))
    last = told.on(DAY + timedelta(days=9))
    assert (last.went_to("B"), last.village_of("B2"), last.line("B")) == ("C", "C", ["B", "C", "T"])


def test_a_closed_unit_is_answered_for_by_the_one_above():
    told = then(change("A1", "closed"))
    tree = told.on(DAY)
    assert (tree.heir("A1"), tree.went_to("A1"), tree.village_of("A1")) == ("A", "A1", "A")


def test_a_unit_can_be_opened_again():
    told = then(change("B", "merged", into="A"))
    again = then(
        change("B", "opened", DAY + timedelta(days=5), parent="T", tier="village", kind="村", name="B村"), before=told
    )
    assert again.on(DAY + timedelta(days=5)).village_of("B1") == "B"
    assert again.on(DAY).village_of("B1") == "A"


def test_what_was_known_at_an_instant_leaves_out_later_entries_and_no_unit():
    late = datetime(2026, 4, 1, tzinfo=UTC)
    told = then(
        change("B", "renamed", DAY, late, kind="社区", name="新B"),
        change("D", "opened", DAY, late, parent="T", tier="village", kind="村", name="D村"),
    )
    then_known = told.known_at(datetime(2026, 3, 2, tzinfo=UTC))
    assert (then_known.on(DAY).place("B").name, told.on(DAY).place("B").name) == ("B村", "新B")
    assert then_known.on(DAY).place("D").name == "D村"
    assert told.known_at(late) is told


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ([change("B", "merged", into="B")], "another unit of its tier"),
        ([change("B", "merged", into="A1")], "another unit of its tier"),
        ([change("B", "merged", into="A"), change("A", "merged", into="B")], "is not there|another unit"),
        ([change("B", "merged", into="A"), change("B", "renamed", DAY, kind="村", name="x")], "is not there"),
        ([change("A", "closed")], "still has units below"),
        ([change("A", "renamed", kind="村", name="B村")], "one name"),
        ([change("A1", "moved", parent="T")], "cannot lie under"),
        ([change("A1", "moved", parent="A1")], "under itself"),
        ([change("Q", "renamed", kind="村", name="Q")], "is not there"),
        (
            [change("A1", "renamed", kind="组", name="B1组"), change("B", "merged", DAY + timedelta(days=3), into="A")],
            "one name",
        ),
    ],
)
def test_what_gives_no_tree_on_some_day_is_refused(changes: list[Change], why: str):
    with pytest.raises(RuleViolation, match=why):
        then(*changes)


def test_a_change_entered_late_is_held_against_what_follows_it():
    told = then(change("A1", "moved", DAY + timedelta(days=9), parent="B"))
    with pytest.raises(RuleViolation, match="is not there"):
        then(change("A1", "closed"), before=told)


def test_a_list_changes_what_differs_and_nothing_else():
    rows = [UnitRow(place) for place in PLACES]
    assert changes_of(rows, ALWAYS, None, DAY) == []
    moved = UnitRow(Place("A1", "B", "group", "组", "新组"), from_on=DAY)
    assert [(one.kind, one.from_on) for one in changes_of([moved], ALWAYS, None, DAY)] == [
        ("moved", DAY),
        ("renamed", DAY),
    ]
    gone = UnitRow(PLACES[2], closed_on=DAY, merged_into="A")
    told = then(*changes_of([gone], ALWAYS, None, DAY))
    assert changes_of([gone], told, None, DAY) == []
    with pytest.raises(RuleViolation, match="name the day"):
        changes_of([UnitRow(PLACES[2])], told, None, DAY)


# Against a slow recount: day by day, everything that holds by then, in the order of its day and of its entry.


def recount(changes: list[Change], day: date) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    parent: dict[str, str] = {}
    name: dict[str, str] = {}
    there: dict[str, bool] = {}
    into: dict[str, str] = {}
    for one in sorted(changes, key=lambda one: one.from_on or date.min):
        if one.from_on is not None and one.from_on > day:
            break
        if one.kind in ("opened", "moved"):
            parent[one.unit] = one.facts["parent"]
        if one.kind in ("opened", "renamed"):
            name[one.unit] = one.facts["name"]
        there[one.unit] = one.kind not in ("merged", "closed")
        into.pop(one.unit, None)
        if one.kind == "merged":
            into[one.unit] = one.facts["into"]

    def follow(code: str) -> str:
        return follow(into[code]) if code in into else code

    living = {code: (follow(parent[code]) if parent[code] else "", name[code]) for code in there if there[code]}
    return living, {code: follow(code) for code in into}


def invent(dice: random.Random) -> list[Change]:
    """Changes that the program takes, each held against those before it."""
    told = ALWAYS
    for nth in range(25):
        unit, day = dice.choice([place.code for place in PLACES[1:]]), DAY + timedelta(days=dice.randrange(60))
        stood = told.standing(unit, day)
        place = stood.place if stood else PLACES[0]
        what = dice.choice(("name", "parent", "parent", "merged", "closed", "nothing"))
        if what == "name":
            place = replace(place, name=f"名{nth}")
        if what == "parent":
            place = replace(place, parent=dice.choice("ABC") if len(unit) == 2 else "T")
        ends = day if what in ("merged", "closed") else None
        into = dice.choice([one.code for one in PLACES if one.tier == place.tier]) if what == "merged" else ""
        entered = ENTERED + timedelta(days=4 * nth)
        try:
            found = changes_of([UnitRow(place, day, ends, into, entered, "somebody", "原因")], told, None, DAY)
            told = check_changes(told, found) if found else told
        except RuleViolation:
            continue
    return told.changes


@pytest.mark.parametrize("seed", range(60))
def test_the_tree_of_any_day_equals_a_slow_recount(seed: int):
    dice = random.Random(seed)
    changes = invent(dice)
    told = Chronicle(changes)
    for known in (None, ENTERED + timedelta(days=40)):
        heard = [one for one in changes if known is None or one.from_on is None or one.recorded_at <= known]
        trees = told if known is None else told.known_at(known)
        for back in range(-2, 63):
            day = DAY + timedelta(days=back)
            tree = trees.on(day)
            living, gone = recount(heard, day)
            assert {code: (place.parent, place.name) for code, place in tree.places.items()} == living
            assert {code: tree.went_to(code) for code in tree.into} == gone


@pytest.mark.parametrize("seed", range(30))
def test_the_rows_of_an_export_give_the_same_history(seed: int):
    changes = invent(random.Random(seed))
    again = changes_of(list(rows_of(Chronicle(changes))), Chronicle(), None, DAY)
    assert again == changes
