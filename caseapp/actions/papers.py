"""The monthly report as a Word file in the look of an official document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from caseapp.domain.org.tree import Tree
from caseapp.domain.reports import prose
from caseapp.domain.reports.prose import VillageNote, Words
from caseapp.domain.reports.report import Report
from caseapp.kernel.clock import show_instant
from caseapp.kernel.errors import N_
from caseapp.office.docx_write import Block, Part, Sentence, Signed, Table, write_docx

NUMERALS = "一二三四五六七八九十"


def month_document(
    report: Report, tree: Tree, words: Words, shown: Callable[[str], str], notes: Sequence[VillageNote] = ()
) -> bytes:
    """The report as a Word file. ``shown`` writes an ISO day as people do; ``notes`` are the villages' own words."""
    say, place = words.say, tree.place(report.unit).name
    title = say(
        N_("%(place)s: petitions and disputes in %(month)s"),
        place=place,
        month=prose.period_name(report.period, say, shown),
    )
    blocks: list[Block] = [*_parts(report, notes, words)]
    blocks.append(
        Sentence(say(N_("As known at %(instant)s."), instant=show_instant(report.as_of)[:16].replace("T", " ")))
    )
    blocks.append(Signed([place, shown(report.period.window.end.isoformat())]))
    blocks.append(_table(report, tree, words))
    if report.overdue:
        headings = [say(text) for text in (N_("Case"), N_("What is due"), N_("Due on"), N_("Days late"))]
        rows = list(prose.overdue_rows(report, words, shown))
        blocks.append(Table(say(N_("Attached 2: overdue at the end of the month")), headings, rows, (3, 3, 3, 2)))
    return write_docx(title, blocks)


def _parts(report: Report, notes: Sequence[VillageNote], words: Words) -> Iterator[Block]:
    parts: list[tuple[str, Iterable[str]]] = [
        (N_("Basic figures"), prose.basics(report, words)),
        (N_("Resolution"), prose.resolutions(report, words)),
        (N_("The five people of each case"), prose.leads(report, words)),
        (N_("Problems"), prose.problems(report, notes, words)),
        (N_("What comes next"), prose.plans(notes, words)),
    ]
    for numeral, (heading, sentences) in zip(NUMERALS, parts, strict=False):
        yield Part(f"{numeral}、{words.say(heading)}")
        yield from (Sentence(sentence) for sentence in sentences)


def _table(report: Report, tree: Tree, words: Words) -> Table:
    headings = [
        words.say(N_("Village or community")),
        *(words.label("line", key) for key in prose.VILLAGE_COLUMNS),
        words.label("rate", "net"),
        words.label("rate", "verified"),
    ]
    rows = [*prose.village_rows(report, tree), prose.total_row(words.say(N_("Sum")), report)]
    widths = (2, *([1] * len(prose.VILLAGE_COLUMNS)), 1.8, 1.8)
    return Table(words.say(N_("Attached 1: figures by village")), headings, rows, widths)
