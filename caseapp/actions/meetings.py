"""What the Friday meeting decides, and that it was done."""

from __future__ import annotations

from datetime import date

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.teams import may_sit
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import find_case
from caseapp.domain.meetings.brief import week_of
from caseapp.domain.meetings.models import MeetingDecision
from caseapp.domain.meetings.queries import find_decision
from caseapp.domain.people.queries import people_within
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation
from caseapp.kernel.periods import Days

LONGEST = 500


def may_record(ctx: Ctx, unit: str) -> bool:
    """Whether the actor records decisions of a unit: leaders and the office."""
    return ctx.units.id_of[unit] in ctx.actor.units_with(may.SUPERVISE)


def record_decision(  # noqa: PLR0917 - what is decided, who answers for it, by when
    ctx: Ctx, unit: str, day: date, text: str, responsible: str, due_on: date, *, number: str = ""
) -> MeetingDecision:
    """Record a decision of the week in which a day lies. Raises NotAllowed, OutOfScope, RuleViolation."""
    ctx.units.place(unit)
    if not may_record(ctx, unit):
        raise NotAllowed(N_("your posts do not allow this"))
    week = week_of(day)
    _check_decided(ctx, week, text, due_on)
    people = people_within(ctx.session, [ctx.units.part(ctx.units.town_of(unit))], ctx.today)
    if responsible not in {user.username for user in people}:
        raise RuleViolation("responsible", N_("there is no active user %(username)s"), username=responsible)
    case = _case_decided_on(ctx, number, responsible) if number else None
    decision = MeetingDecision(
        unit_id=ctx.units.id_of[unit], week=week.start, case_id=case.id if case else None,
        text=text.strip(), responsible=responsible, due_on=due_on, recorded_by=ctx.actor.username,
        recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(decision)
    note(ctx, "decision_recorded", number or unit, week=week.start.isoformat(), responsible=responsible)
    return decision


def _check_decided(ctx: Ctx, week: Days, text: str, due_on: date) -> None:
    if week.start > ctx.today:
        raise RuleViolation("date", N_("the week of %(day)s has not begun yet"), day=week.start)
    if not text.strip():
        raise RuleViolation("text", N_("say what was decided"))
    _check_length("text", text)
    if due_on < max(week.start, ctx.today):
        raise RuleViolation("due_on", N_("the date lies in the past"))


def _case_decided_on(ctx: Ctx, number: str, responsible: str) -> Case:
    case = find_case(ctx.session, ctx.actor, number)
    if case is None:
        raise OutOfScope(N_("there is no such case"))
    if not may_sit(ctx, case, responsible):
        raise RuleViolation(
            "responsible", N_("%(person)s cannot sit on this case: it complains of them or their unit"),
            person=responsible,
        )  # fmt: skip
    return case


def report_done(ctx: Ctx, decision_id: int, words: str) -> MeetingDecision:
    """Who answers for a decision, or who may record them, reports it done. Raises OutOfScope, RuleViolation."""
    decision = find_decision(ctx.session, ctx.actor, decision_id)
    mine = decision is not None and decision.responsible == ctx.actor.username
    if decision is None or not (mine or may_record(ctx, ctx.units.by_id[decision.unit_id].code)):
        raise OutOfScope(N_("there is no such decision"))
    _check_length("note", words)
    if decision.done_on is not None:
        raise RuleViolation("", N_("it is done already"))
    decision.done_on, decision.done_by = ctx.today, ctx.actor.username
    decision.done_note = words.strip()
    subject = decision.case.number if decision.case else ctx.units.by_id[decision.unit_id].code
    note(ctx, "decision_done", subject, week=decision.week.isoformat())
    return decision


def _check_length(field: str, text: str) -> None:
    if len(text.strip()) > LONGEST:
        raise RuleViolation(field, N_("the text is longer than %(limit)d characters"), limit=LONGEST)
