"""Taking a case as an accusation (转为检举控告, 信访工作条例 art. 30), read top to bottom.

What was logged in haste as an appeal is sealed from that moment: an accusation takes its place, with its texts and its
papers, and of the case nothing is left but that there was one, struck out as logged by mistake. Its receipt says the
same, because others have seen its code; who reads the accusation makes the petitioner a new one. It is one act of one
person of the desk for accusations; somebody else of that desk is told.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from caseapp.actions.cases import add_event, case_for
from caseapp.actions.context import Ctx
from caseapp.actions.issuing import strike_letters
from caseapp.actions.journal import note
from caseapp.actions.matters import let_each_leave
from caseapp.actions.notices import tell_of_accusation
from caseapp.actions.opening import open_case
from caseapp.actions.shadow import bring_in_line
from caseapp.actions.striking_out import forget_notices, leave_a_number
from caseapp.domain.access import permissions as may
from caseapp.domain.access.models import CaseAccess, Interest
from caseapp.domain.cases.event_fields import is_private
from caseapp.domain.cases.events import ERASED, Event
from caseapp.domain.cases.merging import ENDINGS
from caseapp.domain.cases.models import Case, CaseEventText, Proposal
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.resealing import Saying, as_accusation
from caseapp.domain.cases.states import EVENT_OF
from caseapp.domain.documents.models import Document
from caseapp.domain.meetings.models import MeetingDecision
from caseapp.domain.receipts.models import Callback, PressureReport
from caseapp.domain.supervision.models import Sheet, SheetStep
from caseapp.domain.supervision.sheets import OPEN
from caseapp.domain.teams.models import CoHandler
from caseapp.domain.teams.queries.ways import WAY
from caseapp.kernel.errors import N_, Conflict, NotAllowed, WrongPerson

STRUCK_OUT = "登记有误"
"""Why the case was struck out, as everybody reads it: logged by mistake. It says no more than any slip would."""


def may_take_as_accusation(ctx: Ctx, case: Case) -> bool:
    """Whether the actor may take a case they see as an accusation: they read accusations where it arose or is held, it
    is none yet, and it was not struck out or merged."""
    return not case.sealed and case.state not in ENDINGS and ctx.actor.holds(may.SEALED, case.places)


def taken_by_me(ctx: Ctx, number: str, *, for_update: bool = False) -> Case:
    """A case that the actor may take as an accusation. Raises OutOfScope, NotAllowed."""
    case = case_for(ctx, number, for_update=for_update)
    if not may_take_as_accusation(ctx, case):
        raise NotAllowed(N_("the desk for accusations takes a case as one, while it is neither struck out nor merged"))
    return case


def take_as_accusation(ctx: Ctx, number: str, about: Iterable[str] = (), *, length: int | None = None) -> Case:
    """Take a case as an accusation, with the cases that were merged into it; returns the accusation that takes its
    place. ``about``: who it accuses, besides those the case complains of. ``length``: how many events the actor saw.

    Raises OutOfScope, NotAllowed, Conflict, and RuleViolation when nobody else would read the accusation: one person
    alone hides nothing.
    """
    case = taken_by_me(ctx, number, for_update=True)
    if length is not None and length != case.length:
        raise Conflict(N_("somebody else has worked on this case meanwhile; look at what is new, then try again"))
    about, merged = tuple(about), merged_into(ctx, case, for_update=True)
    accusation = _take(ctx, case, about)
    for other in merged:
        _take(ctx, other, about)
    return accusation


def merged_into(ctx: Ctx, case: Case, *, for_update: bool = False) -> list[Case]:
    """The cases that were merged into one, and those merged into these: they tell the same matter."""
    found: list[Case] = []
    waiting = [case.number]
    while waiting:
        query = select(Case).where(Case.merged_into.in_(waiting)).order_by(Case.id)
        rows = ctx.session.scalars(query.with_for_update(key_share=True) if for_update else query)
        more = [one for one in rows if one not in found]
        found, waiting = [*found, *more], [one.number for one in more]
    return found


def _take(ctx: Ctx, case: Case, about: Iterable[str]) -> Case:
    history = load_history(ctx.session, case, ctx.units)
    head, events = as_accusation(history, about, _words_beside(ctx, case), ctx.now, ctx.actor.username)
    let_each_leave(ctx, case)
    accusation = open_case(ctx, head, events)
    _move_over(ctx, case, accusation)
    _erase_beside(ctx, case)
    _erase_texts(ctx, case)
    if case.state in ENDINGS:
        bring_in_line(ctx, case)
    else:
        add_event(ctx, case, Event("voided", ctx.now, ctx.now, ctx.actor.username, {"reason": STRUCK_OUT}))
        leave_a_number(ctx, case)
    note(ctx, "taken_as_accusation", accusation.number, was=case.number)
    if not tell_of_accusation(ctx, accusation):
        raise WrongPerson("about", N_("nobody else here would read this accusation: it needs a second reader first"))
    return accusation


def _words_beside(ctx: Ctx, case: Case) -> list[Saying]:
    """What was written about a case beside its events."""
    session = ctx.session
    words = [
        Saying(one.text, one.recorded_at, one.recorded_by)
        for one in session.scalars(select(MeetingDecision).where(MeetingDecision.case_id == case.id))
    ]
    for helper in session.scalars(select(CoHandler).where(CoHandler.case_id == case.id)):
        words.append(Saying(helper.task, helper.asked_at, helper.asked_by))
        words.append(Saying(helper.last_word, helper.last_word_at or helper.asked_at, helper.username))
    for sheet in session.scalars(select(Sheet).where(Sheet.case_id == case.id)):
        words += [Saying(step.text, step.at, step.by) for step in sheet.steps]
    return words


def _move_over(ctx: Ctx, case: Case, accusation: Case) -> None:
    """Papers and reports of pressure go to the accusation; who is out of the case is out of it too."""
    session, there = ctx.session, {"case_id": accusation.id}
    for paper in session.scalars(select(Document).where(Document.case_id == case.id)).all():
        paper.case_id = accusation.id
    for pressed in session.scalars(select(PressureReport).where(PressureReport.case_id == case.id)).all():
        pressed.case_id = accusation.id
    for row in session.scalars(select(Interest).where(Interest.case_id == case.id)).all():
        kept = {name: getattr(row, name) for name in ("username", "reason", "declared_at", "undo_asked_by")}
        session.add(Interest(**there, **kept, undone_by=row.undone_by, undone_at=row.undone_at))
        row.reason = ERASED if row.reason else ""
    _bar_who_was_barred(session, case, accusation)
    bring_in_line(ctx, accusation)


def _bar_who_was_barred(session: Session, case: Case, accusation: Case) -> None:
    """Who was out of the case when it was settled stays out, whatever posts and deputies there are by now."""
    columns = [getattr(CaseAccess, name) for name in WAY]
    barred = select(*columns).where(CaseAccess.barred, CaseAccess.because.is_not(None))
    there = {tuple(way) for way in session.execute(barred.where(CaseAccess.case_id == accusation.id))}
    for way in map(tuple, session.execute(barred.where(CaseAccess.case_id == case.id)).all()):
        if way not in there:
            session.add(CaseAccess(case_id=accusation.id, **dict(zip(WAY, way, strict=True))))
    session.flush()


def _erase_texts(ctx: Ctx, case: Case) -> None:
    """Erase what a case says: its title, its story, its parties, the words of its events. The chain holds a salted
    digest of them, and verifies."""
    ctx.session.execute(delete(CaseEventText).where(CaseEventText.case_id == case.id))
    ctx.session.expire_all()  # what was read before is not written back


def _erase_beside(ctx: Ctx, case: Case) -> None:
    """Erase what lies beside a case: notices and what is on its way, letters, tasks, return visits, what waits for a
    second person, what sheets and meetings say of it."""
    session = ctx.session
    forget_notices(session, case)
    strike_letters(ctx, case)
    for visit in session.scalars(select(Callback).where(Callback.case_id == case.id)).all():
        session.delete(visit)
    for helper in session.scalars(select(CoHandler).where(CoHandler.case_id == case.id)).all():
        session.delete(helper)
    for proposal in session.scalars(select(Proposal).where(Proposal.case_id == case.id)):
        _close_proposal(ctx, proposal)
    for sheet in session.scalars(select(Sheet).where(Sheet.case_id == case.id)):
        _close_sheet(ctx, sheet)
    for decision in session.scalars(select(MeetingDecision).where(MeetingDecision.case_id == case.id)):
        _close_decision(ctx, decision)
    session.flush()


def _close_proposal(ctx: Ctx, proposal: Proposal) -> None:
    if proposal.decided_at is None:
        proposal.decided_by, proposal.decided_at, proposal.approved = ctx.actor.username, ctx.now, False
    kind, data = EVENT_OF[proposal.action], proposal.data
    proposal.data = {name: ERASED if is_private(kind, name, data) else value for name, value in data.items()}
    proposal.note = ERASED if proposal.note else ""


def _close_sheet(ctx: Ctx, sheet: Sheet) -> None:
    sheet.requirement = ERASED if sheet.requirement else ""
    for step in sheet.steps:
        step.text = ERASED if step.text else ""
    if sheet.state in OPEN:
        sheet.state = "dropped"
        sheet.steps.append(SheetStep(kind="dropped", by=ctx.actor.username, at=ctx.now, text=""))


def _close_decision(ctx: Ctx, decision: MeetingDecision) -> None:
    decision.text, decision.done_note = ERASED, ERASED if decision.done_note else ""
    if decision.done_on is None:
        decision.done_on, decision.done_by = ctx.today, ctx.actor.username
