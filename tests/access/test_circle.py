"""Whom a naming bars, and whom it does not: the rule alone, without a database."""

from __future__ import annotations

from datetime import date

from caseapp.domain.access.circle import Bar, PostHeld, bars_post, circle, officials, unit_meant
from caseapp.domain.org.tree import Place, Tree

TREE = Tree(
    [
        Place("T", "", "town", "镇", "镇"),
        Place("V", "T", "village", "村", "村"),
        Place("G", "V", "group", "组", "组"),
        Place("W", "T", "village", "村", "邻村"),
    ],
    gone=[Place("OLD", "T", "village", "村", "旧村")],
    into={"OLD": "W"},
)
DAY, LATER = date(2026, 3, 2), date(2026, 6, 1)
POSTS = (
    PostHeld("head", "village", "V"), PostHeld("grid", "grid", "G"), PostHeld("deputy", "village", "W"),
    PostHeld("station", "station", "T"), PostHeld("leader", "leader", "T"),
)  # fmt: skip


def named(*names: str, posts: tuple[PostHeld, ...] = POSTS, pairs: tuple[tuple[str, str], ...] = ()) -> set[Bar]:
    return set(circle(dict.fromkeys(names, DAY), posts, pairs, TREE))


def test_a_unit_bars_every_post_in_it_and_below_it_and_not_the_one_above():
    (bar,) = named("V")
    assert bars_post(bar, "grid", TREE.line("G"))
    assert bars_post(bar, "village", TREE.line("V"))
    assert not bars_post(bar, "office", TREE.line("T"))
    assert not bars_post(bar, "village", TREE.line("W"))


def test_an_official_bars_themselves_and_everybody_with_a_post_where_they_hold_one():
    assert named("head") == {Bar("head", person="head"), Bar("head", unit="V")}
    assert named("grid") == {Bar("grid", person="grid"), Bar("grid", unit="G")}


def test_who_is_deputy_of_an_official_is_barred_and_so_is_whose_deputy_they_are():
    pairs = (("head", "deputy"), ("boss", "head"), ("station", "leader"))
    assert {bar.person for bar in named("head", pairs=pairs) if bar.person} == {"head", "deputy", "boss"}


def test_an_official_of_the_town_bars_the_posts_of_the_same_role_and_a_leader_the_whole_town():
    (of_role,) = named("station") - {Bar("station", person="station")}
    assert bars_post(of_role, "station", TREE.line("T"))
    assert not bars_post(of_role, "office", TREE.line("T"))
    assert not bars_post(of_role, "station", TREE.line("V"))
    assert Bar("leader", unit="T") in named("leader")


def test_somebody_without_an_account_named_by_role_and_unit_bars_all_of_that_unit():
    assert named("会计@V") == {Bar("会计@V", unit="V")}
    assert named("会计@OLD") == {Bar("会计@OLD", unit="W")}
    assert officials(["会计@V", "V", "head", "a@nowhere", "@V"], TREE) == {"head", "a@nowhere", "@V"}
    assert unit_meant("@V", TREE) is None


def test_a_post_given_after_the_naming_counts_and_one_that_ended_after_it_still_does():
    moved = (PostHeld("head", "village", "V", ended_on=LATER), PostHeld("head", "village", "W"))
    assert {bar.unit for bar in named("head", posts=moved) if bar.unit} == {"V", "W"}
    long_ago = (PostHeld("head", "village", "V", ended_on=DAY), PostHeld("head", "village", "W"))
    assert {bar.unit for bar in named("head", posts=long_ago) if bar.unit} == {"W"}


def test_a_name_that_nobody_has_bars_itself_alone():
    assert named("nobody") == {Bar("nobody", person="nobody")}
