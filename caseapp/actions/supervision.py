"""督办: the sweep drafts a sheet, a person issues it, the seat answers, the issuer accepts or returns the answer."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert

from caseapp.actions.cases import case_for
from caseapp.actions.context import Ctx
from caseapp.actions.held import touch
from caseapp.actions.journal import note
from caseapp.actions.notices import tell_of_sheet
from caseapp.actions.numbers import next_number
from caseapp.db import insert_new
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.models import Case
from caseapp.domain.supervision.models import Sheet, SheetStep
from caseapp.domain.supervision.queries import Ground, find_sheet, grounds_on
from caseapp.domain.supervision.sheets import ANSWER_DAYS, ANSWERED_BY, GROUNDS, STEPS, state_after
from caseapp.domain.teams.queries.acting import acts_in
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation

KIND_OF = {"issue": "issued", "drop": "dropped", "answer": "answered", "accept": "accepted", "return": "returned"}


def draft_sheets(ctx: Ctx, on: date) -> int:
    """Draft a sheet for every ground found at the end of a day that has no open sheet and was not drafted before.

    Returns how many. Running it again drafts nothing new; two at once draft one.
    """
    return len(_draft(ctx, on, list(grounds_on(ctx.session, on, ctx.office.settings))))


def _draft(ctx: Ctx, on: date, grounds: list[Ground]) -> list[int]:
    rows = [
        {
            "case_id": one.case_id, "ground": one.ground, "trigger": one.trigger, "state": "draft", "requirement": "",
            "seat": ANSWERED_BY[one.ground], "drafted_on": on,
        }
        for one in grounds
    ]  # fmt: skip
    if not rows:
        return []
    ids = list(ctx.session.scalars(insert_new(ctx.session, Sheet).returning(Sheet.id), rows))
    touch(ctx.session, Sheet, *ids)
    steps = [{"sheet_id": key, "kind": "drafted", "by": ctx.actor.username, "at": ctx.now, "text": ""} for key in ids]
    if steps:
        touch(ctx.session, SheetStep, *ctx.session.scalars(insert(SheetStep).returning(SheetStep.id), steps))
    return ids


def draft_by_hand(ctx: Ctx, number: str, ground: str) -> Sheet:
    """Draft a sheet for a case on a ground that somebody saw without the sweep. One open sheet a case and ground."""
    case = case_for(ctx, number, for_update=True)
    _demand(ctx, case)
    if ground not in GROUNDS:
        raise RuleViolation("ground", N_("there is no such ground"))
    ids = _draft(ctx, ctx.today, [Ground(case.id, ground, f"by hand {ctx.now.isoformat()}"[:60])])
    if not ids:
        raise RuleViolation("ground", N_("there is an open sheet on this ground already"))
    note(ctx, "supervision_drafted", number, ground=ground)
    return ctx.session.get_one(Sheet, ids[0])


def issue(ctx: Ctx, sheet_id: int, requirement: str, answer_on: date | None) -> Sheet:
    """Issue a drafted sheet: it gets its number, says what is required, and by when the seat answers."""
    sheet = _sheet(ctx, sheet_id, "issue")
    _demand(ctx, sheet.case)
    if not requirement.strip():
        raise RuleViolation("requirement", N_("say what is required"))
    answer_on = answer_on or ctx.today + timedelta(days=ANSWER_DAYS)
    if answer_on < ctx.today:
        raise RuleViolation("answer_on", N_("the answer cannot be due in the past"))
    sheet.number = next_number(ctx, "sheet", ctx.today.year)
    sheet.requirement, sheet.answer_on, sheet.issued_by = requirement.strip(), answer_on, ctx.actor.username
    _step(ctx, sheet, "issue", requirement)
    return sheet


def drop(ctx: Ctx, sheet_id: int, reason: str) -> Sheet:
    """Drop a draft, with a reason. The same trigger is not drafted again."""
    sheet = _sheet(ctx, sheet_id, "drop")
    _demand(ctx, sheet.case)
    _step(ctx, sheet, "drop", _said(reason))
    return sheet


def answer(ctx: Ctx, sheet_id: int, text: str) -> Sheet:
    """Answer a sheet: what was done. Who acts for the seat answers; where nobody does, the unit that holds the case."""
    sheet = _sheet(ctx, sheet_id, "answer")
    acting = acts_in(ctx.session, sheet.case_id, sheet.seat, ctx.today)
    if not may_answer(ctx, sheet.case, acting):
        raise NotAllowed(N_("the seat named on the sheet answers it"))
    _step(ctx, sheet, "answer", _said(text))
    return sheet


def judge(ctx: Ctx, sheet_id: int, *, accepted: bool, text: str = "") -> Sheet:
    """Accept an answer, which closes the sheet, or return it with what is still wanting. Nobody judges their own."""
    step = "accept" if accepted else "return"
    sheet = _sheet(ctx, sheet_id, step)
    _demand(ctx, sheet.case)
    if sheet.steps[-1].by == ctx.actor.username:
        raise NotAllowed(N_("nobody judges their own answer"))
    _step(ctx, sheet, step, text.strip() if accepted else _said(text))
    return sheet


def _said(text: str) -> str:
    if not text.strip():
        raise RuleViolation("text", N_("a few words are needed"))
    return text.strip()


def _sheet(ctx: Ctx, sheet_id: int, step: str) -> Sheet:
    sheet = find_sheet(ctx.session, ctx.actor, sheet_id)
    if sheet is None:
        raise OutOfScope(N_("there is no such sheet"))
    ctx.session.refresh(sheet, with_for_update=True)
    state_after(sheet.state, step)
    return sheet


def may_supervise(ctx: Ctx, case: Case) -> bool:
    """Whether the actor's posts supervise a case; accusations are not supervised."""
    return not case.sealed and ctx.actor.holds(may.SUPERVISE, case.places)


def may_answer(ctx: Ctx, case: Case, acting: str | None) -> bool:
    """Whether the actor answers a sheet: who acts for its seat, or, when nobody does, the unit that holds the case."""
    return acting == ctx.actor.username or (acting is None and ctx.actor.holds(may.WORK, [case.holder_id]))


def open_steps(ctx: Ctx, sheet: Sheet, acting: str | None) -> list[str]:
    """The steps the actor may take with a sheet now. ``acting`` is who acts for its seat."""
    supervises, own = may_supervise(ctx, sheet.case), sheet.steps[-1].by == ctx.actor.username
    allowed = {
        "issue": supervises,
        "drop": supervises,
        "answer": may_answer(ctx, sheet.case, acting),
        "accept": supervises and not own,
        "return": supervises and not own,
    }
    return [step for step, (before, _after) in STEPS.items() if sheet.state in before and allowed[step]]


def _demand(ctx: Ctx, case: Case) -> None:
    if not may_supervise(ctx, case):
        raise NotAllowed(N_("your posts do not allow this on this case"))


def _step(ctx: Ctx, sheet: Sheet, step: str, text: str) -> None:
    sheet.state = state_after(sheet.state, step)
    kind = KIND_OF[step]
    sheet.steps.append(SheetStep(kind=kind, by=ctx.actor.username, at=ctx.now, text=text))
    note(ctx, f"supervision_{kind}", sheet.case.number, sheet=sheet.number or sheet.id)
    ctx.session.flush()  # the page shows the step
    tell_of_sheet(ctx, sheet, kind)
