"""What the county asks for (报县口径, rates.md §6): what one case adds to a window's figures. Pure.

Accusations and voided cases are in nothing here. Merged ones count where petitions are counted as items: a repeat
visit is an item (件次).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.limits import LIMITS
from caseapp.domain.cases.snapshot import Snapshot
from caseapp.domain.cases.words import CHANNELS
from caseapp.domain.rates.due import done_by, due_for_the_record, standing_at
from caseapp.domain.rates.formulas import CONTENT, at_rest, is_answered, last_score, within
from caseapp.kernel.periods import Window
from caseapp.kernel.ratio import Ratio

Amounts = dict[str, int]
"""How much a case adds to each figure: a count, people, or the n and d of a rate (``once.n``)."""

PETITION_COUNTS = ("items", "people", "group_items", "group_people", "first_items", "repeat_items")
PETITION_RATES = ("accepted_in_time", "answered_in_time", "pet_evaluated", "pet_satisfied")
DISPUTE_COUNTS = ("disputes", "dispute_people", "screened", "mediated_disputes")
DISPUTE_RATES = ("mediation_success",)
ONCE = "once"
RATES = (*PETITION_RATES, ONCE, *DISPUTE_RATES)
COUNTS = (*PETITION_COUNTS, *DISPUTE_COUNTS)
BY_CHANNEL = ("items", "people")
HEADS = {"people": "items", "group_people": "group_items", "dispute_people": "disputes"}
"""Which figures count people, and the count of cases each goes with."""
NAMES = frozenset([
    *COUNTS, *(f"{key}.{side}" for key in RATES for side in ("n", "d")),
    *(f"{channel}.{key}" for channel in CHANNELS for key in BY_CHANNEL),
])  # fmt: skip
"""Every figure there can be, by its name: ``items``, ``visit.people``, ``once.n``."""

GROUP_OF = 5
RECEIVED = ("accepted", "redirected", "refused", "transferred_out", "replied", "resolved")
ANSWERED = ("replied", "resolved", "withdrawn")


def amounts(history: History, window: Window) -> Amounts:
    """What a case adds to the county's figures of a window; nothing when it was registered after it."""
    end = history.at(window.end)
    if end is None or history.head.sealed or history.now.state == "voided" or at_rest(history, window):
        return {}
    events = within(history, window)
    adds: Amounts = {}
    if history.head.track == "petition":
        _items(adds, history, end, window)
        if not history.excluded:
            _petition(adds, history, end, window, events)
    elif not history.excluded:
        _dispute(adds, history, end, window, events)
    if not (history.excluded or history.head.suggestion):
        _once(adds, history, window)
    return adds


def _items(adds: Amounts, history: History, end: Snapshot, window: Window) -> None:
    """件次 and 人次 of petitions registered in the window, by channel, group visits, first and repeated."""
    if end.registered_on not in window:
        return
    people, channel = end.headcount, history.head.channel
    adds |= {"items": 1, "people": people, f"{channel}.items": 1, f"{channel}.people": people}
    if channel == "visit" and people >= GROUP_OF:
        adds |= {"group_items": 1, "group_people": people}
    adds["repeat_items" if end.merged_into or end.repeat_of else "first_items"] = 1


def _petition(adds: Amounts, history: History, end: Snapshot, window: Window, events: list[Event]) -> None:
    """Received in time, answered in time (appeals alone), rated and satisfied."""
    receive_by = end.received_on + timedelta(days=LIMITS.notice)
    if receive_by in window:
        _rate(adds, "accepted_in_time", done_by(history, receive_by, *RECEIVED))
    due = due_for_the_record(history)
    appeal = history.head.petition_class == "appeal" and end.accepted_on is not None
    if appeal and due in window and standing_at(history, due) != "left":
        _rate(adds, "answered_in_time", done_by(history, due, *ANSWERED))
    if is_answered(events):
        score = last_score(events)
        _rate(adds, "pet_evaluated", score is not None)
        if score is not None:
            _rate(adds, "pet_satisfied", score in CONTENT)


def _once(adds: Amounts, history: History, window: Window) -> None:
    """一次性化解: of cases first resolved in the window, those not reopened afterwards by its end."""
    place = next((at for at, event in enumerate(history.events) if event.kind == "resolved"), None)
    if place is not None and history.events[place].on in window:
        after = history.events[place:]
        _rate(adds, ONCE, not any(event.kind == "reopened" and event.on <= window.end for event in after))


def _dispute(adds: Amounts, history: History, end: Snapshot, window: Window, events: list[Event]) -> None:
    """Disputes registered in the window, found by screening, mediated; how many mediations succeeded."""
    if end.registered_on in window:
        adds |= {"disputes": 1, "dispute_people": end.headcount}
        if history.head.channel == "screening":
            adds["screened"] = 1
    if any(event.kind == "mediated" for event in events):
        adds["mediated_disputes"] = 1
    success = any(event.kind == "resolved" and event.data["method"] == "mediation" for event in events)
    if success or any(event.kind == "terminated" for event in events):
        _rate(adds, "mediation_success", success)


def _rate(adds: Amounts, key: str, counted: object) -> None:
    adds[f"{key}.d"] = 1
    if counted:
        adds[f"{key}.n"] = 1


class CountyTally:
    """The county's figures of one window, each with how much every case adds to it."""

    def __init__(self) -> None:
        self._cases: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.counted: Counter[str] = Counter()
        self.opens: Callable[[], None] | None = None

    @property
    def cases(self) -> defaultdict[str, Counter[str]]:
        """The cases behind each figure with what each adds; where they were counted alone, they are named now."""
        if self.opens:
            self.opens()
        return self._cases

    def add(self, number: str, adds: Mapping[str, int]) -> None:
        """Add a case."""
        for key, amount in adds.items():
            self._cases[key][number] += amount

    def count(self, adds: Mapping[str, int]) -> None:
        """Add what some cases add together."""
        self.counted.update(adds)

    def figure(self, key: str) -> int:
        """A figure by its name: ``items``, ``visit.people``, ``once.n``."""
        return self.counted[key] + (self._cases[key].total() if key in self._cases else 0)

    def rate(self, key: str) -> Ratio:
        """A rate as n and d."""
        return Ratio(self.figure(f"{key}.n"), self.figure(f"{key}.d"))

    @property
    def channels(self) -> list[str]:
        """The channels that occur, in their order."""
        return [channel for channel in CHANNELS if self.figure(f"{channel}.items")]

    def figures(self) -> dict[str, Any]:
        """The figures as contract §7 writes them."""
        return _written(self, self.figure)

    def listed(self) -> dict[str, Any]:
        """The cases behind every figure, in the same shape."""
        return _written(self, lambda key: sorted(self.cases[key]) if key in self.cases else [])

    def lists(self) -> Iterator[tuple[str, Counter[str]]]:
        """The cases behind every figure, by its name (``county.items``)."""
        yield from ((f"county.{key}", cases) for key, cases in self.cases.items())


def _written(tally: CountyTally, value: Callable[[str], Any]) -> dict[str, Any]:
    told: dict[str, Any] = {key: value(key) for key in PETITION_COUNTS}
    told["items_by_channel"] = {
        channel: {key: value(f"{channel}.{key}") for key in BY_CHANNEL} for channel in tally.channels
    }
    told |= {key: {side: value(f"{key}.{side}") for side in ("n", "d")} for key in RATES}
    return told | {key: value(key) for key in DISPUTE_COUNTS}
