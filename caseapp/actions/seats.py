"""Who answers for a seat today is kept with the seat, and written where the duties are (``duties.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, or_, select, update

from caseapp.actions.context import Ctx
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries.acting import who_acts

BATCH = 500


def settle_seats(ctx: Ctx, case_ids: Iterable[int]) -> None:
    """Bring who answers for the seats of some cases in line with who is away and who is out of the case."""
    ids = list(case_ids)
    for begin in range(0, len(ids), BATCH):
        _settle(ctx, CaseSeat.case_id.in_(ids[begin : begin + BATCH]))


def settle_seats_of(ctx: Ctx, usernames: Sequence[str] | Select[str]) -> None:
    """The same for the seats that some people hold, as A or as B."""
    _settle(ctx, or_(CaseSeat.holder.in_(usernames), CaseSeat.deputy.in_(usernames)))


def settle_all_seats(ctx: Ctx) -> None:
    """The same for all there are."""
    _settle(ctx)


def _settle(ctx: Ctx, *where: ColumnElement[bool]) -> None:
    """What stands there is compared, and what differs is written."""
    query = select(CaseSeat.id, CaseSeat.person, who_acts(ctx.today)).where(*where)
    found = ctx.session.execute(query.execution_options(yield_per=2000))
    if other := [{"id": key, "person": person} for key, before, person in found if before != person]:
        ctx.session.execute(update(CaseSeat), other)
