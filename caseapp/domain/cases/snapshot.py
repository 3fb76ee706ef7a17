"""Where a case stands after an event: its state, its category (rates.md §1), what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Head, Party
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.org.tree import Tree

STANDING = {
    "registered": "open",
    "handling": "open",
    "resolved": "resolved",
    "replied": "closed_unresolved",
    "terminated": "closed_unresolved",
    "withdrawn": "closed_unresolved",
    "transferred_out": "left",
    "redirected": "left",
    "refused": "left",
    "voided": "excluded",
    "merged": "excluded",
}
STATE_AFTER = {
    "registered": "registered",
    "accepted": "handling",
    "reopened": "handling",
    "resolved": "resolved",
    "terminated": "terminated",
    "withdrawn": "withdrawn",
    "transferred_out": "transferred_out",
    "redirected": "redirected",
    "refused": "refused",
    "voided": "voided",
    "merged": "merged",
}


@dataclass(frozen=True)
class Seating:
    """Who holds one of the five seats: A, the deputy B, since when."""

    holder: str
    deputy: str | None
    since: date


@dataclass(frozen=True)
class Visit:
    """A return visit after the resolution in force."""

    on: date
    result: str


@dataclass(frozen=True)
class Snapshot:
    """Where a case stands after an event. Dates are days in Asia/Shanghai.

    ``replied_on`` and ``perform_by`` are of the last reply since the registration or the last reopening, and
    ``first_due_on`` stood before the first extension since then. ``reopened_on`` is the last reopening since the last
    extension: it may move the due date on.
    """

    state: str
    registered_on: date
    received_on: date
    holder: str
    risk: str
    headcount: int
    category: str
    about: tuple[str, ...]
    title: str
    description: str
    parties: tuple[Party, ...]
    last_work_on: date
    worked: bool = False
    accepted_on: date | None = None
    replied: bool = False
    noticed_on: date | None = None
    plan_on: date | None = None
    seats: Mapping[str, Seating] = field(default_factory=dict)
    replied_on: date | None = None
    perform_by: date | None = None
    first_due_on: date | None = None
    extended_from: date | None = None
    extended_to: date | None = None
    reopened_on: date | None = None
    resolved_on: date | None = None
    resolved_by: str | None = None
    resolved_holder: str | None = None
    visits: tuple[Visit, ...] = ()
    reopenings: int = 0
    archived: bool = False
    score: str | None = None
    merged_into: str | None = None
    repeat_of: str | None = None

    @property
    def standing(self) -> str:
        """The category of rates.md §1: open, resolved, closed_unresolved, left, or excluded."""
        return STANDING[self.state]

    @property
    def verified(self) -> bool:
        """Resolved, and the latest visit that tells anything confirmed it (rates.md §1)."""
        telling = [visit.result for visit in self.visits if visit.result in words.TELLING]
        return self.state == "resolved" and bool(telling) and telling[-1] in words.CONFIRMING

    @property
    def promised(self) -> bool:
        """Open, with a reply that supported the petitioner as its last turn: the promise is still to be performed."""
        return self.standing == "open" and self.replied_on is not None

    @property
    def seated(self) -> bool:
        """Whether all five seats are filled."""
        return len(self.seats) == len(words.SEATS)


def holder_at(now: Snapshot, tree: Tree) -> str:
    """The unit that holds a case, by the tree of a day: the one that the last event gave it to, or the one that was
    merged into since. When it was closed and the case is open, the unit above it."""
    return tree.heir(now.holder) if now.standing == "open" else tree.went_to(now.holder)


def handle_due(head: Head, now: Snapshot) -> date:
    """When the matter must be settled, for the lamp and the overdue list (rates.md §3).

    The first date, or the last extension in its place; a reopening moves it to 30 days later if that is later than the
    date that stood.
    """
    due = now.extended_to or due_unextended(head, now)
    return max(due, now.reopened_on + timedelta(days=LIMITS.handle_reopened)) if now.reopened_on else due


def due_unextended(head: Head, now: Snapshot) -> date:
    """The handling due date before any extension or reopening.

    Petition: 60 days after its acceptance or after received + 15, whichever is earlier, so that a late acceptance buys
    no time. Dispute: registered + 30.
    """
    if head.track == "dispute":
        return now.registered_on + timedelta(days=LIMITS.handle_dispute)
    latest_start = now.received_on + timedelta(days=LIMITS.notice)
    start = min(now.accepted_on, latest_start) if now.accepted_on else latest_start
    return start + timedelta(days=LIMITS.handle_petition)
