"""Who answers for a seat today is kept with the seat, and written where the duties are (``duties.py``); so is what
waits for it, written where the row of the case is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.domain.cases.models import Case
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries.acting import who_acts
from caseapp.domain.teams.queries.waits import WAITS, since

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


def settle_waits(session: Session, case_ids: Iterable[int]) -> None:
    """Say in the seats of some cases what waits for them, as the rows of the cases have it now."""
    told = {name: since(name) for name in WAITS}
    query = update(CaseSeat).where(CaseSeat.case_id.in_(case_ids)).values(told)
    session.execute(query.execution_options(synchronize_session=False))


def keep_waits(session: Session, case: Case, before: tuple[object, ...], *, anew: bool) -> None:
    """The same of one case, where its row says something else than before, or its seats were written ``anew``."""
    if case.seats_filled and (anew or waits_of(case) != before):
        settle_waits(session, [case.id])


def waits_of(case: Case) -> tuple[object, ...]:
    """What of the row of a case that turns on."""
    return case.sealed, case.plan_owed, case.state == "handling", case.serve_due_on is not None
