"""Reports that were frozen before the cases behind every number were stored: read from what they hold. Pure.

They hold the report as contract §7 writes it: every figure, and the cases behind the lines and rates of the period
itself. Cases behind the other windows, the breakdowns and the figures apart were not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caseapp.domain.org.tree import Place, Tree
from caseapp.domain.rates.formulas import APART
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.report import PRINTED, Report
from caseapp.domain.reports.stored import Edition
from caseapp.kernel.clock import parse_instant
from caseapp.kernel.periods import Month
from caseapp.kernel.ratio import Ratio


class Counted(Tally):
    """Figures as they were printed; the lists of cases are there when they were kept."""

    keeps_cases = False

    def __init__(self, held: Mapping[str, Any]) -> None:
        super().__init__()
        self.held = held

    def line(self, key: str) -> int:
        """How many cases were in a line."""
        return int(self.held["lines"].get(key, 0))

    def rate(self, key: str) -> Ratio:
        """A rate as n and d."""
        return Ratio(**self.held["rates"].get(key, {"n": 0, "d": 0}))

    @property
    def apart(self) -> dict[str, int | None]:
        """The figures apart."""
        return {**dict.fromkeys(APART, 0), **self.held.get("apart", {})}

    def keep_back_accusations(self) -> None:
        """Their number is shown to nobody who may not read every one of them (rates.md §1)."""
        self.held = {**self.held, "apart": {**self.held["apart"], "accusations": None}}

    def leave_out_accusations(self, count: int) -> None:
        """Some of them are not their reader's to know of."""
        left = max((self.apart["accusations"] or 0) - count, 0)
        self.held = {**self.held, "apart": {**self.held["apart"], "accusations": left}}

    def figures(self) -> dict[str, Any]:
        """The figures as they were printed, and no others."""
        return {kind: dict(self.held[kind]) for kind in ("lines", "rates", "apart")}

    def cases(self) -> dict[str, Any]:
        """The cases behind each line and rate, of those that were kept."""
        kept: dict[str, Any] = self.held["cases"]
        return kept

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return not any([*self.held["lines"].values(), *(rate["d"] for rate in self.held["rates"].values())])


def read_content(content: Mapping[str, Any], tree: Tree) -> Edition:
    """Such a report from its JSON. Names were not stored: ``tree`` holds those of today."""
    whole = Counted(content)
    whole.lines.update(content["cases"]["lines"])
    for key, sides in content["cases"]["rates"].items():
        whole.n[key], whole.d[key] = sides["n"], sides["d"]
    report = Report(
        content["unit"], Month.parse(content["month"]), parse_instant(content["as_of"]), formulas=content["formulas"],
        whole=whole, year_to_date=Counted(content["year_to_date"]), previous=Counted(content["previous_month"]),
        year_ago=Counted(content["same_month_last_year"]), overdue=content["overdue"],
        keys={kind: tuple(content[kind]) for kind in ("lines", "rates", "apart")},
    )  # fmt: skip
    for kind in PRINTED:
        report.parts[kind].update({key: Counted(one) for key, one in content[f"by_{kind}"].items()})
    report.trees = _with_gone(tree, report)
    return Edition(report, layout=0)


def _with_gone(tree: Tree, report: Report) -> Tree:
    """Today's units, with those villages of the report that are not among them under their codes."""
    gone = [code for code in report.part("village") if code not in tree]
    return Tree(
        [*tree.places.values(), *tree.gone.values(), *(Place(code, report.unit, "village", "", code) for code in gone)]
    )
