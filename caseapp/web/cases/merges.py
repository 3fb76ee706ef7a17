"""What a merge does to both cases, as pages show it to who asks for it and to who decides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from caseapp.actions.context import Ctx
from caseapp.domain.cases.queries import find_case
from caseapp.domain.cases.queries.mergers import living_seen, merged_with
from caseapp.domain.deadlines.queries import items_of

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case, Proposal
    from caseapp.domain.deadlines.models import Deadline


@dataclass(frozen=True)
class Effect:
    """The case that ends with what it owes and with the cases that were merged into it, and the one that goes on with
    its place; None when the reader does not see that one."""

    ends: Case
    owed: list[Deadline]
    followers: list[str]
    goes_on: Case | None
    holder: str


def effects(ctx: Ctx, proposals: Iterable[tuple[Proposal, str, bool]]) -> dict[int, Effect]:
    """What the merges among some proposals would do, by the proposal's id."""
    return {
        one.id: effect_of(ctx, one.case, str(one.data["into"])) for one, *_ in proposals if one.action == "merge"
    }  # fmt: skip


def effect_of(ctx: Ctx, case: Case, into: str) -> Effect:
    """What merging a case into another one does to both."""
    goes_on = find_case(ctx.session, ctx.actor, into)
    return Effect(
        ends=case,
        owed=items_of(ctx.session, case.id, ctx.today),
        followers=merged_with(ctx.session, ctx.actor, case),
        goes_on=goes_on,
        holder=ctx.units.full_name(ctx.units.by_id[goes_on.holder_id].code) if goes_on else "",
    )


def onward(ctx: Ctx, case: Case) -> dict[str, object]:
    """Where the page of a merged case, or of one petition of a matter of many, leads: to the one that is handled, in
    one step, if the reader sees it."""
    leads = case.state == "merged" or case.matter
    return {"living": living_seen(ctx.session, ctx.actor, case) if leads else None}
