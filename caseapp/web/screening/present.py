"""Screening rounds as pages show them: owed ones as rows, the town's as a table of villages and rounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for

from caseapp.actions.context import Ctx
from caseapp.domain.meetings.queries import Task
from caseapp.domain.screening.queries import DoneRound, OwedRound, Village
from caseapp.domain.screening.rounds import Round, rounds_kept


@dataclass(frozen=True)
class OwedRow:
    """A round that is owed, in a list: where, which days, its light, where a tap leads."""

    village: str
    round: Round
    light: str
    days_left: int
    url: str
    to_record: bool


def owed_rows(ctx: Ctx, owed: Iterable[OwedRound], endpoint: str = "screening.show") -> list[OwedRow]:
    """Rounds that are owed, as rows."""
    return [_owed_row(ctx, (one.code, one.village), one.round, endpoint) for one in owed]


def desk_rows(ctx: Ctx, tasks: Iterable[Task]) -> dict[str, list[OwedRow]]:
    """The rounds on somebody's desk by light, a tap away from their form."""
    rounds = {one.first.isoformat(): one for one in rounds_kept(ctx.office, ctx.today)}
    found: dict[str, list[OwedRow]] = {"red": [], "yellow": [], "green": []}
    for task in tasks:
        row = _owed_row(ctx, (task.name, task.title or ""), rounds[task.text], "screening.record")
        found[row.light].append(row)
    return found


def _owed_row(ctx: Ctx, village: tuple[str, str], owed: Round, endpoint: str) -> OwedRow:
    code, name = village
    return OwedRow(
        name, owed, owed.lamp(ctx.today, ctx.office.lamps(ctx.today)), (owed.last - ctx.today).days,
        url_for(endpoint, unit=code, day=owed.first.isoformat()), endpoint == "screening.record",
    )  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One round of one village. ``state``: done, late (done after its last day), owed, or none (before its time)."""

    round: Round
    village: Village
    state: str
    light: str = "none"
    done: DoneRound | None = None

    @property
    def url(self) -> str:
        """Its page."""
        return url_for("screening.show", unit=self.village.code, day=self.round.first.isoformat())


def cell(ctx: Ctx, village: Village, one: Round, done: DoneRound | None) -> Cell:
    """How a round of a village stands."""
    if done is not None:
        return Cell(one, village, "late" if done.made.is_late else "done", done=done)
    if village.since is None or one.first < village.since:
        return Cell(one, village, "none")
    return Cell(one, village, "owed", one.lamp(ctx.today, ctx.office.lamps(ctx.today)))


def table(
    ctx: Ctx, villages: Iterable[Village], rounds: Sequence[Round], done: Iterable[DoneRound]
) -> list[tuple[Village, list[Cell]]]:
    """Each village with how each of some rounds stands."""
    found = {(one.made.unit_id, one.made.first_on): one for one in done}
    return [(place, [cell(ctx, place, one, found.get((place.id, one.first))) for one in rounds]) for place in villages]
