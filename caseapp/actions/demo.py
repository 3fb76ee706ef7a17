"""Loading the demo township through the same doors that a real one comes through."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from caseapp.actions.absences import enter_absence
from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.cases import Act, propose, record
from caseapp.actions.co_handlers import ask_to_help
from caseapp.actions.context import Ctx
from caseapp.actions.deadlines import sweep
from caseapp.actions.demo_letters import write_letters
from caseapp.actions.demo_rounds import make_rounds
from caseapp.actions.imports import Progress, import_cases
from caseapp.actions.meetings import record_decision, report_done
from caseapp.actions.notices import tell_of_late_rounds, tell_the_day
from caseapp.actions.org import load_tree
from caseapp.actions.passwords import digest_of
from caseapp.actions.receipts import issue as issue_receipt
from caseapp.actions.receptions import DayPosted, post_day
from caseapp.actions.settings import set_at_first, set_value
from caseapp.actions.supervision import draft_by_hand, draft_sheets, issue
from caseapp.actions.teams import set_standing_team
from caseapp.actions.track import TRACK, Pressed, rate, report_pressure
from caseapp.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from caseapp.demo.from_above import REQUIRED
from caseapp.demo.pace import YEARS
from caseapp.demo.township import OFFICE, PREFIXES, Township, build
from caseapp.domain.access.queries import actor_of
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.org.models import ACCUSATION_NUMBERS, Mark
from caseapp.domain.org.tree import Place
from caseapp.domain.people.queries import user_named
from caseapp.domain.receipts.models import Receipt
from caseapp.domain.receipts.queries import visitors_for
from caseapp.domain.receipts.ratings import OPEN, handlers, rating_state
from caseapp.domain.teams.models import StandingSeat
from caseapp.domain.teams.queries import seats_of
from caseapp.kernel.errors import RuleViolation

__all__ = ["DEMO_ACCOUNTS", "DEMO_PASSWORD", "load_demo"]
SEED = 20260101
DAYS_LEFT = (4, 16, 30)


def load_demo(ctx: Ctx, progress: Progress | None = None) -> int:
    """Units, users, standing teams and two years of invented cases, ending today. Returns how many cases."""
    town = build(SEED, ctx.today)
    ctx.session.add_all([Mark(name="demo", value=str(SEED)), Mark(name=ACCUSATION_NUMBERS, value=str(SEED))])
    load_tree(ctx, [Place(**unit) for unit in town.units])
    for series, prefix in PREFIXES.items():
        set_at_first(ctx, f"prefix.{series}", prefix)
    _add_people(ctx, town)
    result = import_cases(ctx, enumerate(town.cases, start=1), progress)
    if result.refused:
        first = result.refused[0]
        raise RuleViolation("demo", f"case {first.line}: {first.problem}")
    ctx.forget_units()
    make_rounds(ctx, SEED, date(ctx.today.year - YEARS, ctx.today.month, 1))
    _fill_desks(ctx)
    return result.added


def _fill_desks(ctx: Ctx) -> None:
    """What a day in the office leaves on people's desks: flags and drafts of the night, a request for an extension, a
    sheet to answer, somebody asked to help, somebody away."""
    office, yesterday = _as(ctx, "office"), ctx.today - timedelta(days=1)
    sweep(ctx, yesterday)
    draft_sheets(ctx, yesterday)
    tell_of_late_rounds(ctx, yesterday)
    led = [case for case, row in seats_of(ctx.session, office.actor, "leader") if row.seat == "lead"]
    led = [case for case in led if case.handle_due_on and case.handle_due_on >= ctx.today]
    for case in led[:1]:
        to = (case.handle_due_on or ctx.today) + timedelta(days=15)
        propose(office, Act(case.number, "extend", {"to": to.isoformat(), "reason": "待鉴定结论"}))
    for case in led[1:2]:
        sheet = draft_by_hand(office, case.number, "follow_up_missed")
        issue(office, sheet.id, "三日内到场核实，并书面答复进展", None)
        ask_to_help(office, case.number, "station", "核对权属材料", ctx.today + timedelta(days=5))
    _assign(office, led[2:5])
    others = select(StandingSeat.holder).where(StandingSeat.seat == "liaison", StandingSeat.holder != "liaison")
    for person in ctx.session.scalars(others.limit(1)):
        enter_absence(office, person, "training", ctx.today, ctx.today + timedelta(days=3))
    _decide(ctx, office)
    _hand_out_receipts(ctx, office)
    write_letters(partial(_as, ctx))
    post_day(
        office, "TH", DayPosted(ctx.today + timedelta(days=3), "09:00", "11:30", "镇政府一楼群众来访接待室", "leader")
    )
    tell_the_day(ctx, ctx.today)


def _decide(ctx: Ctx, office: Ctx) -> None:
    """What last week's meeting decided: one thing done, one that is due soon."""
    last_week = ctx.today - timedelta(days=7)
    first = record_decision(office, "TH", last_week, "梳理汛前水渠权属台账", "station", ctx.today)
    record_decision(office, "TH", last_week, "约见施工方核对务工工资表", "leader", ctx.today + timedelta(days=2))
    record_decision(office, "TH", ctx.today, "入户回访本月已化解事项", "village", ctx.today + timedelta(days=5))
    ctx.session.flush()
    report_done(_as(ctx, "station"), first.id, "台账已分村建好")


def _hand_out_receipts(ctx: Ctx, office: Ctx) -> None:
    """How people reach the office; receipts of the last three months; a petitioner who is not satisfied and tells the
    discipline contact too."""
    for key, value in OFFICE.items():
        set_value(office, key, value, ctx.today)
    late = Case.registered_on > ctx.today - timedelta(days=90)
    for case in ctx.session.scalars(select(Case).where(late, Case.standing != "excluded")):
        issue_receipt(ctx, case)
    holder = Ctx(ctx.session, TRACK, ctx.clock)
    resolved = select(Receipt.token, Case).join(Case, Case.id == Receipt.case_id).where(Case.state == "resolved")
    for token, case in ctx.session.execute(resolved.where(~Case.sealed).order_by(Case.id.desc()).limit(150)).all():
        history = load_history(ctx.session, case, ctx.units)
        people = visitors_for(ctx.session, ctx.units, case, handlers(history), ctx.today)
        if rating_state(history) == OPEN and set(people[:1]) & set(DEMO_ACCOUNTS):
            rate(holder, token, "dissatisfied", "说好的材料还没有给我")
            report_pressure(
                holder, token, Pressed("demo", "有人到家里说再反映就取消低保，我害怕。", "晚上八点以后打电话", "demo")
            )
            return


def _as(ctx: Ctx, username: str) -> Ctx:
    user = user_named(ctx.session, username)
    assert user is not None
    return Ctx(ctx.session, actor_of(user, ctx.units, ctx.today), ctx.clock)


def _assign(office: Ctx, cases: list[Case]) -> None:
    """The county assigned matters that were here already; the report on the most pressing one came back once."""
    received = (office.today - timedelta(days=8)).isoformat()
    for case, days in zip(cases, DAYS_LEFT, strict=False):
        due = office.today + timedelta(days=days)
        letter = {"sender": "县信访局", "letter_no": f"县信交〔{due.year}〕{200 + days}号", "requirement": REQUIRED}
        told = {"received_on": received, "answer_due": due.isoformat(), "report_wanted": True}
        record(office, Act(case.number, "take_assignment", {**letter, **told}))
    for case in cases[:1]:
        record(office, Act(case.number, "report", {"report_no": f"太信报〔{office.today.year}〕91号"}))
        record(office, Act(case.number, "return_report", {"reason": "未附信访人签收的处理意见书。"}))


def _add_people(ctx: Ctx, town: Township) -> None:
    """The people of the township. Their password is the one of the contract, and known to everybody: it alone is not
    held against the rule for passwords, here and nowhere else."""
    digest = digest_of(DEMO_PASSWORD)
    for person in town.users:
        user = add_user(ctx, person.username, person.full_name, phone=person.phone or "")
        user.password_hash = digest
        for role, unit in person.posts:
            add_post(ctx, user, role, unit)
    for team in town.teams:
        set_standing_team(ctx, team.village, team.seats)
