"""What was overdue at the end of a report's period: all of it, or the beginning of the list and how many more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope, scope_within
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories, moves_in
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries.history import late_at_end, late_in_brief, overdue_on
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.queries import lies_within, rules_held
from caseapp.domain.rates.models import Contributed
from caseapp.domain.rates.queries import holds, recorded_since, stand_in
from caseapp.domain.reports.report import Report, overdue_item, overdue_of
from caseapp.kernel.periods import Month

Clause = ColumnElement[bool]
Here = Callable[[Any], Clause]
Item = tuple[str, str, date]
"""The number of the case, the kind, the due date."""
SPARE = 4
"""For each so many items that are asked for, one more is looked at: its reader may be out of the case of another."""


def can_matter(report: Report) -> Clause:
    """Cases that can be in a figure of a window of a report, or overdue at its end."""
    overdue = exists().where(Deadline.case_id == Case.id, overdue_on(report.period.window.end))
    return or_(moves_in(report.earliest, report.as_of), overdue)


def add_overdue(
    session: Session, actor: Actor, part: TreePart, report: Report, office: OfficeRules, *, most: int | None,
    late: int | None,
) -> None:  # fmt: skip
    """Add what was overdue at its end in a part of the tree: from the due dates on record where they are what the rules
    known at ``as_of`` give, else from the histories; and from these where only a part is asked for and a case adds to
    no number: then it is kept nowhere where it stands. ``late``: how many there are on record, when the sums say so."""
    held, here = rules_held(session, report.as_of), _here(actor, part, report)
    if held:
        end, found = report.period.window.end, _on_record(session, actor, part, report, here, most=most, late=late)
        report.overdue += [overdue_item(number, kind, due_on, end) for number, kind, due_on in found]
    if not held or report.narrowed:
        kept = and_(Contributed.case_id == Case.id, holds(report.period.window))
        seen = and_(here(Case.id), lies_within(Case.unit_id, [part]))
        owing = and_(Case.id.in_(select(_late(report, here).c.case_id)), ~exists().where(kept))
        for _, history in load_histories(session, and_(seen, owing if held else can_matter(report)), report.trees):
            report.overdue += overdue_of(report, history, office)
    report.sort_overdue()


def _on_record(
    session: Session, actor: Actor, part: TreePart, report: Report, here: Here, *, most: int | None, late: int | None
) -> list[Item]:  # fmt: skip
    """The items from the due dates on record: all, or the first so many, with how many more there are."""
    if most is None or report.narrowed:
        return _all(session, report, here)
    found = _first(session, report, _here_one_by_one(actor, part, report), most)
    report.more_overdue = (_how_many(session, report, here) if late is None else late) - len(found)
    return found


def _here(actor: Actor, part: TreePart, report: Report) -> Here:
    """Whether a case arose in a part of the tree, is seen by an actor, and is not one of which something was recorded
    since. What is not so is read once: it is for all that is overdue."""
    sealed, recorded = select(Case.id).where(Case.sealed), select(Case.id).where(recorded_since(report.as_of))

    def here(case_id: Any) -> Clause:
        seen = scope_within(actor, case_id, part.ids, case_id.in_(sealed))
        return and_(_arose(part, case_id), seen, case_id.not_in(recorded))

    return here


def _here_one_by_one(actor: Actor, part: TreePart, report: Report) -> Here:
    """The same, looked up case by case: it is for the few that begin the list."""

    def here(case_id: Any) -> Clause:
        recorded = exists().where(Case.id == case_id, recorded_since(report.as_of)).correlate_except(Case)
        return and_(_arose(part, case_id), scope(actor, case_id), ~recorded)

    return here


def _arose(part: TreePart, case_id: Any) -> Clause:
    if part.everything:
        return true()
    return exists().where(Case.id == case_id, lies_within(Case.unit_id, [part])).correlate_except(Case)


def _late(report: Report, here: Here, *also: Clause) -> Any:
    """The items that were overdue at the end of the period, of those that are here."""
    items = select(Deadline.case_id, Deadline.kind, Deadline.due_on)
    return items.where(late_at_end(_last_month(report)), here(Deadline.case_id), *also).subquery()


def _last_month(report: Report) -> int:
    return Month.of(report.period.window.end).number


def _how_many(session: Session, report: Report, here: Here) -> int:
    return session.scalars(select(func.count()).select_from(_late(report, here))).one()


def _all(session: Session, report: Report, here: Here) -> list[Item]:
    query = _named(_late(report, here))
    if report.narrowed:
        window = holds(report.period.window)
        query = query.join(Contributed, and_(Contributed.case_id == Case.id, window, stand_in(report.narrowed)))
    return list(session.execute(query))


def _first(session: Session, report: Report, here: Here, most: int) -> list[Item]:
    """At least the first so many in order of due date, or all when so many of the first are not for its reader that
    fewer are left."""
    brief = late_in_brief(_last_month(report), most + most // SPARE)
    found: list[Item] = list(session.execute(_named(_late(report, here, brief))))
    return found if len(found) >= most else list(session.execute(_named(_late(report, here))))


def _named(items: Any) -> Any:
    """Items with the numbers of their cases."""
    return select(Case.number, items.c.kind, items.c.due_on).join(items, items.c.case_id == Case.id)
