"""Who is told of a round, and that a second run, two runs at once or a week of downtime tell nobody twice."""

from __future__ import annotations

from datetime import date

import pytest

from caseapp.actions.notices_inbox import set_reach
from caseapp.actions.notices_outbox import gather, take
from caseapp.actions.settings import set_value
from caseapp.db import db, unit_of_work
from caseapp.domain.access.queries import actor_of
from caseapp.domain.notices.models import Notice
from caseapp.domain.notices.queries import at_a_glance, inbox
from caseapp.domain.notices.rules import Telling
from caseapp.domain.org.models import Setting
from caseapp.domain.people.queries import user_named
from caseapp.domain.screening.queries import OwedList
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import catch_up
from caseapp.web.entrance import word_of
from tests.screening.make import go_round, keep_rounds

pytestmark = pytest.mark.either_database

SWEEP, MORNING = (next(job for job in JOBS if job.name == name) for name in ("sweep", "morning"))
VILLAGE = ["grid", "liaison", "village"]


def told(kind: str, rung: str = "") -> list[tuple[str, str]]:
    rows = db.session.query(Notice).filter(Notice.unit_id.is_not(None), Notice.kind == kind, Notice.rung == rung)
    return sorted((row.item, row.recipient) for row in rows)


def nights(clock, *days: tuple[int, int]) -> None:
    for month, day in days:
        clock.set(2026, month, day, 8, 0)
        catch_up(db.session, clock, [SWEEP, MORNING])


@pytest.fixture
def kept(system) -> None:
    keep_rounds(system, "2026-11-16")


def test_the_day_before_it_is_due_all_who_make_it_are_told_once(kept, as_user, clock):
    go_round(as_user("village2"), unit="TH-DS", members=("village2",))
    nights(clock, (11, 28))
    assert told("due_soon") == []
    nights(clock, (11, 29), (11, 29))
    assert told("due_soon") == [("round:2026-11-16", who) for who in VILLAGE]


def test_late_its_cadres_are_told_and_two_days_later_the_office(kept, as_user, clock):
    go_round(as_user("village2"), unit="TH-DS", members=("village2",))
    nights(clock, (11, 30), (12, 1))
    assert told("overdue", "seat") == []
    nights(clock, (12, 2))
    assert (told("overdue", "seat"), told("overdue", "office")) == ([("round:2026-11-16", "village")], [])
    nights(clock, (12, 3))
    assert told("overdue", "office") == []
    nights(clock, (12, 4), (12, 5), (12, 6))
    assert told("overdue", "office") == [("round:2026-11-16", "office"), ("round:2026-11-16", "office2")]
    assert len(told("overdue", "seat")) == 1


def test_a_week_of_downtime_tells_what_seven_nights_would_have(kept, clock):
    nights(clock, (11, 30), (12, 8))
    assert told("overdue", "seat") == [("round:2026-11-16", "village"), ("round:2026-11-16", "village2")]
    assert len(told("overdue", "office")) == 4
    before = db.session.query(Notice).count()
    db.session.execute(db.text("DELETE FROM job_run"))
    db.session.commit()
    nights(clock, (12, 8))
    assert db.session.query(Notice).count() == before


def test_a_village_without_a_cadre_hears_it_all_the_same(kept, as_user, clock):
    with unit_of_work(db.session):
        for post in user_named(db.session, "village").posts:
            post.ended_on = date(2026, 11, 20)
    nights(clock, (11, 30), (12, 2))
    assert told("overdue", "seat") == [
        ("round:2026-11-16", "grid"), ("round:2026-11-16", "liaison"), ("round:2026-11-16", "village2"),
    ]  # fmt: skip


def test_the_first_night_begins_the_count_once_and_nobody_is_late(system, as_user, clock):
    assert OwedList(system.actor, system.office, system.today).rounds == ()
    nights(clock, (11, 24), (11, 25))
    (row,) = db.session.query(Setting).filter_by(key="screening.since")
    assert (row.value, row.set_by) == ("2026-11-24", "system")
    office = as_user("office")
    listed = OwedList(office.actor, office.office, date(2026, 12, 1))
    assert [(one.code, one.round.first) for one in listed.rows(db.session)] == [
        ("TH-DS", date(2026, 12, 1)), ("TH-SH", date(2026, 12, 1)),
    ]  # fmt: skip


def test_the_office_may_have_set_the_day_before_the_first_night(as_user, clock):
    with unit_of_work(db.session):
        set_value(as_user("office"), "screening.since", "2026-12-16", date(2026, 11, 23))
    nights(clock, (11, 24))
    assert [row.value for row in db.session.query(Setting).filter_by(key="screening.since")] == ["2026-12-16"]


def test_a_notice_of_a_round_is_read_in_the_inbox_and_leads_to_it(kept, browse, clock):
    nights(clock, (11, 29))
    client = browse("village")
    page = client.get("/inbox").text
    assert "双合村" in page
    assert "：排查" in page
    notice = db.session.query(Notice).filter_by(recipient="village").one()
    answer = client.post(f"/inbox/{word_of(notice.id)}/read")
    assert answer.location == "/screening/TH-SH/2026-11-16"
    assert client.get(answer.location).status_code == 200


def test_a_message_says_the_village_and_is_needless_when_the_round_is_done(kept, as_user, system, clock):
    for who in ("village", "liaison"):
        with unit_of_work(db.session):
            set_reach(as_user(who), "email", f"{who}@office.example", active=True)
    nights(clock, (11, 29))
    with unit_of_work(db.session):
        assert gather(system) == 2
        taken = take(system)
    assert taken is not None
    assert [(line.kind, line.number, line.village, line.due_on) for line in taken.lines] == [
        ("due_soon", "", "双合村", date(2026, 11, 30))
    ]
    go_round(as_user("village"))
    with unit_of_work(db.session):
        assert take(system) is None


def test_badges_and_inbox_count_what_the_pages_list(kept, as_user, clock):
    nights(clock, (11, 29), (12, 2))
    user = user_named(db.session, "village")
    ctx = as_user("village")
    assert user is not None
    glance = at_a_glance(db.session, actor_of(user, ctx.units, ctx.today), ctx.today, ctx.office)
    assert (glance.mine, glance.overdue, glance.unread) == (1, 1, 2)
    assert [one.case for one in inbox(db.session, ctx.actor)] == [None, None]


def test_a_telling_is_about_a_case_or_a_village(world):
    with pytest.raises(ValueError, match="case or about a village"):
        Telling("due_soon", None, "round:2026-11-16", due_on=date(2026, 11, 30))
