"""Reading what a report needs: the histories that can matter, in one query, through the actor's scope."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, undefer

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.access.queries import barred_from as barred_from
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import barred_cases as barred_cases
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units, load_office
from caseapp.domain.org.tree import Tree, Trees
from caseapp.domain.rates.queries import recorded_since, some_recorded_since
from caseapp.domain.reports.first_rows import read_content
from caseapp.domain.reports.models import FrozenPaper, FrozenReport, FrozenWords, MonthNote, PaperTemplate
from caseapp.domain.reports.prose import VillageNote
from caseapp.domain.reports.public import PublicMonth, public_month
from caseapp.domain.reports.queries.kept import add_kept, is_kept
from caseapp.domain.reports.queries.late import can_matter
from caseapp.domain.reports.queries.left_out import LeftOut, accusations_left_out, leave_out, left_out
from caseapp.domain.reports.report import Report, Stamp, add_up, check_narrowed
from caseapp.domain.reports.stored import Edition, read_stored, without
from caseapp.domain.reports.wordbook import Wordbook, read_wordbook
from caseapp.domain.reports.yearly import YearOfWork
from caseapp.domain.supervision.models import Sheet, SheetStep
from caseapp.kernel.clock import day_begins, local_day, show_instant
from caseapp.kernel.errors import N_, NotAllowed, RuleViolation
from caseapp.kernel.periods import DAY, Month, Period

NOTHING: Mapping[str, str] = MappingProxyType({})
Progress = Callable[[int, int], None]
Content = dict[str, Any]
SHOWN_EVERY = 200
PASSED_ON = ("sent_down", "escalated", "transferred_out")


def read_report(
    session: Session, actor: Actor, units: Units, unit: str, period: Period, *, as_of: datetime,
    narrowed: Mapping[str, str] = NOTHING, progress: Progress | None = None, office: OfficeRules | None = None,
    overdue: int | None = None,
) -> Report:  # fmt: skip
    """The report of a unit for a period as known at ``as_of``: every number goes through the actor's scope.

    What is kept of its windows (``rates/runs.py``) is added up. Read are the histories of the cases of which something
    was recorded since, or where nothing is kept of some window, of all that can matter. Accusations are read for the
    one figure of the town's report and appear in nothing else. ``progress`` is told how many histories of how many were
    read. Of what was overdue as many items are read, at least, as ``overdue`` says, and the others are counted. Raises
    RuleViolation for an unknown unit, a part there is not, a period that has not begun.
    """
    units.place(unit)
    trees = units.known_at(as_of)
    if period.window.start > local_day(as_of):
        raise RuleViolation(period.kind, N_("%(month)s has not begun yet"), month=str(period))
    office = office or load_office(session, as_of)
    check_narrowed(narrowed, office)
    report = Report(unit, period, as_of, narrowed, trees)
    if unit not in report.tree.places:
        raise RuleViolation("unit", N_("%(code)s is not there on %(day)s"), code=unit, day=period.window.end)
    kept = is_kept(report)
    recorded = not kept or some_recorded_since(session, as_of)
    if recorded:
        where = and_(_counted(actor, units, report), recorded_since(as_of) if kept else can_matter(report))
        add_up(report, _told(session, where, trees, progress), trees, office)
    if kept:
        add_kept(session, actor, units, report, office, recorded=recorded, overdue=overdue)
    return report if narrowed else leave_out(report, accusations_left_out(session, actor, units, unit))


def _told(
    session: Session, where: ColumnElement[bool], trees: Trees, progress: Progress | None
) -> Iterator[History]:  # fmt: skip
    """The histories of some cases, one after the other; ``progress`` is told how many."""
    told = (history for _, history in load_histories(session, where, trees))
    if progress is None:
        return told
    return _watched(told, session.scalar(select(func.count()).select_from(Case).where(where)) or 0, progress)


def _watched(histories: Iterable[History], count: int, progress: Progress) -> Iterator[History]:
    for done, history in enumerate(histories, start=1):
        if done % SHOWN_EVERY == 0 or done == count:
            progress(done, count)
        yield history


def _counted(actor: Actor, units: Units, report: Report) -> ColumnElement[bool]:
    """The cases that arose in what was within a unit at the end of some window, within the actor's scope; for the
    system the accusations of the town too."""
    seen = scope(actor, Case.id)
    if units.tier(report.unit) == "town" and actor.is_system:
        seen = or_(seen, Case.sealed)
    within = frozenset().union(*report.within.values())
    return and_(seen, Case.unit_id.in_(sorted(units.id_of[code] for code in within)))


def frozen_reports(session: Session, unit_id: int, month: Month | None = None) -> list[FrozenReport]:
    """The revisions of a unit's months, latest first; of one month, or of all."""
    query = select(FrozenReport).where(FrozenReport.unit_id == unit_id)
    if month is not None:
        query = query.where(FrozenReport.month == str(month))
    return list(session.scalars(query.order_by(FrozenReport.month.desc(), FrozenReport.revision.desc())))


def frozen_since(session: Session, month: Month) -> list[FrozenReport]:
    """Every revision of a month and the later ones."""
    return list(session.scalars(select(FrozenReport).where(FrozenReport.month >= str(month)).order_by(FrozenReport.id)))


def frozen_for(session: Session, month: Month, as_of: datetime) -> int:
    """How many reports of a month were frozen with what was known at an instant."""
    here = FrozenReport.month == str(month), FrozenReport.as_of == as_of
    return session.scalar(select(func.count(FrozenReport.id)).where(*here)) or 0


def stored_report(
    session: Session, actor: Actor, units: Units, frozen: FrozenReport, left: LeftOut | None = None
) -> Edition:
    """A frozen report as an actor sees it, from what is stored alone: without what is left out for them (``left``, when
    somebody has asked for that already).

    Rows from before hold no cases behind most of their numbers: they are shown whole or not at all. Raises NotAllowed.
    """
    left = left or left_out(session, actor, units, frozen)
    stamp = Stamp(frozen.revision, show_instant(frozen.frozen_at), frozen.digest, frozen.anchor or "")
    here = units.ids_within(units.by_id[frozen.unit_id].code)
    if frozen.stored is not None:
        found = without(read_stored(frozen.stored), left.cases)
    elif left.cases and _some_arose_in(session, left.cases, here):
        raise NotAllowed(N_("this revision cannot be shown without a case that you are kept out of"))
    else:
        found = read_content(json.loads(frozen.content), units)
    found.report.frozen = stamp
    leave_out(found.report, left.accusations)
    return found


def _some_arose_in(session: Session, numbers: frozenset[str], unit_ids: frozenset[int]) -> bool:
    here = select(Case.id).where(Case.number.in_(sorted(numbers)), Case.unit_id.in_(unit_ids)).limit(1)
    return session.scalar(here) is not None


def wordbook_of(session: Session, frozen: FrozenReport) -> Wordbook:
    """The words a report was frozen under; none for rows from before."""
    kept = session.get(FrozenWords, frozen.words) if frozen.words else None
    return read_wordbook(kept.content) if kept else Wordbook({}, {})


def frozen_paper(session: Session, frozen: FrozenReport, kind: str) -> bytes | None:
    """A paper as it was made when the report was frozen."""
    query = select(FrozenPaper.content).where(FrozenPaper.report_id == frozen.id, FrozenPaper.kind == kind)
    return session.scalar(query)


def known_to_frozen(session: Session) -> dict[int, datetime]:
    """Up to which instant the frozen reports of each unit knew everything, by its id; of units without one nothing."""
    query = select(FrozenReport.unit_id, func.max(FrozenReport.as_of)).group_by(FrozenReport.unit_id)
    return dict(list(session.execute(query)))


def entered_since(session: Session, numbers: Iterable[str], since: datetime) -> list[tuple[str, str, date, datetime]]:
    """What was entered about some cases after an instant: number, event, its day, when it was entered."""
    query = (
        select(Case.number, CaseEvent.kind, CaseEvent.on, CaseEvent.recorded_at)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.number.in_(sorted(numbers)), CaseEvent.recorded_at > since)
        .order_by(Case.number, CaseEvent.seq)
    )
    return [(number, kind, on, recorded_at) for number, kind, on, recorded_at in session.execute(query)]


def notes_of(session: Session, unit_ids: Iterable[int], month: Month) -> dict[int, MonthNote]:
    """What the villages said of a month, by unit id."""
    query = select(MonthNote).where(MonthNote.unit_id.in_(sorted(unit_ids)), MonthNote.month == str(month))
    return {note.unit_id: note for note in session.scalars(query)}


def submitted_notes(session: Session, units: Units, report: Report) -> list[VillageNote]:
    """What the villages of a unit submitted beside a month's figures; what was returned to them is not said."""
    if not isinstance(report.period, Month):
        return []
    ids = {units.id_of[code]: code for code in report.tree.all_within(report.unit) if code in units.id_of}
    found = notes_of(session, ids, report.period)
    return [
        VillageNote(report.tree.place(ids[key]).name, one.problems, one.plans)
        for key, one in sorted(found.items(), key=lambda pair: ids[pair[0]])
        if one.state == "submitted"
    ]


def read_year(session: Session, actor: Actor, units: Units, report: Report) -> YearOfWork:
    """What happened in a report's window beside its figures, as known at its ``as_of``, within the actor's scope.

    Accusations, and cases voided or merged, are not counted. Which office is complained of is what stands today.
    """
    where = and_(
        scope(actor, Case.id), Case.unit_id.in_(units.ids_within_on(report.unit, report.tree)), ~Case.sealed,
        Case.standing != "excluded",
    )  # fmt: skip
    window = report.period.window
    here = and_(where, Case.registered_on.between(window.start, window.end))
    suggestion = and_(here, Case.petition_class == "suggestion")
    return YearOfWork(
        complained=_complained(session, units, here),
        events=_events(session, report, where),
        sheets=_steps(session, report, where),
        suggestions=_how_many(session, suggestion),
        adopted=_how_many(session, and_(suggestion, _supported(report))),
    )


def _complained(session: Session, units: Units, where: ColumnElement[bool]) -> list[tuple[str, int]]:
    """The units that are complained of themselves, not those that an official complained of bars."""
    bar = aliased(CaseAccess)
    query = (
        select(bar.unit_id, func.count(Case.id.distinct()))
        .join(Case, Case.id == bar.case_id)
        .where(where, bar.barred, bar.unit_id.is_not(None), bar.because.in_(list(units.id_of)))
        .group_by(bar.unit_id)
    )
    found = [(units.by_id[unit_id].code, count) for unit_id, count in session.execute(query) if unit_id]
    return sorted(found, key=lambda row: (-row[1], row[0]))


def _events(session: Session, report: Report, where: ColumnElement[bool]) -> Counter[str]:
    query = (
        select(CaseEvent.kind, func.count())
        .join(Case, Case.id == CaseEvent.case_id)
        .where(where, CaseEvent.kind.in_(PASSED_ON), _in_window(report))
        .group_by(CaseEvent.kind)
    )
    return Counter(dict(list(session.execute(query))))


def _steps(session: Session, report: Report, where: ColumnElement[bool]) -> Counter[str]:
    window = report.period.window
    query = (
        select(SheetStep.kind, func.count())
        .join(Sheet, Sheet.id == SheetStep.sheet_id)
        .join(Case, Case.id == Sheet.case_id)
        .where(
            where, SheetStep.at >= day_begins(window.start), SheetStep.at < day_begins(window.end + DAY),
            SheetStep.at <= report.as_of,
        )
        .group_by(SheetStep.kind)
    )  # fmt: skip
    return Counter(dict(list(session.execute(query))))


def _supported(report: Report) -> ColumnElement[bool]:
    """Answered as supported in the window (``cases/history.py: effect_of``)."""
    return exists().where(
        CaseEvent.case_id == Case.id, CaseEvent.kind == "replied", CaseEvent.effect == "open", _in_window(report)
    )


def _in_window(report: Report) -> ColumnElement[bool]:
    window = report.period.window
    return and_(CaseEvent.on.between(window.start, window.end), CaseEvent.recorded_at <= report.as_of)


def _how_many(session: Session, where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Case).where(where)) or 0


def published_report(session: Session, units: Units, unit: str, month: Month) -> FrozenReport | None:
    """The revision that a public version is made from; None when the town's month is not frozen. The first for ever:
    what hangs on the wall is not changed, and two versions of one month would say what either hides."""
    frozen = frozen_reports(session, units.id_of[units.town_of(unit)], month)
    return frozen[-1] if frozen else None


def published_month(content: Content, tree: Tree) -> PublicMonth:
    """The town's public version, with a row for each of its villages."""
    return public_month(content, [code for code in tree.subtree(content["unit"]) if tree.tier(code) == "village"])


def paper_templates(session: Session) -> list[PaperTemplate]:
    """Every Word template the office ever put in use, latest first; their content is read when it is asked for."""
    return list(session.scalars(select(PaperTemplate).order_by(PaperTemplate.id.desc())))


def template_in_use(session: Session, paper: str) -> PaperTemplate | None:
    """The office's template for a kind of paper; None when the program's own is used."""
    query = select(PaperTemplate).where(PaperTemplate.paper == paper).order_by(PaperTemplate.id.desc()).limit(1)
    found = session.scalar(query.options(undefer(PaperTemplate.content)))
    return found if found is not None and found.content is not None else None
