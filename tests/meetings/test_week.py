"""The brief for the Friday meeting: its figures are the report's, its decisions are done on the record."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from io import BytesIO

import pytest
from docx import Document

from caseapp.actions.interests import declare_interest
from caseapp.actions.meetings import record_decision, report_done
from caseapp.actions.teams import staff_case
from caseapp.db import db, unit_of_work
from caseapp.domain.meetings.brief import as_json, week_of
from caseapp.domain.meetings.queries import other_tasks, read_brief
from caseapp.domain.reports.queries import read_report
from caseapp.jobs.placing import place_briefs
from caseapp.jobs.registry import JOBS
from caseapp.jobs.runner import catch_up, missed_slots
from caseapp.kernel.errors import NotAllowed, OutOfScope, RuleViolation
from caseapp.kernel.periods import Days
from caseapp.web.entrance import word_of
from tests.cases.make import do, head, log, moment

pytestmark = pytest.mark.either_database

FRIDAY = date(2026, 11, 27)
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)
BRIEF = next(job for job in JOBS if job.name == "weekly_brief")


@pytest.fixture
def week(as_user, clock) -> list[str]:
    """Three cases: a grave one with its five people, one resolved and confirmed this week, one of last week."""
    grave = log(as_user("grid"), head(title="独此标题", risk="red", category="land"), at=moment(2026, 11, 5, 9))
    done = log(as_user("grid"), head(), at=moment(2026, 11, 18, 9))
    clock.set(2026, 11, 27, 15, 0)
    with unit_of_work(db.session):
        staff_case(as_user("leader"), grave)
    do(as_user("leader"), grave, "follow_up", at=moment(2026, 11, 26, 9), method="visit", note="到场", by_seat="lead")
    do(as_user("grid"), done, "resolve", at=moment(2026, 11, 24, 9), method="mediation", evidence="协议")
    do(as_user("village"), done, "return_visit", at=moment(2026, 11, 27, 9), result="fulfilled")
    new = log(as_user("grid"), head(), at=moment(2026, 11, 25, 9))
    return [grave, done, new]


def brief(ctx, day: date = FRIDAY, unit: str = "TH"):
    return read_brief(db.session, ctx.actor, ctx.units, unit, day, now=ctx.now, today=ctx.today)


def on_desk(ctx):
    return [task for task in other_tasks(db.session, ctx.actor, ctx.now, ctx.today) if task.kind == "decided"]


def decide(ctx, text: str = "约见双方", who: str = "station", due: date = SUNDAY, **more):
    with unit_of_work(db.session):
        decision = record_decision(ctx, "TH", FRIDAY, text, who, due, **more)
        db.session.flush()
        return decision.id


def test_a_week_is_monday_to_sunday():
    assert {week_of(date(2026, 11, day)) for day in range(23, 30)} == {Days(MONDAY, SUNDAY)}
    assert week_of(date(2027, 1, 1)) == Days(date(2026, 12, 28), date(2027, 1, 3))


def test_the_figures_are_those_of_the_report_over_the_same_days(week, as_user):
    office = as_user("office")
    found = brief(office)
    report = read_report(db.session, office.actor, office.units, "TH", Days(MONDAY, FRIDAY), as_of=office.now)
    assert as_json(found)["figures"] == {
        "new": 1, "resolved": 1, "verified": 1, "returned": 0, "open": 2, "overdue": len(report.overdue),
    }  # fmt: skip
    assert report.whole.line("new") == 1
    assert [(one.case, one.kind, one.days_late) for one in found.late] == [
        (item["case"], item["kind"], item["days_late"]) for item in report.overdue
    ]


def test_grave_cases_and_leads_stand_one_by_one(week, as_user):
    found = brief(as_user("office"))
    assert [(one.case, one.last, one.village) for one in found.red] == [(week[0], "followed_up", "双合村")]
    (lead,) = found.leads
    assert (lead.held, lead.worked, lead.late) == (1, 1, int(any(one.case == week[0] for one in found.late)))
    assert all(SUNDAY < one.due_on <= date(2026, 12, 6) for one in found.next_week)
    assert found.next_week


def test_a_decision_stands_on_a_desk_until_it_is_done(week, as_user, browse, clock):
    decision = decide(as_user("office"), number=week[0])
    assert [one.text for one in on_desk(as_user("station"))] == ["约见双方"]
    client = browse("station")
    assert "约见双方" in client.get("/").text
    clock.pass_by(minutes=20)
    assert client.post(f"/decisions/{word_of(decision)}/done", data={"note": "双方已见面"}).status_code == 302
    assert "约见双方" not in client.get("/").text
    (shown,) = brief(as_user("office")).decided
    assert (shown.done_on, shown.done_note, shown.case) == (FRIDAY, "双方已见面", week[0])
    with pytest.raises(RuleViolation, match="already"), unit_of_work(db.session):
        report_done(as_user("office"), decision, "")


def test_last_weeks_decisions_and_older_ones_not_done_come_before_this_weeks(week, as_user, clock):
    old, done = decide(as_user("office"), "旧事未了"), decide(as_user("office"), "旧事已了")
    with unit_of_work(db.session):
        report_done(as_user("station"), done, "")
    clock.set(2026, 12, 4, 15, 0)
    assert [one.text for one in brief(as_user("office"), date(2026, 12, 4)).before] == ["旧事未了", "旧事已了"]
    clock.set(2026, 12, 18, 15, 0)
    later = brief(as_user("office"), date(2026, 12, 18))
    assert [(one.id, one.text) for one in later.before] == [(old, "旧事未了")]
    assert later.decided == []


def test_who_may_record_and_who_may_report(week, as_user):
    with pytest.raises(NotAllowed):
        decide(as_user("station"))
    decision = decide(as_user("leader"))
    with pytest.raises(OutOfScope), unit_of_work(db.session):
        report_done(as_user("grid"), decision, "")
    with unit_of_work(db.session):
        report_done(as_user("office"), decision, "办公室代报")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "  "}, "text"), ({"due": date(2026, 11, 26)}, "due_on"), ({"who": "nobody"}, "responsible"),
        ({"who": "outsider"}, "responsible"), ({"text": "长" * 501}, "text"),
    ],
)  # fmt: skip
def test_a_decision_that_lacks_something_is_refused(week, as_user, change, field):
    with pytest.raises(RuleViolation) as refused:
        decide(as_user("office"), **change)
    assert refused.value.field == field


def test_who_is_out_of_a_case_is_not_made_to_answer_for_it(week, as_user):
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), week[0])
    with pytest.raises(RuleViolation) as refused:
        decide(as_user("office"), number=week[0], who="office2")
    assert refused.value.field == "responsible"


def test_what_was_resolved_and_came_back_within_the_week_is_open(week, as_user):
    do(as_user("leader"), week[1], "reopen", at=moment(2026, 11, 27, 11), reason="反弹")
    assert {key: as_json(brief(as_user("office")))["figures"][key] for key in ("resolved", "open")} == {
        "resolved": 0, "open": 3,
    }  # fmt: skip


def test_who_is_out_of_a_case_finds_no_decision_about_it(week, as_user):
    decision = decide(as_user("office"), number=week[0], who="office2")
    with unit_of_work(db.session):
        declare_interest(as_user("office2"), week[0])
    assert on_desk(as_user("office2")) == []
    found = as_json(brief(as_user("office2")))
    assert week[0] not in json.dumps(found)
    assert found["decisions"] == []
    with pytest.raises(OutOfScope), unit_of_work(db.session):
        report_done(as_user("office2"), decision, "")
    with pytest.raises(OutOfScope):
        decide(as_user("office2"), number=week[0])


def test_the_page_takes_a_decision_and_says_what_is_wrong(week, browse):
    client = browse("leader")
    asked = {"text": "周三前踏勘", "responsible": "grid", "due_on": "2026-12-02", "number": ""}
    assert client.post("/week/TH/2026-11-27/decide", data=asked).status_code == 302
    page = client.get("/week/TH/2026-11-23")
    assert "周三前踏勘" in page.text
    assert "独此标题" not in page.text
    refused = client.post("/week/TH/2026-11-27/decide", data={**asked, "text": "写好的字", "due_on": "soon"}).text
    assert "不是" in refused
    assert "写好的字" in refused
    assert client.get("/week/TH/2026-12-07").status_code in (400, 422)
    assert browse("village").get("/week/TH/2026-11-23").status_code == 404


def test_the_paper_says_the_figures(week, as_user, run, browse, tmp_path):
    decide(as_user("office"))
    told = json.loads(run("report", "week", "2026-11-27", "--unit", "TH", "--json").stdout)
    assert told["week"] == "2026-11-23..2026-11-29"
    assert run("report", "week", "2026-11-27", "--unit", "TH", "--docx", tmp_path / "week.docx").exit_code == 0
    for content in ((tmp_path / "week.docx").read_bytes(), browse("office").get("/week/TH/2026-11-27.docx").data):
        document = Document(BytesIO(content))
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        figures = told["figures"]
        assert f"新增{figures['new']}" in text.replace("本期", "")
        assert f"逾期{figures['overdue']}" in text
        assert "约见双方" in text
        assert "独此标题" not in text
        sizes = {run.font.size.pt for paragraph in document.paragraphs[2:] for run in paragraph.runs}
        assert max(sizes) < 11
    for wrong in (
        ("2026-13-01", "TH"),
        ("soon", "TH"),
        ("2026-11-27", "XX"),
        ("2027-01-01", "TH"),
        ("9999-12-31", "TH"),
    ):
        refused = run("report", "week", wrong[0], "--unit", wrong[1])
        assert (refused.exit_code, refused.stdout) == (1, ""), wrong
        assert refused.stderr.strip()


def test_on_thursday_at_five_the_brief_is_put_in_place_once(week, app, clock, tmp_path):
    assert missed_slots(db.session, BRIEF, clock()) == [moment(2026, 11, 26, 17)]
    assert catch_up(db.session, clock, [BRIEF]) == 1
    assert catch_up(db.session, clock, [BRIEF]) == 0
    settings = dataclasses.replace(app.extensions["caseapp"], instance=tmp_path, clock=clock)
    assert place_briefs(db.session, settings) == {"files": 2}
    assert place_briefs(db.session, settings) == {"files": 0}
    assert (tmp_path / "reports" / "weeks" / "太和镇 2026-11-23 周例会简报.docx").exists()
