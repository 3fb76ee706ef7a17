"""The monthly report as a document in the look of an official one: as a Word file, and as a PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from caseapp.domain.org.tree import Tree
from caseapp.domain.reports import prose
from caseapp.domain.reports.prose import VillageNote, Words
from caseapp.domain.reports.report import Report
from caseapp.domain.reports.yearly import YearOfWork
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_
from caseapp.office.makers import write_docx, write_pdf
from caseapp.office.paper import Block, Paper, Part, Remark, Sentence, Signed, Table

NUMERALS = "一二三四五六七八九十"
VILLAGES, LATE = "villages", "overdue"


def as_docx(paper: Paper, scale: float = 1) -> bytes:
    """A document as a Word file, in the size of an official document or in a part of it."""
    return write_docx(paper, scale)


def as_pdf(paper: Paper, fonts: Sequence[Path] = ()) -> bytes:
    """A document as a PDF. ``fonts`` are the office's own font files; others are found on the machine.

    Raises RuleViolation when there is no font for it.
    """
    return write_pdf(paper, fonts)


def in_lines(paper: Paper) -> Iterator[str]:
    """The headings and sentences of a document, for the screen."""
    yield from (block.text for block in paper.blocks if isinstance(block, Part | Sentence))


def month_paper(
    report: Report, tree: Tree, words: Words, shown: Callable[[str], str], notes: Sequence[VillageNote] = ()
) -> Paper:
    """The report as a document. ``shown`` writes an ISO day as people do; ``notes`` are the villages' own words."""
    say, place = words.say, tree.place(report.unit).name
    title = say(
        N_("%(place)s: petitions and disputes in %(month)s"),
        place=place,
        month=prose.period_name(report.period, say, shown),
    )
    blocks: list[Block] = [*_parts(report, notes, words)]
    blocks += map(Remark, prose.known_and_only(report, words))
    blocks.append(Signed([place, _signed_on(report, shown)]))
    blocks.append(_table(report, tree, words))
    if report.overdue:
        blocks.append(late_table(list(prose.overdue_rows(report, words, shown)), words))
    return Paper(title, blocks, report.as_of)


def year_paper(report: Report, year: YearOfWork, tree: Tree, words: Words, shown: Callable[[str], str]) -> Paper:
    """The yearly summary (信访工作条例 art. 41): figures and fields, offices complained of, what was passed on and
    supervised, suggestions."""
    say, place = words.say, tree.place(report.unit).name
    period = prose.period_name(report.period, say, shown)
    title = say(N_("%(place)s: yearly report on petitions, %(year)s"), place=place, year=period)
    blocks: list[Block] = [*_numbered(_year_parts(report, year, tree, words), words)]
    blocks += map(Remark, prose.known_and_only(report, words))
    blocks.append(Signed([place, _signed_on(report, shown)]))
    blocks.append(_table(report, tree, words))
    return Paper(title, blocks, report.as_of)


def _signed_on(report: Report, shown: Callable[[str], str]) -> str:
    """The last day of the period; of one that is not over, the day it was known."""
    return shown(min(report.period.window.end, local_day(report.as_of)).isoformat())


def _year_parts(report: Report, year: YearOfWork, tree: Tree, words: Words) -> Iterator[tuple[str, Iterable[str]]]:
    yield N_("Basic figures"), prose.basics(report, words)
    yield N_("Fields and channels"), prose.fields(report, words)
    yield N_("Offices most complained of"), prose.complained(year, tree, words)
    yield N_("Passed on and supervised"), prose.passed_on(year, words)
    yield N_("Resolution"), prose.resolutions(report, words)
    yield N_("Suggestions"), prose.suggestions(year, words)


def _parts(report: Report, notes: Sequence[VillageNote], words: Words) -> Iterator[Block]:
    parts: list[tuple[str, Iterable[str]]] = [
        (N_("Basic figures"), prose.basics(report, words)),
        (N_("Resolution"), prose.resolutions(report, words)),
        (N_("The five people of each case"), prose.leads(report, words)),
        *([(N_("What the county asks for"), prose.county_figures(report, words))] if report.has_county else []),
        (N_("Problems"), prose.problems(report, notes, words)),
        (N_("What comes next"), prose.plans(notes, words)),
    ]
    return _numbered(parts, words)


def _numbered(parts: Iterable[tuple[str, Iterable[str]]], words: Words) -> Iterator[Block]:
    for numeral, (heading, sentences) in zip(NUMERALS, parts, strict=False):
        yield Part(f"{numeral}、{words.say(heading)}")
        yield from (Sentence(sentence) for sentence in sentences)


def _table(report: Report, tree: Tree, words: Words) -> Table:
    rows = [*prose.village_rows(report, tree), prose.total_row(words.say(N_("Sum")), report)]
    return village_table(rows, words)


def village_table(rows: Sequence[Sequence[object]], words: Words) -> Table:
    """The attached table, a row a village and the sum."""
    headings = [
        words.say(N_("Village or community")),
        *(words.label("line", key) for key in prose.VILLAGE_COLUMNS),
        words.label("rate", "net"),
        words.label("rate", "verified"),
    ]
    widths = (2, *([1] * len(prose.VILLAGE_COLUMNS)), 1.8, 1.8)
    caption = words.say(N_("Attached 1: figures by village"))
    return Table(caption, headings, rows, widths, VILLAGES, ("name", *prose.VILLAGE_COLUMNS, "net", "verified"))


def late_table(rows: Sequence[Sequence[object]], words: Words) -> Table:
    """The attached list of what was overdue."""
    headings = [words.say(text) for text in (N_("Case"), N_("What is due"), N_("Due on"), N_("Days late"))]
    caption = words.say(N_("Attached 2: overdue at the end"))
    return Table(caption, headings, rows, (3, 3, 3, 2), LATE, ("case", "kind", "due", "days_late"))
