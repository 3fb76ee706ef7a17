"""rates.md version 2 in code. One case, one window, one contribution; every number of a report is a sum of them.

That makes each number explain itself: the cases behind it are those that contributed to it. All functions are pure and
take a history that already holds only what was known at ``as_of``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from caseapp.domain.cases import words
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.limits import AT_REST, LIMITS
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.domain.rates.due import done_by, due_for_the_record, first_visits, standing_at
from caseapp.domain.teams.seats import needs_team
from caseapp.kernel.periods import Window
from caseapp.kernel.ratio import Ratio

FORMULAS = 2
LINES = (
    "stock", "new", "returned", "inflow", "resolved", "closed_unresolved", "left", "open", "workload",
    "workload_verified",
)  # fmt: skip
RATES = (
    "net", "verified", "cohort", "naive", "closed", "notice", "ontime", "evaluated", "satisfied", "satisfied_all",
    "visit", "visit_ok", "repeat", "seats", "lead", "tier_group", "tier_village", "tier_town",
)  # fmt: skip
COHORTS = ("first", "repeat", "backlog", "dispute")
APART = (
    "voided", "merged", "withdrawn", "suggestions", "suggestions_answered", "late_entered", "accusations",
)  # fmt: skip
CONTENT = ("satisfied", "mostly")
Count = tuple[str, str, int]
"""A number of a report by its kind (``lines``, ``n`` and ``d`` of a rate, ``apart``) and its key, and how much."""
LATE_AFTER = timedelta(hours=72)
SMALLEST_RANKED = 5


@dataclass
class Contribution:
    """What one case adds to a window's numbers: the lines it is in, its share of each rate, the figures apart."""

    lines: set[str] = field(default_factory=set)
    rates: dict[str, Ratio] = field(default_factory=dict)
    apart: Counter[str] = field(default_factory=Counter)
    category: str | None = None
    tier: str | None = None
    lead: str | None = None
    cohort: str | None = None

    def rate(self, key: str, n: int, d: int = 1) -> None:
        """Add to a rate, when there is anything to add."""
        if n or d:
            self.rates[key] = Ratio(int(n), int(d))

    def counts(self) -> Iterator[Count]:
        """Every number that the case adds to: its kind, its key, how much."""
        yield from (("lines", key, 1) for key in self.lines)
        for key, (n, d) in self.rates.items():
            yield "n", key, n
            yield "d", key, d
        yield from (("apart", key, count) for key, count in self.apart.items())


def contribution(history: History, window: Window) -> Contribution:
    """What a case adds to a window (rates.md §2, §3). A case registered after the window adds nothing."""
    adds = Contribution()
    end, eve = history.at(window.end), history.at(window.eve)
    if end is None:
        return adds
    _stands(adds, history, end, eve, window)
    if at_rest(history, window):
        return adds
    events = within(history, window)
    _late_entries(adds, history, events)
    _entered_apart(adds, history, window)
    if history.head.sealed:
        return adds
    _repeat(adds, history, window)
    if history.excluded:
        return adds
    _notice(adds, history, window)
    if history.head.suggestion:
        _suggestion(adds, history, window, events)
        return adds
    moved = any(event.kind in ("reopened", "resolved") for event in events)
    new = history.snapshots[0].registered_on in window
    _workload(adds, end, eve, moved=moved, new=new)
    _verified_workload(adds, end, eve, window, moved=moved, new=new)
    _cohort(adds, end, events, new=new)
    _teams(adds, history, end, window, events)
    _ontime(adds, history, window)
    _ratings(adds, events)
    _visits(adds, history, window, events)
    return adds


def _stands(adds: Contribution, history: History, end: Snapshot, eve: Snapshot | None, window: Window) -> None:
    """Where a case stands in the breakdowns at the window's end: category, tier and lead; its cohort. In which village
    is told by the unit where it arose."""
    adds.category, adds.tier = end.category, history.trees.on(window.end).tier(end.counted_with)
    adds.lead = end.seats["lead"].holder if "lead" in end.seats else None
    adds.cohort = _cohort_of(history, end, eve, window)


def _cohort_of(history: History, end: Snapshot, eve: Snapshot | None, window: Window) -> str:
    """For which target a case counts: 积案, open and a year on the books when the window began; else 重复信访, said at
    its end to repeat another; else 初信初访; disputes by themselves. A suggestion is never backlog."""
    old = eve and eve.standing == "open" and (window.eve - eve.registered_on).days >= LIMITS.backlog
    if old and not history.head.suggestion:
        return "backlog"
    if history.head.track == "dispute":
        return "dispute"
    return "repeat" if end.merged_into or end.repeat_of else "first"


def at_rest(history: History, window: Window) -> bool:
    """Whether a case was settled so long before a window that it is in none of its sets."""
    return history.days[-1] < window.start - AT_REST and history.now.standing != "open"


def within(history: History, window: Window) -> list[Event]:
    """The events of the window's days."""
    start = bisect_right(history.days, window.eve)
    return history.events[start : bisect_right(history.days, window.end)]


def _late_entries(adds: Contribution, history: History, events: list[Event]) -> None:
    """Events of the window entered more than 72 hours after they happened, of any case but accusations."""
    if not history.head.sealed:
        adds.apart["late_entered"] = sum(event.recorded_at - event.at > LATE_AFTER for event in events)


def _entered_apart(adds: Contribution, history: History, window: Window) -> None:
    """Cases registered in the window that were voided or merged; accusations, voided ones included (§3)."""
    if history.snapshots[0].registered_on not in window:
        return
    if history.head.sealed:
        adds.apart["accusations"] = 1
    elif history.ended:
        adds.apart[history.now.state] = 1


def _suggestion(adds: Contribution, history: History, window: Window, events: list[Event]) -> None:
    """Suggestions registered in the window, and those replied to in it: apart from every other set (§1, §3)."""
    adds.apart["suggestions"] = int(history.snapshots[0].registered_on in window)
    adds.apart["suggestions_answered"] = int(any(event.kind == "replied" for event in events))


def _repeat(adds: Contribution, history: History, window: Window) -> None:
    """Petitions registered in the window, merged ones included: merged into or repeating another case by its end."""
    voided = history.now.state == "voided"
    if history.head.track == "petition" and history.snapshots[0].registered_on in window and not voided:
        end = history.at(window.end)
        assert end is not None
        adds.rate("repeat", bool(end.merged_into or end.repeat_of))


def _workload(adds: Contribution, end: Snapshot, eve: Snapshot | None, *, moved: bool, new: bool) -> None:
    """The workload identity, and the rates on it (§2): net, closed. What a withdrawal closed is shown apart."""
    if eve and eve.standing == "open":
        adds.lines.add("stock")
    elif eve and moved:
        adds.lines.add("returned")
    elif new:
        adds.lines.add("new")
    else:
        return
    adds.lines |= {"inflow", end.standing}
    adds.apart["withdrawn"] = int(end.state == "withdrawn")
    adds.rate("closed", end.standing != "open")
    if end.standing != "left":
        adds.lines.add("workload")
        adds.rate("net", end.standing == "resolved")


def _verified_workload(
    adds: Contribution, end: Snapshot, eve: Snapshot | None, window: Window, *, moved: bool, new: bool
) -> None:
    """The verified side has its own inflow (§2): a case counts in the month it was confirmed, and is never lost."""
    waiting = eve is not None and (eve.standing == "open" or _awaits_confirmation(eve, window))
    if (waiting or new or moved) and end.standing != "left":
        adds.lines.add("workload_verified")
        adds.rate("verified", end.verified)


def _awaits_confirmation(eve: Snapshot, window: Window) -> bool:
    """Resolved, not verified, not archived, and last resolved on or after S − 180 days."""
    if eve.standing != "resolved" or eve.verified or eve.archived or eve.resolved_on is None:
        return False
    return eve.resolved_on >= window.start - timedelta(days=LIMITS.return_visits_end)


def _cohort(adds: Contribution, end: Snapshot, events: list[Event], *, new: bool) -> None:
    """cohort: of the new ones, those resolved. naive: every case resolved in the window over the same denominator."""
    of_cohort = new and end.standing != "left"
    if of_cohort:
        adds.rate("cohort", end.standing == "resolved")
    resolved = any(event.kind == "resolved" for event in events)
    adds.rate("naive", resolved, of_cohort)


def _teams(adds: Contribution, history: History, end: Snapshot, window: Window, events: list[Event]) -> None:
    """seats, lead: of the workload that needs a team. tier_*: of net's n, by who held it at its last resolution."""
    if "workload" not in adds.lines:
        return
    if needs_team(history.head, end, window.end, history.trees.on(window.end)):
        adds.rate("seats", end.seated)
        adds.rate("lead", end.seated and any(_by_lead(event) for event in events))
    if end.standing == "resolved":
        assert end.resolved_with is not None
        tier = history.trees.on(window.end).tier(end.resolved_with)
        for key in ("group", "village", "town"):
            adds.rate(f"tier_{key}", key == tier)


def _by_lead(event: Event) -> bool:
    """A follow-up or mediation of seat lead itself, not of its deputy."""
    work = event.kind in ("followed_up", "mediated")
    return work and event.data.get("by_seat") == "lead" and not event.data.get("acting")


def _notice(adds: Contribution, history: History, window: Window) -> None:
    """notice: petitions with a named petitioner whose notice fell due in the window; served first by then."""
    if history.head.track != "petition" or not history.head.named:
        return
    due = history.snapshots[0].received_on + timedelta(days=LIMITS.notice)
    if due in window:
        served = history.now.noticed_on
        adds.rate("notice", served is not None and served <= due)


def _ontime(adds: Contribution, history: History, window: Window) -> None:
    """ontime: handling fell due in the window, and the case was not left; resolved, closed or replied to by that day,
    whatever the reply says."""
    due = due_for_the_record(history)
    standing = standing_at(history, due)
    if due in window and standing != "left":
        adds.rate("ontime", standing in ("resolved", "closed_unresolved") or done_by(history, due, "replied"))


def _ratings(adds: Contribution, events: list[Event]) -> None:
    """evaluated, satisfied, satisfied_all: of cases resolved or replied to in the window."""
    if is_answered(events):
        score = last_score(events)
        adds.rate("evaluated", score is not None)
        adds.rate("satisfied_all", score in CONTENT)
        if score is not None:
            adds.rate("satisfied", score in CONTENT)


def is_answered(events: list[Event]) -> bool:
    """Whether a window's events hold a resolution or a reply."""
    return any(event.kind in ("resolved", "replied") for event in events)


def last_score(events: list[Event]) -> object | None:
    """The latest rating among a window's events since the last resolution or reply; None when there is none."""
    last = max(place for place, event in enumerate(events) if event.kind in ("resolved", "replied"))
    return next((event.data["score"] for event in reversed(events[last:]) if event.kind == "rated"), None)


def _visits(adds: Contribution, history: History, window: Window, events: list[Event]) -> None:
    """visit: resolutions whose first visit fell due in the window. visit_ok: visits made in the window."""
    made = [event for event in events if event.kind == "return_visited"]
    adds.rate("visit_ok", sum(event.data["result"] in words.CONFIRMING for event in made), len(made))
    timely = [on_time for due, on_time in first_visits(history) if due in window]
    adds.rate("visit", sum(timely), len(timely))
