"""A case history held against contract §4 and §6 once more, written from the contract alone and not from the rules.

``hold`` raises AssertionError at the first breach; what it returns is where the case stands, for counting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

NEEDED = {
    "notice_served": ("notice",), "redirected": ("to",), "refused": ("ground",), "transferred_out": ("to",),
    "escalated": ("to", "reason"), "sent_down": ("to", "requirement"), "amended": ("field", "to", "reason"),
    "seat_filled": ("seat", "holder"), "seat_cleared": ("seat",), "plan_filed": ("text",),
    "followed_up": ("method", "note"), "mediated": ("result",), "extended": ("to", "reason", "approved_by"),
    "resolved": ("method", "evidence"), "replied": ("outcome",), "terminated": ("advice",), "withdrawn": ("reason",),
    "return_visited": ("result",), "reopened": ("reason",), "voided": ("reason", "approved_by"), "repeated": ("of",),
    "merged": ("into", "approved_by"), "joined_matter": ("of", "approved_by"), "left_matter": ("reason",), "rated": ("score",), "registered": (), "accepted": (), "archived": (),
    "agreed": ("form", "effective_on"), "undertaken": ("nth", "who", "what", "due_on"), "performed": ("nth",),
    "confirmation_asked": ("court", "asked_on"), "confirmation_decided": ("result",),
    "mediation_refused": ("who",), "subsidy_claimed": ("grade", "mediator", "approved_by"),
    "requested": ("nth", "text"), "request_passed": ("nth", "how", "to", "reason"),
    "request_answered": ("nth", "outcome", "ground", "text"), "request_amended": ("nth", "text", "reason"),
    "review_asked": ("level", "organ", "asked_on"), "reviewed": ("result",),
    "assigned": ("sender", "letter_no", "received_on", "answer_due"), "reported": (), "report_returned": ("reason",),
}  # fmt: skip
ALWAYS = {
    "rated",
    "notice_served",
    "followed_up",
    "amended",
    "seat_filled",
    "seat_cleared",
    "repeated",
    "merged",
    "left_matter",
    "voided",
    "assigned",
    "reported",
    "report_returned",
    "review_asked",
    "reviewed",
}
OF_AGREEMENTS = {"agreed", "undertaken", "performed", "confirmation_asked", "confirmation_decided"}
WHILE = {
    "open": set(NEEDED) - {"registered", "return_visited", "reopened", "archived", "subsidy_claimed"},
    "resolved": ALWAYS | OF_AGREEMENTS | {"subsidy_claimed", "return_visited", "reopened", "archived"},
    "closed_unresolved": ALWAYS | {"reopened", "resolved", "archived"},
    "left": ALWAYS | {"reopened", "resolved", "archived"},
    "excluded": set(),
}
AFTER = {
    "reopened": "open", "resolved": "resolved", "terminated": "closed_unresolved", "withdrawn": "closed_unresolved",
    "transferred_out": "left", "redirected": "left", "refused": "left", "voided": "excluded", "merged": "excluded",
}  # fmt: skip
RHYTHM = {"green": 14, "yellow": 7, "red": 3}
SEATS = {"lead", "dept", "liaison", "village", "grid"}


@dataclass
class Standing:
    """Where a case stands."""

    line: dict[str, Any]
    start: date
    received: date
    holder: str
    risk: str
    headcount: int
    worked: date
    state: str = "open"
    contacted: bool = False
    accepted: date | None = None
    replied: bool = False
    noticed: bool = False
    due_to: date | None = None
    due_first: date | None = None
    needed_team: date | None = None
    seats: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    resolver: str | None = None
    resolved: date | None = None
    visits: list[str] = field(default_factory=list)
    archived: bool = False
    reopened: int = 0
    matter: str | None = None

    @property
    def due(self) -> date:
        """When it must be settled."""
        if self.due_to:
            return self.due_to
        if self.line["track"] == "dispute":
            return self.start + timedelta(days=30)
        latest = self.received + timedelta(days=15)
        return min(self.accepted or latest, latest) + timedelta(days=60)

    def needs_team(self, today: date) -> bool:
        """Whether all five seats are to be filled."""
        return (
            self.line.get("petition_class") == "appeal" or self.risk != "green" or self.headcount > 5
            or self.holder == "TH" or (self.state == "open" and today >= self.start + timedelta(days=365))
        )  # fmt: skip

    def late(self, today: date) -> set[str]:
        """The kinds of duty that are overdue at the end of a day (contract §6)."""
        if self.line.get("petition_class") == "accusation":
            return set()
        due: dict[str, date] = {}
        named = any(party["role"] == "petitioner" and party.get("name") for party in self.line["parties"])
        if self.state in ("open", "resolved") and self.line["track"] == "petition" and named and not self.noticed:
            due["notice"] = self.received + timedelta(days=15)
        if self.state == "open":
            due["handle"] = self.due
        if self.state == "open" and not self.matter:
            first = not self.contacted and not self.reopened
            gap = 1 if first else RHYTHM[self.risk]
            due["first_contact" if first else "follow_up"] = self.worked + timedelta(days=gap)
            if self.needs_team(today) and set(self.seats) != SEATS:
                since = self.needed_team or self.start + timedelta(days=365)
                due["team"] = since + timedelta(days=3)
        return {kind for kind, day in due.items() if day < today}


def hold(line: dict[str, Any], limit: datetime) -> Standing:
    """Hold a line against the rules; ``limit`` is the last instant there may be."""
    events = line["events"]
    times = [datetime.fromisoformat(event["at"]) for event in events]
    assert times == sorted(times), "events out of order"
    assert events[0]["kind"] == "registered", "not registered first"
    first = events[0]
    now = Standing(
        line, times[0].date(), date.fromisoformat(first.get("received_on", times[0].date().isoformat())),
        "TH" if line["about"] else line["unit"], line["risk"], line["headcount"], times[0].date(),
    )  # fmt: skip
    assert now.received <= now.start
    _note_need(now, now.start)
    for event, at in zip(events, times, strict=True):
        recorded = datetime.fromisoformat(event.get("recorded_at", event["at"]))
        assert at <= recorded <= limit, "recorded before it happened, or in the future"
        assert all(str(event.get(name, "")).strip() for name in NEEDED[event["kind"]]), f"{event} lacks something"
        assert not event.get("approved_by") or event["approved_by"] != event.get("by"), "approved by oneself"
        if event is not first:
            assert event["kind"] in WHILE[now.state], f"{event['kind']} while {now.state}"
            _follow(now, event, at.date())
            _note_need(now, at.date())
    return now


def _note_need(now: Standing, day: date) -> None:
    if now.needed_team is None and now.needs_team(day):
        now.needed_team = day


def _follow(now: Standing, event: dict[str, Any], day: date) -> None:
    """Check one event against where the case stands, and move on."""
    kind = event["kind"]
    check = globals().get(f"_{kind}")
    if check:
        check(now, event, day)
    now.state = AFTER.get(kind, now.state)


def _accepted(now: Standing, event: dict[str, Any], day: date) -> None:
    assert now.accepted is None, "accepted twice"
    assert not now.replied, "accepted after a reply"
    assert event.get("route", 6) in range(1, 7)
    now.accepted = day


def _replied(now: Standing, event: dict[str, Any], day: date) -> None:
    assert now.line["track"] == "petition", "a reply in a dispute"
    assert now.accepted, "a reply without acceptance"
    now.replied = True
    now.state = "open" if event["outcome"] == "supported" else "closed_unresolved"


def _terminated(now: Standing, event: dict[str, Any], day: date) -> None:
    assert now.line["track"] == "dispute", "a petition is not terminated"


def _notice_served(now: Standing, event: dict[str, Any], day: date) -> None:
    now.noticed = True


def _escalated(now: Standing, event: dict[str, Any], day: date) -> None:
    assert event["to"] == now.holder.rpartition("-")[0], "not sent to the unit right above"
    now.holder = event["to"]


def _sent_down(now: Standing, event: dict[str, Any], day: date) -> None:
    assert event["to"].startswith(f"{now.holder}-"), "not sent to a unit below"
    assert not set(now.line["about"]) & {event["to"], event["to"][:5]}, "sent to whom it complains of"
    now.holder = event["to"]


def _extended(now: Standing, event: dict[str, Any], day: date) -> None:
    to = date.fromisoformat(event["to"])
    now.due_first = now.due_first or now.due
    assert day <= now.due < to <= now.due_first + timedelta(days=30), "extended too late or too far"
    now.due_to = to


def _seat_filled(now: Standing, event: dict[str, Any], day: date) -> None:
    others = {who for seat, pair in now.seats.items() if seat != event["seat"] for who in pair if who}
    people = {event["holder"], event.get("deputy")} - {None}
    assert not people & others, "two seats for one person"
    assert event["holder"] != event.get("deputy"), "A is B"
    now.seats[event["seat"]] = (event["holder"], event.get("deputy"))


def _seat_cleared(now: Standing, event: dict[str, Any], day: date) -> None:
    del now.seats[event["seat"]]


def _followed_up(now: Standing, event: dict[str, Any], day: date) -> None:
    if "by_seat" in event:
        expected = now.seats[event["by_seat"]][1 if event.get("acting") else 0]
        assert event["by"] == expected, "somebody else's seat"
    now.contacted, now.worked = True, day


_mediated = _followed_up


def _amended(now: Standing, event: dict[str, Any], day: date) -> None:
    if event["field"] in ("risk", "headcount"):
        setattr(now, event["field"], event["to"])


def _joined_matter(now: Standing, event: dict[str, Any], day: date) -> None:
    assert now.line.get("petition_class") == "appeal", "no appeal joins a matter"
    assert not now.matter, "joined twice"
    now.matter = event["of"]


def _resolved(now: Standing, event: dict[str, Any], day: date) -> None:
    now.resolver, now.resolved, now.visits, now.archived = event["by"], day, [], False


def _return_visited(now: Standing, event: dict[str, Any], day: date) -> None:
    assert event["result"] not in ("fulfilled", "performing") or event["by"] != now.resolver, (
        "confirmed by the resolver"
    )
    now.visits.append(event["result"])


def _reopened(now: Standing, event: dict[str, Any], day: date) -> None:
    now.worked, now.reopened, now.visits, now.archived = day, now.reopened + 1, [], False


def _archived(now: Standing, event: dict[str, Any], day: date) -> None:
    assert not now.archived, "archived twice"
    if now.state == "resolved":
        telling = [result for result in now.visits if result not in ("refused", "unreachable")]
        verified = bool(telling) and telling[-1] in ("fulfilled", "performing")
        vain = "refused" in now.visits or now.visits.count("unreachable") >= 2
        assert now.resolved is not None
        assert verified or vain or day >= now.resolved + timedelta(days=180), "archived too early"
    now.archived = True
