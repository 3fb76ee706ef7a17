"""Which cases' contacts have been kept for long enough, and which of these somebody is shown, to have them erased."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import TransferDuty
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case, CaseParty, Proposal
from caseapp.domain.cases.queries import OPEN, placed_in
from caseapp.domain.meetings.models import MeetingDecision
from caseapp.domain.receipts.models import Callback, PressureReport
from caseapp.domain.retention.models import ErasingProposal
from caseapp.domain.retention.rules import AT_ONCE
from caseapp.domain.supervision.models import Sheet
from caseapp.domain.supervision.sheets import OPEN as OPEN_SHEET
from caseapp.domain.teams.models import CoHandler
from caseapp.kernel.personal import PERSONAL

Clause = ColumnElement[bool]
INTO = aliased(Case)
PARTED = 400
"""So many numbers of cases are asked for at once."""


def due_ids(session: Session, limit: date) -> set[int]:
    """The cases that were archived up to a day, with which nothing has happened since, nothing is under way, and that
    still tell contacts of parties; and those merged into a case that was archived by then."""
    archived = select(Case.id, Case.number).where(
        Case.contacts_kept, Case.archived_on <= limit, Case.last_event_on <= limit, ~under_way()
    )
    merged = (
        select(Case.id, INTO.number)
        .join(INTO, INTO.number == Case.merged_into)
        .where(Case.contacts_kept, Case.state == "merged", Case.last_event_on <= limit)
        .where(INTO.archived_on <= limit, INTO.last_event_on <= limit, ~under_way())
    )
    found: list[tuple[int, str]] = []
    for query in (archived, merged):
        found += [(case_id, number) for case_id, number in session.execute(query)]
    again = _open_again(session, {number for _, number in found})
    return {case_id for case_id, number in found if number not in again}


def under_way() -> Clause:
    """Cases with which something is under way besides their events: a request that waits for a second person, a
    supervision sheet, a return visit, a task of a helper, a decision of a meeting, a report of pressure, a matter to be
    handed over outside."""
    here: dict[Any, Clause] = {
        Proposal: Proposal.decided_at.is_(None),
        Sheet: Sheet.state.in_(OPEN_SHEET),
        Callback: Callback.done_at.is_(None),
        CoHandler: CoHandler.ended_at.is_(None),
        MeetingDecision: MeetingDecision.done_on.is_(None),
        PressureReport: PressureReport.done_at.is_(None),
        TransferDuty: TransferDuty.handed_on.is_(None),
    }
    return or_(*(exists().where(table.case_id == Case.id, undone) for table, undone in here.items()))


def _open_again(session: Session, numbers: Iterable[str]) -> set[str]:
    """Those of some cases that were raised again in a case that is open: who raised it may have to be called."""
    asked, found = sorted(numbers), set[str]()
    for begin in range(0, len(asked), PARTED):
        raised = select(Case.repeat_of).where(OPEN, Case.repeat_of.in_(asked[begin : begin + PARTED]))
        found |= {number for number in session.scalars(raised) if number}
    return found


def may_act(actor: Actor, permission: str) -> Clause:
    """The cases that somebody sees and whose contacts their post lets them ask to erase, or sign for; of accusations
    their desk does both."""
    ordinary = and_(~Case.sealed, placed_in(actor.parts_with(permission)))
    of_the_desk = and_(Case.sealed, placed_in(actor.parts_with(may.SEALED)))
    return and_(scope(actor, Case.id), or_(ordinary, of_the_desk))


@dataclass(frozen=True)
class ErasingLine:
    """A case on a list of what is proposed: which it is, when it was archived (none: it was merged), of how many
    parties it tells contacts, who asked for it."""

    case_id: int
    number: str
    title: str
    archived_on: date | None
    merged_into: str | None
    contacts: int
    asked_by: str | None


class ErasingList:
    """One query for a list and its count: what waits for somebody who looks at the cases, or (``asked``) for the second
    person, of what an actor may act on."""

    def __init__(self, actor: Actor, today: date, *, asked: bool) -> None:
        free = or_(ErasingProposal.kept_until.is_(None), ErasingProposal.kept_until <= today)
        step = ErasingProposal.asked_by.is_not(None) if asked else ErasingProposal.asked_by.is_(None)
        self.where = and_(may_act(actor, may.APPROVE if asked else may.FILE), free, step)

    def count(self, session: Session) -> int:
        """How many cases there are on it."""
        return session.scalar(self._of(func.count(ErasingProposal.case_id))) or 0

    def lines(self, session: Session) -> list[ErasingLine]:
        """The first of them, those that were archived first at the top."""
        told = func.count(CaseParty.id)
        contacts = (
            select(told)
            .where(CaseParty.case_id == Case.id, or_(*(getattr(CaseParty, name) != "" for name in PERSONAL)))
            .scalar_subquery()
        )
        columns = Case.id, Case.number, Case.title, Case.archived_on, Case.merged_into, contacts
        query = self._of(*columns, ErasingProposal.asked_by).order_by(Case.last_event_on, Case.id).limit(AT_ONCE)
        return [ErasingLine(*row) for row in session.execute(query)]

    def named(self, session: Session, numbers: Iterable[str]) -> list[ErasingProposal]:
        """Those of some numbers that are on it, locked until the transaction ends."""
        query = select(ErasingProposal).join(Case, Case.id == ErasingProposal.case_id)
        query = query.where(self.where, Case.number.in_(list(numbers))).order_by(ErasingProposal.case_id)
        return list(session.scalars(query.with_for_update(of=ErasingProposal)))

    def _of(self, *columns: Any) -> Select[Any]:
        return (
            select(*columns)
            .select_from(ErasingProposal)
            .join(Case, Case.id == ErasingProposal.case_id)
            .where(self.where)
        )
