"""五包一: the five seats of a case, which cases need them, who may sit (rates.md §3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Head
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.domain.org.tree import Tree
from caseapp.kernel.errors import N_, RuleViolation

SEATS = words.SEATS
ROLE_OF_SEAT = {"lead": "leader", "dept": "station", "liaison": "liaison", "village": "village", "grid": "grid"}


def backlog_from(registered_on: date) -> date:
    """The day from which an open case is backlog 积案: a year after its registration."""
    return registered_on + timedelta(days=LIMITS.backlog)


def needs_team(head: Head, now: Snapshot, day: date, tree: Tree) -> bool:
    """Whether a case needs the five seats filled at the end of a day (rates.md §3).

    A petition of class appeal; risk yellow or red; more than five people; counted with the town; or backlog.
    Accusations and suggestions need none.
    """
    if head.sealed or head.suggestion:
        return False
    return (
        head.petition_class == "appeal"
        or now.risk in ("yellow", "red")
        or now.headcount > LIMITS.group_over
        or tree.tier(now.counted_with) == "town"
        or (now.standing == "open" and day >= backlog_from(now.registered_on))
    )


def check_one_seat_each(people: Iterable[tuple[str, str]]) -> None:
    """One person holds one seat of a case, as A or as B. ``people`` are (seat, username). Raises RuleViolation."""
    seat_of: dict[str, str] = {}
    for seat, person in people:
        if person in seat_of:
            raise RuleViolation(
                seat, N_("%(person)s already sits in this team; one person holds one seat"), person=person
            )
        seat_of[person] = seat
