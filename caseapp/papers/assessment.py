"""The score sheets of the villages as a workbook: each rate with n, d and points, the sum, the office's table below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from caseapp.domain.org.tree import Tree
from caseapp.domain.reports.assessment import ScoreSheet
from caseapp.domain.reports.prose import Words
from caseapp.kernel.errors import N_
from caseapp.office.makers import write_book
from caseapp.office.worksheet import Worksheet


def assessment_sheet(
    title: str, sheets: Sequence[ScoreSheet], table: Mapping[str, int], tree: Tree, words: Words
) -> bytes:
    """A row a village, in the order of the tree."""
    say = words.say
    headings = [say(N_("Name of the village"))]
    for key, points in table.items():
        headings += [words.label("rate", key), say(N_("Points of %(points)d"), points=points)]
    headings += [say(N_("Points")), say(N_("Out of")), "%"]
    rows = [_row(one, tree) for one in sheets]
    foot = [f"{words.label('rate', key)}: {words.label('formula', key)}" for key in table]
    nothing = N_("Where there was nothing to do, a rate counts for nothing. How many cases there were gives no points.")
    name, widths = say(N_("Assessment")), [16, *[12] * (len(headings) - 1)]
    sheet = Worksheet(name, headings, rows, title=title, widths=widths, fixed=1, foot=[*foot, say(nothing)])
    return write_book([sheet])


def _row(sheet: ScoreSheet, tree: Tree) -> list[object]:
    cells: list[object] = [tree.place(sheet.unit).name]
    for one in sheet.scored.values():
        cells += [f"{one.rate.n}/{one.rate.d}", "—" if one.tenths is None else one.tenths / 10]
    return [*cells, sheet.tenths / 10, sheet.out_of, sheet.share.percent]
