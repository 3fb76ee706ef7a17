"""Cases as ledger rows, and the rows of an import that want mending (contract §5). ``office/xlsx`` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from caseapp.domain.exchange import ledger_words as words
from caseapp.domain.exchange.columns import KEYS, PROBLEM
from caseapp.domain.exchange.ledger_book import LedgerSheet
from caseapp.domain.exchange.ledger_events import MOST_IN
from caseapp.domain.exchange.ledger_names import read_people
from caseapp.domain.exchange.ledger_numbers import people_in
from caseapp.domain.exchange.ledger_row import RowProblems, Say
from caseapp.domain.exchange.ledger_text import gist_and_notes, progress_and_method
from caseapp.kernel.errors import RuleViolation


@dataclass(frozen=True)
class LedgerView:
    """A case as the ledger shows it, filled by a query: slugs for words, names as far as the reader may see them.

    ``state`` is a slug of the case's state, or ``verified`` or ``archived``. ``resolved_on``, ``method`` and
    ``evidence`` are those of the resolution in force and empty after a reopening; ``progress`` is what a case without
    one shows instead. ``visited_on`` and ``visit_result`` are the first return visit after that resolution.
    """

    number: str
    registered_on: date
    village: str
    title: str
    description: str = ""
    channel: str = "other"
    group: str = ""
    category: str = "other"
    risk: str = "green"
    parties: Sequence[str] = ()
    respondents: Sequence[str] = ()
    representatives: Sequence[str] = ()
    headcount: int = 1
    tier: str = ""
    lead: str = ""
    dept: str = ""
    liaison: str = ""
    mediations: int = 0
    evidence: str = ""
    progress: str = ""
    due_on: date | None = None
    light: str = ""
    resolved_on: date | None = None
    method: str = ""
    agreement: str = ""
    visited_on: date | None = None
    visit_result: str = ""
    score: str = ""
    reopenings: int = 0
    is_repeat: bool = False
    state: str = ""


def case_to_row(view: LedgerView, serial: int, *, categories: words.Vocabulary = words.CATEGORIES) -> list[object]:
    """The cells of a case in the order of the columns. What an import kept as notes goes back into its columns."""
    gist, notes = gist_and_notes(view.title, view.description)
    cells = _plain_cells(view) | _worded_cells(view, categories) | _resolution_cells(view)
    cells |= {"serial": serial, "gist": gist}
    for key, note in notes.items():
        unnamed = key in ("channel", "category") and cells[key] == words.OTHER
        if cells.get(key) in (None, "", 0) or unnamed or _says_the_same(key, note, cells[key]):
            cells[key] = note
    return [cells.get(key, "") for key in KEYS]


def _says_the_same(key: str, note: str, cell: object) -> bool:
    """Whether the words of an import still name the people, or the number of people, that a cell shows."""
    if key == "headcount":
        return people_in(note) == cell
    if key not in ("parties", *MOST_IN):
        return False
    try:
        said, shown = (set(read_people(str(text), "", titles=key == "parties").names) for text in (note, cell))
    except RuleViolation:
        return False
    return said == shown if key == "parties" else shown <= said


def _parties(view: LedgerView) -> str:
    """The names; with their sides where there is more than one, so that an import reads them back."""
    sides = (("申请人", view.parties), ("被申请人", view.respondents), ("代理人", view.representatives))
    told = [(label, "、".join(names)) for label, names in sides if names]
    if told == [("申请人", "、".join(view.parties))]:
        return told[0][1]
    return "；".join(f"{label}\uff1a{names}" for label, names in told)


def _plain_cells(view: LedgerView) -> dict[str, object]:
    return {
        "number": view.number,
        "registered_on": view.registered_on,
        "village": view.village,
        "group": view.group,
        "parties": _parties(view),
        "headcount": view.headcount,
        "lead": view.lead,
        "dept": view.dept,
        "liaison": view.liaison,
        "mediations": view.mediations,
        "due_on": view.due_on,
        "again": _again(view),
    }


def _again(view: LedgerView) -> str:
    said = [f"反弹{view.reopenings}次"] if view.reopenings else []
    return "、".join([*said, "重复"] if view.is_repeat else said)


def _worded_cells(view: LedgerView, categories: words.Vocabulary) -> dict[str, object]:
    return {
        "channel": words.CHANNELS.label(view.channel),
        "category": categories.label(view.category),
        "agreement": words.AGREEMENT_FORMS.label(view.agreement),
        "risk": words.RISKS.label(view.risk),
        "tier": words.TIERS.label(view.tier),
        "light": words.LIGHTS.label(view.light),
        "visit_result": words.VISIT_RESULTS.label(view.visit_result),
        "score": words.SCORES.label(view.score),
        "state": words.STATES.label(view.state),
    }


def _resolution_cells(view: LedgerView) -> dict[str, object]:
    if not view.resolved_on:
        return {"progress": view.progress}
    progress, own_method = progress_and_method(view.evidence)
    return {
        "progress": progress,
        "method": own_method or words.METHODS.label(view.method),
        "resolved_on": view.resolved_on,
        "visited_on": view.visited_on,
    }


@dataclass(frozen=True)
class LedgerTable:
    """A sheet to be written: what stood over the headings, the headings, the rows."""

    title: str | None
    headings: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def error_rows(sheet: LedgerSheet, problems: Iterable[RowProblems], say: Say = str) -> LedgerTable:
    """The same sheet with only the rows that were not taken, and a column 问题 that says what to mend.

    What was merged stands in each row. The mended sheet is imported again as it is: 问题 is passed over. Columns about
    a person are left out (contract §5).
    """
    headings, rows = sheet.headings, {row.number: row.values for row in sheet.rows.cases}
    kept = [place for place in range(len(headings.names)) if place not in headings.dropped]
    mended = []
    for problem in sorted(problems, key=lambda one: one.row_no):
        values = rows[problem.row_no]
        cells = [values[place] if place < len(values) else "" for place in kept]
        mended.append((*cells, "\n".join(problem.sentences(say))))
    names = (*(headings.names[place] for place in kept), PROBLEM)
    return LedgerTable(sheet.title, names, tuple(mended))
