"""Where a case stands after an event: its state, its category (rates.md §1), what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from caseapp.domain.cases import words
from caseapp.domain.cases.agreements import Agreement
from caseapp.domain.cases.assignments import Assignment
from caseapp.domain.cases.events import Head, Party
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.cases.requests import Request
from caseapp.domain.cases.reviews import Review
from caseapp.domain.org.office import DEFAULT, OfficeRules
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
class Dated:
    """What a handling due date follows from, beside the day counts of the office: the day the handling began, the last
    extension, and a reopening since."""

    begins_on: date
    extended_to: date | None = None
    reopened_on: date | None = None


@dataclass(frozen=True)
class Snapshot:
    """Where a case stands after an event. Dates are days in Asia/Shanghai.

    ``holder`` works on it: the town when somebody is complained of. ``counted_with`` is the unit that holds it in every
    figure: where it arose, then where it was last sent; nothing else moves it (rates.md §1).

    ``assignment`` is the last one from above, also when it is over.
    ``replied_on`` and ``perform_by`` are of the last reply since the registration or the last reopening, and
    ``first_dated`` stood before the first extension since then. ``reopened_on`` is the last reopening since the last
    extension: it may move the due date on. ``agreement`` is the one in force since the last reopening, ``review`` the
    last that was asked for of the last reply, ``requests`` what a petition asks for, one by one; ``subsidy_on`` when
    what is paid for a mediated case was claimed, ``matter`` the number of the case with which many petitions of one
    matter are handled (涉众群体).
    """

    state: str
    registered_on: date
    received_on: date
    holder: str
    counted_with: str
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
    seats: Mapping[str, Seating] = field(default_factory=dict)
    replied_on: date | None = None
    perform_by: date | None = None
    agreement: Agreement | None = None
    review: Review | None = None
    requests: tuple[Request, ...] = ()
    first_dated: Dated | None = None
    extended_from: Dated | None = None
    extended_to: date | None = None
    reopened_on: date | None = None
    resolved_on: date | None = None
    resolved_by: str | None = None
    resolved_with: str | None = None
    visits: tuple[Visit, ...] = ()
    reopenings: int = 0
    archived: bool = False
    contacts_erased_on: date | None = None
    score: str | None = None
    merged_into: str | None = None
    repeat_of: str | None = None
    matter: str | None = None
    subsidy_on: date | None = None
    assignment: Assignment | None = None

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


def dated(head: Head, now: Snapshot) -> Dated:
    """What the handling due date of a case follows from."""
    return Dated(handling_begins(head, now), now.extended_to, now.reopened_on)


def handle_due(head: Head, now: Snapshot, office: OfficeRules = DEFAULT) -> date:
    """When the matter must be settled, by the day counts of the office (rates.md §3)."""
    return due_of(head.track, dated(head, now), office)


def due_of(track: str, then: Dated, office: OfficeRules) -> date:
    """The first date, or the last extension in its place; a reopening moves it to 30 days later, or as many as the
    office set, if that is later than the date that stood."""
    due = then.extended_to or office.reckon(f"handle_{track}", then.begins_on).due
    return max(due, office.reckon("handle_reopened", then.reopened_on).due) if then.reopened_on else due


def handling_begins(head: Head, now: Snapshot) -> date:
    """The day from which the handling is counted. Petition: its acceptance or received + 15, whichever is earlier, so
    that a late acceptance buys no time. Dispute: its registration."""
    if head.track == "dispute":
        return now.registered_on
    latest = now.received_on + timedelta(days=LIMITS.notice)
    return min(now.accepted_on, latest) if now.accepted_on else latest


def due_unextended(head: Head, now: Snapshot) -> date:
    """The handling due date before any extension or reopening, as rates count it: by the law's 60 and 30 days, whatever
    the office set."""
    days = LIMITS.handle_dispute if head.track == "dispute" else LIMITS.handle_petition
    return handling_begins(head, now) + timedelta(days=days)
