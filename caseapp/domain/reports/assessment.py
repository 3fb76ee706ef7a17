"""The year's assessment (年度考核): points of each village, from whether resolutions were verified and what was due was
done in time. Never from how many petitions or disputes there were: a village that takes them in loses nothing. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.report import Report
from caseapp.kernel.ratio import Ratio


@dataclass(frozen=True)
class Scored:
    """One rate of a village, the points that the office gives for all of it, and how many ``tenths`` of a point it has,
    rounded half up on the exact fraction. None where the rate is out of nothing: it then counts for nothing."""

    rate: Ratio
    points: int
    tenths: int | None


@dataclass(frozen=True)
class ScoreSheet:
    """The score sheet of a village: each rate by its key, the sum in tenths of a point, and out of how many points."""

    unit: str
    scored: Mapping[str, Scored]

    @property
    def tenths(self) -> int:
        """The sum."""
        return sum(one.tenths or 0 for one in self.scored.values())

    @property
    def out_of(self) -> int:
        """The points of those rates that are out of anything."""
        return sum(one.points for one in self.scored.values() if one.tenths is not None)

    @property
    def share(self) -> Ratio:
        """What it has of what it could have: villages that had less to do are compared with others by it."""
        return Ratio(self.tenths, 10 * self.out_of)


def assessed(report: Report, table: Mapping[str, int]) -> list[ScoreSheet]:
    """The sheet of each village of a report's unit, in the order of their codes. ``table``: the office's points by the
    key of the rate."""
    villages = report.by_village().items()
    return [ScoreSheet(code, _scored(tally, table)) for code, tally in villages if report.tree.tier(code) == "village"]


def _scored(tally: Tally, table: Mapping[str, int]) -> dict[str, Scored]:
    rates = {key: tally.rate(key) for key in table}
    return {key: Scored(rate, table[key], _tenths(rate, table[key])) for key, rate in rates.items()}


def _tenths(rate: Ratio, points: int) -> int | None:
    return None if rate.d == 0 else (20 * points * rate.n + rate.d) // (2 * rate.d)
