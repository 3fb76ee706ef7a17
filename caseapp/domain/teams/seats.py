"""五包一: the five seats of a case, which cases need them, who may sit (rates.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date, timedelta

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Head
from caseapp.domain.cases.history import History
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.cases.snapshot import Seating, Snapshot
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
    Accusations and suggestions need none, nor does one petition of a matter of many, which is handled with another
    case (decision 57).
    """
    if head.sealed or head.suggestion or now.matter:
        return False
    return (
        head.petition_class == "appeal"
        or now.risk in ("yellow", "red")
        or now.headcount > LIMITS.group_over
        or tree.tier(now.counted_with) == "town"
        or (now.standing == "open" and day >= backlog_from(now.registered_on))
    )


def seats_now(history: History) -> Mapping[str, Seating]:
    """Who sits on a case now; nobody once it was struck out or its texts were erased: it leaves the lists of its
    people."""
    return {} if history.head.erased or history.now.state == "voided" else history.now.seats


def worked_in(seats: Mapping[str, Seating], username: str) -> dict[str, object]:
    """What an event says of the seat in which somebody works on a case: their own, or as its deputy (B角代); nothing of
    who sits in none."""
    for seat, row in seats.items():
        if username == row.holder:
            return {"by_seat": seat}
        if username == row.deputy:
            return {"by_seat": seat, "acting": True}
    return {}


def answers(
    seat: Seating | None, not_by: str | None, away: Container[str], is_out: Callable[[str], bool]
) -> tuple[str | None, bool]:
    """Who answers for a seat, and whether that is B (AB角): A; B while A is away or out of the case, or may not do what
    is asked (``not_by``), and B neither; A again when B is as well; nobody when A may not even see the case, or may not
    do it, and there is no such B."""
    if seat is None:
        return None, False
    a, b = seat.holder, seat.deputy
    a_barred, b_able = a == not_by or is_out(a), b is not None and b != not_by and b not in away and not is_out(b)
    if b_able and (a_barred or a in away):
        return b, True
    return (None if a_barred else a), False


def check_one_seat_each(people: Iterable[tuple[str, str]]) -> None:
    """One person holds one seat of a case, as A or as B. ``people`` are (seat, username). Raises RuleViolation."""
    seat_of: dict[str, str] = {}
    for seat, person in people:
        if person in seat_of:
            raise RuleViolation(
                seat, N_("%(person)s already sits in this team; one person holds one seat"), person=person
            )
        seat_of[person] = seat
