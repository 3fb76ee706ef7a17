"""The Excel ledger (台账) in and out (contract §5): the same doors as whole histories, one row a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, select

from caseapp.actions.context import Ctx
from caseapp.actions.exports import rating_told
from caseapp.actions.imports import Imported, Progress, import_cases
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.cases.snapshot import holder_at
from caseapp.domain.deadlines.rules import light, owed_at
from caseapp.domain.exchange.columns import HEADING_OF, HEADINGS, WIDTHS, Headings, find_headings
from caseapp.domain.exchange.ledger import RowProblems, UnitLookup, ledger_rows, row_to_case
from caseapp.domain.exchange.ledger_out import LedgerView, case_to_row, error_rows
from caseapp.domain.exchange.ledger_row import Say
from caseapp.domain.exchange.ledger_words import categories
from caseapp.domain.people.queries import names_of
from caseapp.kernel.errors import N_, CaseappError, RuleViolation
from caseapp.office.xlsx import read_sheet, write_sheet

UNIT_HEADING = HEADING_OF["village"]


@dataclass
class LedgerImport:
    """What came of a ledger: the import of its rows, what was wrong with which row, which columns were not taken."""

    headings: Headings
    rows: Sequence[Sequence[object]]
    imported: Imported = field(default_factory=Imported)
    problems: list[RowProblems] = field(default_factory=list)


def import_ledger(ctx: Ctx, data: bytes, unit: str | None = None, progress: Progress | None = None) -> LedgerImport:
    """Take in a ledger. A row with a problem is not taken; the caller writes the error workbook and owns all else.

    ``unit`` is the town (or village) the ledger belongs to: rows of other units are problems. Raises RuleViolation when
    the file is no workbook or lacks the headings.
    """
    if unit is not None:
        ctx.units.place(unit)
    rows = read_sheet(data)
    result = LedgerImport(find_headings(rows), rows)
    lookup = UnitLookup((place.code, place.parent, place.tier, place.name) for place in ctx.units.places.values())
    own = categories(ctx.office.settings.own_categories())
    lines: list[tuple[int, object]] = []
    for row in ledger_rows(rows, result.headings):
        try:
            case = row_to_case(row.cells, lookup, row.number, today=ctx.today, categories=own)
            _check_unit(ctx, row.number, str(case["unit"]), unit)
            lines.append((row.number, case))
        except RowProblems as problem:
            result.problems.append(problem)
    result.imported = import_cases(ctx, lines, progress)
    result.problems += [_as_problem(refusal.line, refusal.problem) for refusal in result.imported.refused]
    result.problems.sort(key=lambda problem: problem.row_no)
    return result


def _check_unit(ctx: Ctx, row_no: int, code: str, unit: str | None) -> None:
    if unit is not None and not ctx.units.is_within(code, unit):
        name = ctx.units.place(unit).name
        raise RowProblems(
            row_no, [RuleViolation(UNIT_HEADING, N_("this place does not belong to %(unit)s"), unit=name)]
        )


def _as_problem(row_no: int, problem: CaseappError) -> RowProblems:
    if isinstance(problem, RowProblems):
        return problem
    return RowProblems(row_no, [RuleViolation("问题", problem.message, **problem.params)])


def error_workbook(result: LedgerImport, say: Say) -> bytes:
    """The same sheet with only the rows that were not taken and a column 问题."""
    table = error_rows(result.rows, result.headings, result.problems, say)
    return write_sheet(table.headings, table.rows, title=table.title)


def export_ledger(ctx: Ctx, unit: str, start: date | None = None, end: date | None = None) -> tuple[bytes, int]:
    """The ledger of a unit as a workbook, cases registered from ``start`` to ``end``, oldest first; and how many.

    Names of parties as lists show them; no telephone numbers. Raises NotAllowed, RuleViolation.
    """
    ctx.actor.demand(may.REPORT)
    place = ctx.units.place(unit)
    if start and end and end < start:
        raise RuleViolation("to", N_("the range ends before it begins"))
    where = and_(scope(ctx.actor, Case.id), ~Case.sealed, Case.unit_id.in_(ctx.units.ids_within(unit)))
    if start:
        where = and_(where, Case.registered_on >= start)
    if end:
        where = and_(where, Case.registered_on <= end)
    ids = list(ctx.session.scalars(select(Case.id).where(where).order_by(Case.registered_at, Case.id)))
    told = dict(load_histories(ctx.session, where, ctx.units, texts=True))
    names = names_of(ctx.session, {who.holder for one in told.values() for who in one.now.seats.values()})
    own = categories(ctx.office.settings.own_categories())
    views = [_view(ctx, told[key], names) for key in ids]
    rows = [case_to_row(view, serial, categories=own) for serial, view in enumerate(views, start=1)]
    note(ctx, "ledger_exported", unit, cases=len(ids))
    title = f"{place.name}矛盾纠纷排查化解台账"
    return write_sheet(HEADINGS, rows, title=title, widths=WIDTHS), len(ids)


def _view(ctx: Ctx, history: History, names: dict[str, str]) -> LedgerView:
    head, now = history.head, history.now
    group = ctx.units.tier(head.unit) == "group"
    owed = owed_at(history, ctx.today, ctx.office)
    handle = next((item for item in owed if item.kind == "handle"), None)
    settled = now.state == "resolved"
    last = next((event for event in reversed(history.events) if event.kind == "resolved"), None) if settled else None
    work = [event.text("note") for event in history.events if event.kind in ("followed_up", "mediated")]
    seat = {key: names.get(who.holder, who.holder) for key, who in now.seats.items()}
    return LedgerView(
        number=head.number, registered_on=now.registered_on, title=now.title, description=now.description,
        village=ctx.units.place(ctx.units.village_of(head.unit)).name,
        group=ctx.units.place(head.unit).name if group else "",
        channel=head.channel, category=now.category, risk=now.risk, headcount=now.headcount,
        parties=[party.name for party in now.parties if party.name], tier=ctx.units.tier(holder_at(now, ctx.units)),
        lead=seat.get("lead", ""), dept=seat.get("dept", ""), liaison=seat.get("liaison", ""),
        mediations=sum(event.kind == "mediated" for event in history.events),
        evidence=last.text("evidence") if last else "", progress="；".join(filter(None, work)),
        due_on=handle.due_on if handle else None,
        light=light(handle.due_on, handle.days, ctx.today, ctx.office.lamps(ctx.today)) if handle else "",
        resolved_on=now.resolved_on if last else None, method=str(last.data["method"]) if last else "",
        visited_on=now.visits[0].on if last and now.visits else None,
        visit_result=now.visits[0].result if last and now.visits else "",
        score=_score(ctx, history), reopenings=now.reopenings, is_repeat=now.repeat_of is not None,
        state="archived" if now.archived else "verified" if now.verified else now.state,
    )  # fmt: skip


def _score(ctx: Ctx, history: History) -> str:
    """The rating, unless the actor handles the case and it is not archived yet."""
    rated = next((event for event in reversed(history.events) if event.kind == "rated"), None)
    return history.now.score or "" if rated and rating_told(ctx, history, rated) else ""
