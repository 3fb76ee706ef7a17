"""Who closes a case that was assigned from above (上级交办): the town's organ alone. Pure.

The town answers to the sender, so no village and no seat settles, ends, passes on or strikes out what it has to answer
for. They work on it as on any other case. A history that comes from elsewhere is taken as it was.
"""

from __future__ import annotations

from collections.abc import Collection

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.domain.cases.states import TRANSITIONS
from caseapp.kernel.errors import N_, NotAllowed

CLOSING = (
    "resolve", "reply", "terminate", "withdraw", "transfer_out", "redirect", "refuse", "merge", "void",
)  # fmt: skip
"""The acts that close a case, in whatever way."""


def check_closed_by_the_organ(actor: Actor, now: Snapshot, action: str, places: Collection[int]) -> None:
    """Raise NotAllowed where somebody else than the organ of the town would close what was assigned to it; of an
    accusation its desk is the organ."""
    assignment = now.assignment
    if action not in CLOSING or assignment is None or assignment.handed_back or actor.is_system:
        return
    grants = {move.permission for (_state, name), move in TRANSITIONS.items() if name == action} | {may.SEALED}
    if not any(actor.as_organ(one) & set(places) for one in grants):
        raise NotAllowed(N_("this case was assigned from above: only the town's organ closes it"))
