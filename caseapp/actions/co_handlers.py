"""主办与协办: the main handler asks others to help, with a task and a date; units sign for what they get."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from caseapp.actions.cases import case_for
from caseapp.actions.context import Ctx
from caseapp.actions.held import touch
from caseapp.actions.journal import note
from caseapp.actions.notices import tell_of_task
from caseapp.actions.shadow import bring_in_line
from caseapp.actions.teams import check_people, may_sit
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.models import Case, Signing
from caseapp.domain.cases.queries.belonging import case_of, locked
from caseapp.domain.moves.queries import may_move, transition_of
from caseapp.domain.teams.models import CoHandler
from caseapp.domain.teams.queries import MAIN_SEATS
from caseapp.domain.teams.queries.acting import acts_in
from caseapp.kernel.errors import N_, Conflict, NotAllowed, OutOfScope, RuleViolation

NO_TASK = N_("there is no such task")


def ask_to_help(ctx: Ctx, number: str, username: str, task: str, due_on: date) -> CoHandler:
    """Ask somebody to co-handle: a task, by a date. They see the case until it is over. Raises RuleViolation."""
    case = case_for(ctx, number, for_update=True)
    demand_main(ctx, case)
    check_people(ctx, (username, None))
    if not task.strip():
        raise RuleViolation("task", N_("say what the co-handler is to do"))
    if due_on < ctx.today:
        raise RuleViolation("due_on", N_("the date lies in the past"))
    if not may_sit(ctx, case, username):
        raise RuleViolation(
            "holder", N_("%(person)s cannot sit on this case: it complains of them or their unit"), person=username
        )
    helper = CoHandler(
        case_id=case.id, username=username, task=task.strip(), due_on=due_on,
        asked_by=ctx.actor.username, asked_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(helper)
    bring_in_line(ctx, case)
    tell_of_task(ctx, case, helper)
    note(ctx, "co_handler_asked", number, person=username)
    return helper


def say_word(ctx: Ctx, helper_id: int, word: str, *, done: bool) -> CoHandler:
    """A co-handler reports how far the task is, or that it is done. Only theirs to say."""
    helper, case = _running(ctx, helper_id)
    if helper.username != ctx.actor.username:
        raise NotAllowed(N_("who was asked reports on this task"))
    if not word.strip():
        raise RuleViolation("word", N_("a few words are needed"))
    helper.last_word, helper.last_word_at = word.strip()[:1000], ctx.now
    if done:
        helper.done_at = ctx.now
    note(ctx, "co_handler_reported", case.number, done=done)
    return helper


def release(ctx: Ctx, helper_id: int) -> None:
    """The main handler ends a co-handler's part: they no longer see the case."""
    helper, case = _running(ctx, helper_id, over=True)
    demand_main(ctx, case)
    helper.ended_at = ctx.now
    bring_in_line(ctx, case)
    note(ctx, "co_handler_released", case.number, person=helper.username)


def sign_for(ctx: Ctx, number: str) -> Case:
    """The unit that a case was sent to signs for it (签收), once a move. Raises RuleViolation, NotAllowed, Conflict."""
    case = case_for(ctx, number, for_update=True)
    if not case.moves or case.standing != "open":
        raise RuleViolation("", N_("there is nothing to sign for"))
    if case.holder_id not in ctx.actor.units_with(may.WORK):
        raise NotAllowed(N_("your posts do not cover this unit"))
    signing = {"case_id": case.id, "move": case.moves, "signed_by": ctx.actor.username, "signed_at": ctx.now}
    try:
        with ctx.session.begin_nested():
            signed = ctx.session.scalar(insert(Signing).values(signing).returning(Signing.id))
    except IntegrityError:
        raise Conflict(N_("this was signed for already")) from None
    case.signed_for = case.moves
    touch(ctx.session, Signing, signed)
    note(ctx, "signed_for", number, move=case.moves)
    return case


def demand_main(ctx: Ctx, case: Case) -> None:
    """Raise NotAllowed unless the actor is the main handler of a case, or staffs it."""
    if not is_main_handler(ctx, case, {acts_in(ctx.session, case.id, seat, ctx.today) for seat in MAIN_SEATS}):
        raise NotAllowed(N_("the main handler does this"))


def is_main_handler(ctx: Ctx, case: Case, acting: Collection[str | None]) -> bool:
    """Whether the actor acts for the responsible station's seat or the lead's (``acting``), or staffs the case."""
    staffs = may_move(ctx, case, transition_of(case, "fill_seat"), seated=False)
    return not case.sealed and (ctx.actor.username in acting or staffs)


def may_sign(ctx: Ctx, case: Case, *, signed: bool) -> bool:
    """Whether an open case was sent to a unit of the actor's that has not signed for it."""
    return case.standing == "open" and case.moves > 0 and not signed and ctx.actor.holds(may.WORK, [case.holder_id])


def _running(ctx: Ctx, helper_id: int, *, over: bool = False) -> tuple[CoHandler, Case]:
    helper = locked(ctx.session, CoHandler, helper_id, NO_TASK)
    if helper.ended_at or (helper.done_at and not over):
        raise OutOfScope(NO_TASK)
    return helper, case_of(ctx.session, ctx.actor, helper.case_id, NO_TASK, for_update=True)
