"""The Excel ledger (台账) in and out (contract §5): the same doors as whole histories, one row a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from caseapp.actions.context import Ctx
from caseapp.actions.exports import rating_told
from caseapp.actions.imports import Progress, import_cases, read_incoming
from caseapp.actions.journal import note
from caseapp.actions.taking_in import Imported
from caseapp.domain.access import permissions as may
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories, load_history, stubs_for
from caseapp.domain.cases.snapshot import holder_at
from caseapp.domain.deadlines.rules import light, owed_at
from caseapp.domain.exchange.casefile import read_case
from caseapp.domain.exchange.columns import HEADING_OF, HEADINGS, WIDTHS
from caseapp.domain.exchange.continuing import comparable
from caseapp.domain.exchange.ledger import case_at_first, case_of
from caseapp.domain.exchange.ledger_book import LedgerBook, read_ledgers
from caseapp.domain.exchange.ledger_out import LedgerView, case_to_row, error_rows
from caseapp.domain.exchange.ledger_places import LedgerPlaces
from caseapp.domain.exchange.ledger_row import RowProblems, Say
from caseapp.domain.exchange.ledger_sheet import LedgerRow
from caseapp.domain.exchange.ledger_units import UnitLookup
from caseapp.domain.exchange.ledger_words import Vocabulary, categories
from caseapp.domain.org.queries import lies_within
from caseapp.domain.people.queries import names_of
from caseapp.kernel.errors import N_, CaseappError, RuleViolation
from caseapp.office.xlsx import Worksheet, read_book, write_book, write_sheet

UNIT_HEADING = HEADING_OF["village"]
OTHER_SIDES = ("respondent", "representative")


@dataclass
class LedgerImport:
    """What came of a ledger: its sheets and those not read, the import of its rows, what was wrong with which row."""

    book: LedgerBook
    imported: Imported = field(default_factory=Imported)
    problems: list[RowProblems] = field(default_factory=list)
    again: list[tuple[str, int]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing that looks like a case was left out."""
        return not self.problems and not any(sheet.is_a_ledger for sheet in self.book.unread)


@dataclass(frozen=True)
class _Line:
    """A row that reads well: where it stands, and its case."""

    sheet: str
    row: LedgerRow
    case: dict[str, object]


def import_ledger(ctx: Ctx, data: bytes, unit: str | None = None, progress: Progress | None = None) -> LedgerImport:
    """Take in a ledger. A row with a problem is not taken; the caller writes the error workbook and owns all else.

    ``unit`` is the town (or village) the ledger belongs to: rows of other units are problems. Raises RuleViolation when
    the file is no workbook or none of its sheets has the headings.
    """
    if unit is not None:
        ctx.units.place(unit)
    result = LedgerImport(read_ledgers(read_book(data)))
    places = LedgerPlaces(ctx.units.chronicle, ctx.today)
    own = categories(ctx.office.settings.own_categories())
    lines: list[_Line] = []
    for sheet in result.book.sheets:
        for row in sheet.rows.cases:
            try:
                lines.append(_Line(sheet.name, row, _case(ctx, row, places, own, unit)))
            except RowProblems as problem:
                result.problems.append(RowProblems(row.number, problem.problems, sheet.name))
    lines = _each_once(lines, result)
    result.imported = import_cases(ctx, [(place, line.case) for place, line in enumerate(lines)], progress)
    result.problems += [_as_problem(lines[one.line], one.problem) for one in result.imported.refused]
    order = [sheet.name for sheet in result.book.sheets]
    result.problems.sort(key=lambda problem: (order.index(problem.sheet), problem.row_no))
    return result


def _case(ctx: Ctx, row: LedgerRow, places: LedgerPlaces, own: Vocabulary, unit: str | None) -> dict[str, object]:
    """The case of a row, by what the units were called on its day or before. Raises RowProblems."""
    first: RowProblems | None = None
    for lookup in places.lookups(row):
        try:
            case = _case_by(ctx, row, lookup, own, unit)
        except RowProblems as problem:
            first = first or problem
        else:
            return {**case, "unit": places.on(row).went_to(str(case["unit"]))}
    assert first is not None
    raise first


def _case_by(ctx: Ctx, row: LedgerRow, lookup: UnitLookup, own: Vocabulary, unit: str | None) -> dict[str, object]:
    """The case of a row, as it is on record when it was taken in as ledgers were read at first."""
    at_first = case_at_first(row, lookup, ctx.today, own)
    try:
        case = case_of(row, lookup, ctx.today, own)
    except RowProblems:
        if at_first and _is_on_record(ctx, at_first):
            return at_first
        raise
    if unit is not None and not ctx.units.is_within(str(case["unit"]), unit):
        name = ctx.units.place(unit).name
        raise RowProblems(
            row.number, [RuleViolation(UNIT_HEADING, N_("this place does not belong to %(unit)s"), unit=name)]
        )
    return at_first if at_first and at_first != case and _is_on_record(ctx, at_first) else case


def _is_on_record(ctx: Ctx, value: object) -> bool:
    """Whether a case, as a line of a file tells it, is one of ours with the same head."""
    try:
        head, events = read_case(value, ctx.units, ctx.office.categories())
    except CaseappError:
        return False
    if not head.number:
        known = Case.token.in_(read_incoming(0, value, head, events).tokens)
        return ctx.session.scalar(select(Case.id).where(known)) is not None
    case = ctx.session.scalar(select(Case).where(Case.number == head.number))
    return case is not None and comparable(load_history(ctx.session, case, ctx.units).head) == comparable(head)


def _each_once(lines: list[_Line], result: LedgerImport) -> list[_Line]:
    """The rows without those that repeat a numbered case of an earlier row word for word: a sheet of the year."""
    seen: dict[object, dict[str, object]] = {}
    kept = []
    for line in lines:
        number = line.case.get("number")
        if number and seen.get(number) == line.case:
            result.again.append((line.sheet, line.row.number))
        else:
            kept.append(line)
            seen.setdefault(number, line.case)
    return kept


def _as_problem(line: _Line, problem: CaseappError) -> RowProblems:
    if isinstance(problem, RowProblems):
        return problem
    return RowProblems(line.row.number, [RuleViolation("问题", problem.message, **problem.params)], line.sheet)


def error_workbook(result: LedgerImport, say: Say) -> bytes:
    """The same sheets with only the rows that were not taken and a column 问题."""
    tables = []
    for sheet in result.book.sheets:
        problems = [problem for problem in result.problems if problem.sheet == sheet.name]
        if problems:
            table = error_rows(sheet, problems, say)
            tables.append(Worksheet(sheet.name, table.headings, table.rows, title=table.title))
    return write_book(tables)


def export_ledger(ctx: Ctx, unit: str, start: date | None = None, end: date | None = None) -> tuple[bytes, int]:
    """The ledger of a unit as a workbook, cases registered from ``start`` to ``end``, oldest first; and how many.

    Names of parties as lists show them; no telephone numbers. Raises NotAllowed, RuleViolation.
    """
    ctx.actor.demand(may.REPORT)
    place = ctx.units.place(unit)
    where = and_(
        scope(ctx.actor, Case.id),
        ~Case.sealed,
        ~stubs_for(ctx.actor),
        lies_within(Case.unit_id, [ctx.units.part(unit)]),
        *_registered(start, end),
    )
    ids = list(ctx.session.scalars(select(Case.id).where(where).order_by(Case.registered_at, Case.id)))
    told = dict(load_histories(ctx.session, where, ctx.units, texts=True))
    seats = [who for history in told.values() for who in history.now.seats.values()]
    names = names_of(ctx.session, {one for who in seats for one in (who.holder, who.deputy) if one})
    own = categories(ctx.office.settings.own_categories())
    views = [_view(ctx, told[key], names) for key in ids]
    rows = [case_to_row(view, serial, categories=own) for serial, view in enumerate(views, start=1)]
    note(ctx, "ledger_exported", unit, cases=len(ids))
    title = f"{place.name}矛盾纠纷排查化解台账"
    return write_sheet(HEADINGS, rows, title=title, widths=WIDTHS), len(ids)


def _registered(start: date | None, end: date | None) -> list[ColumnElement[bool]]:
    """Cases registered from one day to another, each of which may be left open. Raises RuleViolation."""
    if start and end and end < start:
        raise RuleViolation("to", N_("the range ends before it begins"))
    since = [Case.registered_on >= start] if start else []
    return [*since, Case.registered_on <= end] if end else since


def _view(ctx: Ctx, history: History, names: dict[str, str]) -> LedgerView:
    head, now = history.head, history.now
    work = [event.text("note") for event in history.events if event.kind in ("followed_up", "mediated")]
    seat = _seat_names(history, names)
    return LedgerView(
        number=head.number, registered_on=now.registered_on, title=now.title, description=now.description,
        channel=head.channel, category=now.category, risk=now.risk, headcount=now.headcount,
        tier=ctx.units.tier(holder_at(now, ctx.units)),
        lead=seat.get("lead", ""), dept=seat.get("dept", ""), liaison=seat.get("liaison", ""),
        mediations=sum(event.kind == "mediated" for event in history.events), progress="；".join(filter(None, work)),
        agreement=now.agreement.form if now.agreement else "",
        score=_score(ctx, history), reopenings=now.reopenings, is_repeat=now.repeat_of is not None,
        state="archived" if now.archived else "verified" if now.verified else now.state,
        **_who_is_in_it(history), **_where_it_arose(ctx, history), **_when_due(ctx, history), **_how_resolved(history),
    )  # fmt: skip


def _seat_names(history: History, names: dict[str, str]) -> dict[str, str]:
    pairs = {seat: (who.holder, who.deputy) for seat, who in history.now.seats.items()}
    return {seat: "、".join(names.get(one, one) for one in pair if one) for seat, pair in pairs.items()}


def _who_is_in_it(history: History) -> dict[str, Any]:
    """The names of the parties, by side."""
    named = [party for party in history.now.parties if party.name]
    sides = {role: [party.name for party in named if party.role == role] for role in OTHER_SIDES}
    own = [party.name for party in named if party.role not in OTHER_SIDES]
    return {"parties": own, "respondents": sides["respondent"], "representatives": sides["representative"]}


def _where_it_arose(ctx: Ctx, history: History) -> dict[str, Any]:
    """Village and group by the names of the day on which the case was registered."""
    then, unit = ctx.units.on(history.now.registered_on), history.head.unit
    group = then.place(unit).name if then.tier(unit) == "group" else ""
    return {"village": then.place(then.village_of(unit)).name, "group": group}


def _when_due(ctx: Ctx, history: History) -> dict[str, Any]:
    """The handling date that runs today, with its light."""
    for item in owed_at(history, ctx.today, ctx.office):
        if item.kind == "handle":
            lamp = light(item.due_on, item.days, ctx.today, ctx.office.lamps(ctx.today))
            return {"due_on": item.due_on, "light": lamp}
    return {"due_on": None, "light": ""}


def _how_resolved(history: History) -> dict[str, Any]:
    """The resolution in force and its first return visit; nothing of a case that is not resolved."""
    now = history.now
    if now.state != "resolved":
        return {"evidence": "", "resolved_on": None, "method": "", "visited_on": None, "visit_result": ""}
    last = next(event for event in reversed(history.events) if event.kind == "resolved")
    visit = now.visits[0] if now.visits else None
    return {
        "evidence": last.text("evidence"), "resolved_on": now.resolved_on, "method": str(last.data["method"]),
        "visited_on": visit.on if visit else None, "visit_result": visit.result if visit else "",
    }  # fmt: skip


def _score(ctx: Ctx, history: History) -> str:
    """The rating, unless the actor handles the case and it is not archived yet."""
    rated = next((event for event in reversed(history.events) if event.kind == "rated"), None)
    return history.now.score or "" if rated and rating_told(ctx, history, rated) else ""
