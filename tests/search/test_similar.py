"""The hint of the quick log: who is shown which case, and that nobody learns of one they may not see."""

from __future__ import annotations

import pytest

from caseapp.actions.cases import Act, decide, propose
from caseapp.actions.interests import declare_interest
from caseapp.actions.org import load_tree
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.events import Party
from caseapp.domain.org.tree import Place
from caseapp.domain.search.grams import key
from caseapp.domain.search.likeness import Typed
from caseapp.domain.search.models import CaseWords
from caseapp.domain.search.queries import similar
from tests.cases.make import do, head, log, moment, petition
from tests.statements import counted

TITLE = "屋后排水沟堵塞倒灌厨房"
STORY = "屋后排水沟堵塞倒灌厨房，周家与钱家为疏通费用争吵，组长到场劝开。"
AGAIN = "两家争吵疏通费用，因屋后排水沟堵塞，下雨倒灌进厨房"
ODD = ["水" * 3000, "𠮷" * 40, "\x00\ud800'%_\\" * 20, "a" * 20_000]
OTHER = "水渠春灌放水先后次序争执，下游秧田缺水"


def drain(**values):
    return head(title=TITLE, description=STORY, **values)


def hinted(ctx, story=AGAIN, unit="TH-SH-01", **more):
    found = similar(ctx.session, ctx.actor, ctx.units, Typed(story, unit, **more), ctx.today)
    return [one.case.number for one in found]


def second(ctx, asker, number, action, **data):
    """Ask for an act and have somebody else agree."""
    with unit_of_work(db.session):
        asked = propose(asker, Act(number, action, data)).id
    with unit_of_work(db.session):
        decide(ctx, asked, approved=True)


def test_the_same_matter_told_in_another_way_is_found_and_another_matter_is_not(as_user):
    grid = as_user("grid")
    number = log(grid, drain())
    assert hinted(grid) == [number]
    assert hinted(grid, STORY[:12]) == [number]
    assert hinted(grid, OTHER) == []
    assert hinted(grid, "排水沟堵") == []
    assert hinted(grid, "") == hinted(grid, "，。！？、；：，。") == []


def test_another_group_of_the_village_counts_and_another_village_does_not(as_user):
    number = log(as_user("village"), drain(unit="TH-SH-02"))
    assert hinted(as_user("village"), unit="TH-SH-01") == hinted(as_user("office"), unit="TH-SH") == [number]
    assert hinted(as_user("office"), unit="TH-DS-01") == hinted(as_user("office"), unit="TH") == []


def test_nobody_is_hinted_at_a_case_they_may_not_see(as_user):
    """The group official at the neighbour group's case, another village, another town, an auditor of figures."""
    log(as_user("village"), drain(unit="TH-SH-02"))
    assert hinted(as_user("grid")) == hinted(as_user("grid"), STORY, unit="TH-SH-02") == []
    assert hinted(as_user("village2"), unit="TH-SH-02") == hinted(as_user("outsider"), unit="TH-SH-02") == []


def test_who_declared_an_interest_or_is_complained_of_is_hinted_at_nothing(as_user):
    number = log(as_user("grid"), drain())
    log(as_user("office"), drain(about=("liaison",)))
    with unit_of_work(db.session):
        declare_interest(as_user("village"), number, "亲属")
    assert number not in hinted(as_user("village"))
    assert hinted(as_user("liaison")) == [number]


def test_an_accusation_is_in_no_index_and_no_hint(as_user):
    office = as_user("office")
    number = log(office, petition(petition_class="accusation", title=TITLE, description=STORY))
    assert db.session.query(CaseWords).count() == 0
    assert hinted(office) == hinted(as_user("discipline")) == []
    with unit_of_work(db.session):
        from caseapp.actions.cases import record

        record(as_user("discipline"), Act(number, "amend", {"field": "title", "to": "改过的标题", "reason": "更正"}))
    assert db.session.query(CaseWords).count() == 0


def test_a_hidden_case_changes_nothing_about_the_hints_at_others(as_user):
    """Same order, same number: the measure knows two texts alone."""
    grid = as_user("grid")
    mine = log(grid, drain())
    alone = similar(grid.session, grid.actor, grid.units, Typed(AGAIN, "TH-SH-01"), grid.today)
    for _ in range(3):
        log(as_user("village"), drain(unit="TH-SH-02"))
    among = similar(grid.session, grid.actor, grid.units, Typed(AGAIN, "TH-SH-01"), grid.today)
    assert [one.case.number for one in among] == [mine]
    assert [one.score for one in among] == [one.score for one in alone]


def test_a_party_of_the_same_name_helps_only_a_story_that_is_alike(as_user):
    grid = as_user("grid")
    number = log(grid, drain(parties=(Party("party", "周甲一"),)))
    weak = "屋后排水沟又堵塞，院子里到处积水，要求派人重修"
    assert hinted(grid, weak) == []
    assert hinted(grid, weak, names=("周甲一",)) == [number]
    assert hinted(grid, OTHER, names=("周甲一",)) == []


def test_open_and_lately_closed_cases_come_first_and_at_most_three(as_user, clock):
    old, *others = (log(as_user("grid"), drain(), at=moment(2026, 1, 5, 9)) for _ in range(2))
    do(as_user("grid"), old, "resolve", at=moment(2026, 1, 9, 9), method="mediation", evidence="协议书")
    open_ones = [
        log(as_user("grid"), head(title="排水沟", description="屋后排水沟堵塞，倒灌进了厨房")) for _ in range(2)
    ]
    assert set(hinted(as_user("grid"), STORY)) == {*others, *open_ones}
    do(as_user("grid"), others[0], "resolve", method="mediation", evidence="协议书")
    assert hinted(as_user("grid"), STORY)[0] == others[0]


def test_a_merged_case_stands_for_the_one_it_went_into_and_a_voided_one_for_nothing(as_user):
    grid, office = as_user("grid"), as_user("office")
    kept, gone = log(grid, head(title="水沟", description="水沟的事，见附件")), log(grid, drain())
    assert hinted(grid) == [gone]
    second(as_user("leader"), office, gone, "merge", into=kept)
    assert hinted(grid) == [kept]
    void = log(as_user("office"), drain(unit="TH-DS-01"))
    assert hinted(office, unit="TH-DS-01") == [void]
    second(as_user("leader"), office, void, "void", reason="录入错误")
    assert hinted(office, unit="TH-DS-01") == []


def test_amended_texts_are_found_by_what_they_say_now(as_user):
    grid = as_user("grid")
    number = log(grid, drain())
    do(grid, number, "amend", field="description", to=OTHER, reason="更正")
    do(grid, number, "amend", field="title", to="水渠放水", reason="更正")
    assert hinted(grid) == []
    assert hinted(grid, OTHER) == [number]
    (words,) = db.session.query(CaseWords)
    assert key("排水") not in words.found_by
    assert key("水渠") in words.found_by


def test_a_group_that_goes_to_another_village_takes_its_matters_along(as_user, system):
    number = log(as_user("office"), drain())
    with unit_of_work(db.session):
        load_tree(system, [Place("TH-SH-01", "TH-DS", "group", "组", "双合第一组")])
    assert hinted(as_user("office"), unit="TH-DS") == [number]
    assert hinted(as_user("office"), unit="TH-SH") == []


def test_a_hint_costs_the_same_with_few_cases_and_with_many(as_user):
    counts = []
    for more in (1, 12):
        for _ in range(more):
            log(as_user("grid"), drain())
            log(as_user("grid"), head(title="水渠放水", description=OTHER))
        ctx = as_user("grid")
        assert ctx.units
        with counted() as statements:
            assert hinted(ctx)
        counts.append(len([one for one in statements if not one.startswith("BEGIN")]))
    assert counts == [2, 2], statements


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_no_text_is_too_odd_to_type(as_user, text):
    assert hinted(as_user("grid"), text) == []
