"""Merging on pages: into a living case alone, asked and decided; what it does is shown before; its page leads on."""

from __future__ import annotations

import pytest

from caseapp.actions.cases import Act, add_event, case_for, decide, propose
from caseapp.actions.interests import declare_interest
from caseapp.actions.receipts import make_receipt
from caseapp.db import db, unit_of_work
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import Case
from caseapp.domain.receipts.models import Receipt
from caseapp.kernel.errors import RuleViolation
from tests.cases.make import head, log, petition

pytestmark = pytest.mark.one_database


def ask(ctx, number, action="merge", **data):
    with unit_of_work(ctx.session):
        return propose(ctx, Act(number, action, data)).id


def agree(ctx, proposal):
    with unit_of_work(ctx.session):
        decide(ctx, proposal, approved=True)


def end(as_user, number, action="merge", **data):
    agree(as_user("office2"), ask(as_user("office"), number, action, **data))


@pytest.fixture
def three(as_user):
    return [log(as_user("office"), head(title=title)) for title in ("甲事", "乙事", "丙事")]


def test_a_case_is_not_merged_into_one_that_is_voided_or_merged(as_user, three):
    first, second, third = three
    end(as_user, second, into=third)
    for goal in (second, first):
        with pytest.raises(RuleViolation, match=r"living|itself"):
            ask(as_user("office"), first, into=goal)
    fourth = log(as_user("grid"), head(title="误录的一件"))
    end(as_user, fourth, "void", reason="误录")
    with pytest.raises(RuleViolation, match="living"):
        ask(as_user("office"), first, into=fourth)


def test_what_was_asked_is_judged_again_when_it_is_decided(as_user, three):
    """Each is asked to go into the other while both live; the second decision finds no living case."""
    first, second, _ = three
    office = as_user("office")
    there, back = ask(office, first, into=second), ask(office, second, into=first)
    agree(as_user("office2"), there)
    with pytest.raises(RuleViolation, match="living"):
        agree(as_user("office2"), back)
    assert db.session.query(Case.state).filter_by(number=second).scalar() == "registered"


def test_a_case_is_not_merged_into_an_accusation(as_user, three):
    sealed = log(as_user("office"), petition(petition_class="accusation"))
    with pytest.raises(RuleViolation, match="accusation"):
        ask(as_user("office"), three[0], into=sealed)
    with pytest.raises(RuleViolation, match="there is no case"):
        ask(as_user("village"), three[0], into=sealed)


def test_what_a_merge_does_to_both_is_shown_to_who_asks_and_who_decides(as_user, browse, three):
    first, second, third = three
    end(as_user, first, into=second)
    ask(as_user("office"), second, into=third)
    asker, decider = browse("office"), browse("office2")
    for client, path in ((asker, f"/cases/{second}"), (decider, f"/cases/{second}"), (decider, "/")):
        page = client.get(path).text
        assert f"终止：{second}" in page
        assert f"继续办理：{third}" in page
        assert f"此前并入本件的也随之转去：{first}" in page
        assert "不再到期：" in page


def test_the_page_of_a_merged_case_leads_to_the_living_one_in_one_step(as_user, browse, three):
    first, second, third = three
    end(as_user, first, into=second)
    end(as_user, second, into=third)
    assert f">{third} 丙事</a>" in browse("office").get(f"/cases/{first}").text


def test_a_living_case_that_the_reader_may_not_see_is_not_named(as_user, browse, three):
    first, second, third = three
    end(as_user, first, into=second)
    end(as_user, second, into=third)
    with unit_of_work(db.session):
        declare_interest(as_user("village"), third, "亲属")
    village = browse("village")
    page = village.get(f"/cases/{first}").text
    assert "您无权查看" in page
    assert third not in page
    assert third not in village.get(f"/progress/{first}").text
    assert third in browse("office").get(f"/progress/{first}").text


def test_the_public_page_leads_to_the_living_one_and_tells_nothing_else_of_it(as_user, world, three):
    first, second, third = three
    with unit_of_work(db.session):
        make_receipt(as_user("office"), first) if not _token(first) else None
    end(as_user, first, into=second)
    end(as_user, second, into=third)
    page = world.app.test_client().get(f"/track/{_token(first)}").text
    assert third in page
    assert second not in page
    assert "丙事" not in page
    strike_as_a_file_tells_it(as_user("office"), third)
    assert third not in world.app.test_client().get(f"/track/{_token(first)}").text


def strike_as_a_file_tells_it(ctx, number):
    """A history from elsewhere may void what others were merged into; a page does not."""
    with unit_of_work(db.session):
        voided = Event("voided", ctx.now, ctx.now, "office", {"reason": "误录", "approved_by": "office2"})
        add_event(ctx, case_for(ctx, number), voided)


def _token(number):
    return db.session.query(Receipt.token).join(Case).filter(Case.number == number).scalar()
