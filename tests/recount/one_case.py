"""What is known of one case, asked slowly: every question walks over all its events again.

Written from ``rates.md`` and the contract alone, on the plain JSON of contract §4. It shares no line with the program
that is held against it, not even the reading of a date.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import Any, NamedTuple

CHINA = timezone(timedelta(hours=8))
TELLING = ("fulfilled", "performing", "unfulfilled", "relapsed")
SEATS = ("lead", "dept", "liaison", "village", "grid")
FOLLOW_UP = {"green": 14, "yellow": 7, "red": 3}
CATEGORY_AFTER = {
    "registered": "open", "accepted": "open", "reopened": "open", "resolved": "resolved",
    "terminated": "closed_unresolved", "withdrawn": "closed_unresolved",
    "transferred_out": "left", "redirected": "left", "refused": "left",
}  # fmt: skip


def instant(text: str) -> datetime:
    """An ISO instant; without an offset it is Asia/Shanghai."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)


class Happened(NamedTuple):
    """One event of a history, with its calendar date and the one on which it was entered."""

    kind: str
    at: datetime
    recorded_at: datetime
    on: date
    recorded_on: date
    data: dict[str, Any]

    @property
    def entered_late(self) -> bool:
        """Whether it was entered more than 72 hours after it happened."""
        return self.recorded_at - self.at > timedelta(hours=72)


def happened(event: dict[str, Any]) -> Happened:
    """An event as it stands in a line; one that does not say when it was entered was entered at once."""
    at, recorded_at = instant(event["at"]), instant(event.get("recorded_at") or event["at"])
    days_of_both = (at.astimezone(CHINA).date(), recorded_at.astimezone(CHINA).date())
    return Happened(event["kind"], at, recorded_at, *days_of_both, event)


class Story:
    """A case with the events that were recorded up to an instant, in the order of ``at``, ties as they stand."""

    def __init__(self, line: dict[str, Any], as_of: datetime, tiers: dict[str, str]) -> None:
        self.line = line
        self.number: str = line["number"]
        self.tiers = tiers
        told = [happened(event) for event in line["events"]]
        self.events = sorted((one for one in told if one.recorded_at <= as_of), key=lambda one: one.at)
        self.is_petition = line["track"] == "petition"
        self.petition_class: str | None = line.get("petition_class")
        self.is_accusation = self.petition_class == "accusation"
        self.is_suggestion = self.petition_class == "suggestion"

    @cached_property
    def known(self) -> bool:
        """Whether its registration is known."""
        return bool(self.all_of("registered"))

    def all_of(self, *kinds: str) -> list[Happened]:
        """Its events of these kinds."""
        return [one for one in self.events if one.kind in kinds]

    def up_to(self, day: date, *kinds: str) -> list[Happened]:
        """Its events of these kinds up to the end of a day; of all kinds when none is named."""
        return [one for one in self.events if one.on <= day and (not kinds or one.kind in kinds)]

    def within(self, start: date, end: date, *kinds: str) -> list[Happened]:
        """Its events of these kinds from one day to another, both included."""
        return [one for one in self.events if start <= one.on <= end and (not kinds or one.kind in kinds)]

    def after(self, which: Happened) -> list[Happened]:
        """Its events after one of them."""
        return self.events[self.place_of(which) + 1 :]

    def with_all_before(self, which: Happened) -> list[Happened]:
        """One of its events and those before it."""
        return self.events[: self.place_of(which) + 1]

    def place_of(self, which: Happened) -> int:
        """Where an event stands among the others. Two may read the same, so it is this very one that is sought."""
        return next(place for place, one in enumerate(self.events) if one is which)

    # What stands at its head

    @cached_property
    def registered(self) -> date:
        """When it was registered."""
        return self.all_of("registered")[0].on

    @cached_property
    def received(self) -> date:
        """``received_on`` when given, else the registration date."""
        given = self.all_of("registered")[0].data.get("received_on")
        return date.fromisoformat(given) if given else self.registered

    @cached_property
    def names_a_petitioner(self) -> bool:
        """Whether it was registered with a petitioner who has a name."""
        return any(
            party["role"] == "petitioner" and party.get("name", "").strip() for party in self.line.get("parties") or []
        )

    @cached_property
    def ended(self) -> bool:
        """Voided or merged, whatever the date."""
        return bool(self.all_of("voided", "merged"))

    @cached_property
    def excluded(self) -> bool:
        """In no set: voided or merged, or handled with another case as one matter of many people (decision 57)."""
        return self.ended or self.of_a_matter(date.max)

    def of_a_matter(self, day: date) -> bool:
        """Whether it joined a matter up to a day, and did not leave it since."""
        turns = self.up_to(day, "joined_matter", "left_matter")
        return bool(turns) and turns[-1].kind == "joined_matter"

    def value(self, field: str, day: date) -> Any:
        """What the last ``amended`` event up to a day gave a field, or the head."""
        found = self.line.get(field, {"risk": "green", "headcount": 1, "category": "other"}.get(field))
        for one in self.up_to(day, "amended"):
            if one.data["field"] == field:
                found = one.data["to"]
        return found

    # Where it stands at the end of a day

    def last_state(self, day: date) -> Happened | None:
        """§1: the last state-changing event up to a day."""
        found = self.up_to(day, *CATEGORY_AFTER, "replied")
        return found[-1] if found else None

    def category(self, day: date) -> str | None:
        """§1: the category that the last state-changing event put it in."""
        last = self.last_state(day)
        if last is None:
            return None
        if last.kind == "replied":
            return "open" if last.data["outcome"] == "supported" else "closed_unresolved"
        return CATEGORY_AFTER[last.kind]

    def archived(self, day: date) -> bool:
        """§1: an ``archived`` event with no ``reopened`` or ``resolved`` after it."""
        found = False
        for one in self.up_to(day, "archived", "reopened", "resolved"):
            found = one.kind == "archived"
        return found

    def last_resolution(self, day: date) -> Happened | None:
        """Its last ``resolved`` event up to a day."""
        found = self.up_to(day, "resolved")
        return found[-1] if found else None

    def visits_since(self, which: Happened, day: date) -> list[Happened]:
        """The return visits after an event, up to a day."""
        return [one for one in self.after(which) if one.kind == "return_visited" and one.on <= day]

    def verified(self, day: date) -> bool:
        """§1: resolved, and the latest visit that says something confirmed it."""
        resolution = self.last_resolution(day)
        if self.category(day) != "resolved" or resolution is None:
            return False
        told = [one.data["result"] for one in self.visits_since(resolution, day) if one.data["result"] in TELLING]
        return bool(told) and told[-1] in ("fulfilled", "performing")

    def tier_after(self, events: list[Happened]) -> str:
        """§1: the tier that holds it after these of its events. Only ``escalated`` and ``sent_down`` move it."""
        moves = [one for one in events if one.kind in ("escalated", "sent_down")]
        return self.tiers[moves[-1].data["to"] if moves else self.line["unit"]]

    def tier(self, day: date) -> str:
        """The tier that holds it at the end of a day."""
        return self.tier_after(self.up_to(day))

    def five_seats(self, day: date) -> bool:
        """Whether each seat is filled: from ``seat_filled`` until ``seat_cleared``."""
        filled = set()
        for one in self.up_to(day, "seat_filled", "seat_cleared"):
            if one.kind == "seat_filled":
                filled.add(one.data["seat"])
            else:
                filled.discard(one.data["seat"])
        return filled == set(SEATS)

    def in_seat(self, seat: str, day: date) -> str | None:
        """Who holds a seat at the end of a day."""
        holder = None
        for one in self.up_to(day, "seat_filled", "seat_cleared"):
            if one.data["seat"] == seat:
                holder = one.data.get("holder") if one.kind == "seat_filled" else None
        return holder

    def needs_team(self, day: date) -> bool:
        """§3, below the table. Accusations and suggestions need none (§1), nor what is handled with another case."""
        if self.is_accusation or self.is_suggestion or self.of_a_matter(day):
            return False
        return (
            self.petition_class == "appeal"
            or self.value("risk", day) in ("yellow", "red")
            or self.value("headcount", day) > 5
            or self.tier(day) == "town"
            or (self.category(day) == "open" and self.registered + days(365) <= day)
        )

    def first_day_of_need(self, day: date) -> date | None:
        """The first day ever at whose end it needed a team. Only an event or 365 days can change that."""
        turns = sorted({one.on for one in self.events} | {self.registered + days(365)})
        for turn in turns:
            if self.registered <= turn <= day and self.needs_team(turn):
                return turn
        return None

    # Due dates

    def first_due(self, events: list[Happened]) -> date:
        """The handling due date before any extension, knowing the acceptance among these events."""
        if not self.is_petition:
            return self.registered + days(30)
        starts = [self.received + days(15)] + [one.on for one in events if one.kind == "accepted"]
        return min(starts) + days(60)

    def due_in_a_rate(self) -> date:
        """§3: with the extensions made before the first ``reopened`` and recorded by the due date they extend: the one
        that stands after the extensions that count. A reopening never restarts it."""
        extended: date | None = None
        for place, one in enumerate(self.events):
            if one.kind == "reopened":
                break
            if one.kind == "extended" and one.recorded_on <= (extended or self.first_due(self.events[:place])):
                extended = date.fromisoformat(one.data["to"])
        return extended or self.first_due(self.events)

    def due_on_the_lamp(self, day: date) -> date:
        """§3: the first date with the acceptance known by the day, then its extensions and reopenings in their order."""
        stands = self.first_due(self.up_to(day))
        for one in self.up_to(day, "extended", "reopened"):
            stands = date.fromisoformat(one.data["to"]) if one.kind == "extended" else max(stands, one.on + days(30))
        return stands
