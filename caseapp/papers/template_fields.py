"""What an office's own Word template may name: the paper's words and the report's figures, as plain data.

One source: words, tables and signature are taken from the paper that the program's own file is made of, figures from
the report that made it. Nothing is worked out here, and nothing in a template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from caseapp.domain.meetings.brief import FIGURES, Brief, DueCase
from caseapp.domain.org.tree import Tree
from caseapp.domain.rates.formulas import LINES, RATES
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports import prose
from caseapp.domain.reports.prose import VillageNote, Words
from caseapp.domain.reports.report import Report
from caseapp.domain.reports.yearly import YearOfWork
from caseapp.kernel.periods import Month, Period
from caseapp.kernel.ratio import Ratio
from caseapp.office.paper import Paper, Part, Remark, Sentence, Signed, Table, legible
from caseapp.papers.brief import SCALE, week_paper
from caseapp.papers.report import LATE, VILLAGES, month_paper, year_paper

Fields = dict[str, Any]
Shown = Callable[[str], str]


@dataclass(frozen=True)
class TemplateData:
    """A paper, and what a template may name of it. ``kind`` is the kind of paper whose template is for it, "" when none
    is; ``scale`` the size of the program's own file."""

    kind: str
    paper: Paper
    fields: Fields
    scale: float = 1


def told_month(
    report: Report, tree: Tree, words: Words, shown: Shown, notes: Sequence[VillageNote] = ()
) -> TemplateData:
    """The monthly report. The office's template is for whole months: one that says 月报 would name a quarter wrongly,
    and one without the remarks would pass off a part for the whole."""
    paper = month_paper(report, tree, words, shown, notes)
    fields = {
        **_said(report, report.period, paper, tree, (words, shown)),
        **_tables(paper),
        "overdue": _rows(paper, LATE),
        **_figures(report),
    }
    return TemplateData("month" if isinstance(report.period, Month) and not report.narrowed else "", paper, fields)


def told_year(report: Report, year: YearOfWork, tree: Tree, words: Words, shown: Shown) -> TemplateData:
    """The yearly summary."""
    paper = year_paper(report, year, tree, words, shown)
    fields = {
        **_said(report, report.period, paper, tree, (words, shown)),
        **_tables(paper),
        "complained": [{"office": tree.place(code).name, "cases": count} for code, count in year.complained],
        "passed_on": {
            "down": year.events["sent_down"], "up": year.events["escalated"], "out": year.events["transferred_out"],
        },
        "sheets": {step: year.sheets[step] for step in ("issued", "answered", "accepted")},
        "suggestions": {"received": year.suggestions, "adopted": year.adopted},
        **_figures(report),
    }  # fmt: skip
    return TemplateData("year", paper, fields)


def told_week(brief: Brief, tree: Tree, words: Words, shown: Shown) -> TemplateData:
    """The weekly brief, on one page."""
    paper = week_paper(brief, tree, words, shown)
    fields = {
        **_said(brief.report, brief.week, paper, tree, (words, shown)),
        "opening": _opening(paper),
        "figures": {name: brief.figure(name) for name in FIGURES},
        "overdue": [_due(one, words, shown) for one in brief.late],
        "next_week": [_due(one, words, shown) for one in brief.next_week],
        **_figures(brief.report),
    }
    return TemplateData("week", paper, fields, SCALE)


def _said(report: Report, period: Period, paper: Paper, tree: Tree, told: tuple[Words, Shown]) -> Fields:
    """What every paper says: in the order of its blocks."""
    words, shown = told
    return {
        "title": legible(paper.title),
        "place": legible(tree.place(report.unit).name),
        "period": prose.period_name(period, words.say, shown),
        "known_at": prose.known_at(report),
        "parts": list(_parts(paper)),
        "remarks": [line for block in paper.blocks if isinstance(block, Remark) for line in block.paragraphs],
        "signature": [legible(line) for block in paper.blocks if isinstance(block, Signed) for line in block.lines],
    }


def _opening(paper: Paper) -> list[str]:
    """What stands before the first part."""
    lines: list[str] = []
    for block in paper.blocks:
        if not isinstance(block, Sentence) or isinstance(block, Remark):
            break
        lines += block.paragraphs
    return lines


def _parts(paper: Paper) -> Iterator[Fields]:
    """The numbered parts, each with its heading and its sentences, a paragraph each."""
    part: Fields | None = None
    for block in paper.blocks:
        if isinstance(block, Part):
            part = {"heading": legible(block.text), "sentences": []}
            yield part
        elif part is not None and isinstance(block, Sentence) and not isinstance(block, Remark):
            part["sentences"] += block.paragraphs


def _tables(paper: Paper) -> Fields:
    rows = _rows(paper, VILLAGES)
    return {"villages": rows[:-1], "sum": rows[-1]}


def _rows(paper: Paper, name: str) -> list[Fields]:
    """The rows of a table by the names of its columns; none when the paper has no such table."""
    tables = [block for block in paper.blocks if isinstance(block, Table) and block.name == name]
    return [_row(table.columns, row) for table in tables for row in table.rows]


def _row(columns: Sequence[str], row: Sequence[object]) -> Fields:
    cells = (cell if isinstance(cell, int) else legible(str(cell)) for cell in row)
    return dict(zip(columns, cells, strict=True))


def _due(one: DueCase, words: Words, shown: Shown) -> Fields:
    return {
        "case": one.case, "category": words.label("category", one.category), "village": legible(one.village),
        "kind": words.label("kind", one.kind), "due": shown(one.due_on.isoformat()),
        "responsible": legible(one.responsible), "days_late": one.days_late,
    }  # fmt: skip


def _figures(report: Report) -> Fields:
    """The single figures: of the period, of the year to date, of the period before and the same one last year."""
    whole = report.whole
    rates = {
        key: {
            **_rate(whole.rate(key)),
            "points_before": prose.points(whole.rate(key), report.previous.rate(key)),
            "points_year_ago": prose.points(whole.rate(key), report.year_ago.rate(key)),
        }
        for key in RATES
    }
    return {
        "lines": _lines(whole),
        "rates": rates,
        "apart": {key: "—" if count is None else count for key, count in whole.apart.items()},
        "year_to_date": _window(report.year_to_date),
        "previous": _window(report.previous),
        "year_ago": _window(report.year_ago),
    }


def _window(tally: Tally) -> Fields:
    return {"lines": _lines(tally), "rates": {key: _rate(tally.rate(key)) for key in RATES}}


def _lines(tally: Tally) -> dict[str, int]:
    return {key: tally.line(key) for key in LINES}


def _rate(ratio: Ratio) -> Fields:
    return {"n": ratio.n, "d": ratio.d, "percent": ratio.percent}
