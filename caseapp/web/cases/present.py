"""Cases as pages show them: rows of a list, the timeline, the seats, what is due and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from flask_babel import gettext
from markupsafe import Markup

from caseapp.actions.context import Ctx
from caseapp.domain.cases import requests
from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.snapshot import Seating
from caseapp.domain.deadlines.queries import next_items
from caseapp.domain.deadlines.queries.items import LineItem, OwedLine
from caseapp.domain.deadlines.rules import light
from caseapp.domain.org.queries import Units
from caseapp.domain.org.tree import Tree
from caseapp.domain.people.queries import Told
from caseapp.domain.receipts.queries import oversees
from caseapp.domain.receipts.ratings import handlers, sees_rating
from caseapp.domain.supervision.queries import CaseAside
from caseapp.domain.teams.seats import ROLE_OF_SEAT, SEATS
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.yuan import in_figures
from caseapp.web.addresses import addresses
from caseapp.web.cases.accused import said_of
from caseapp.web.page import show_day
from caseapp.web.tongue import choice_label, label, tongue

if TYPE_CHECKING:
    from caseapp.domain.cases.models import Case
    from caseapp.domain.cases.queries.lines import CaseLine
    from caseapp.domain.deadlines.models import Deadline

TONES = {
    "resolved": "good", "return_visited": "good", "reopened": "bad", "voided": "muted", "merged": "muted",
    "escalated": "move", "sent_down": "move", "registered": "start", "archived": "muted", "contacts_erased": "muted",
}  # fmt: skip
SEATED_AS = {"holder": "A", "deputy": "B"}
AS_TYPED = (
    "received_by", "called", "said", "paper", "nth", "agreement_no", "who", "what", "amount", "where", "way", "place",
    "mediators", "invited", "court", "mediator",
)  # fmt: skip
TEXTS = ("note", "text", "evidence", "reason", "requirement", "advice", "words", "request", "opinion", "facts", "why")
GROUNDS = (("replied", "ground"), ("request_answered", "ground"), ("request_passed", "to"))


class CaseRow(NamedTuple):
    """A case in a list: what is text, and what is drawn already."""

    number: str
    title: str
    unit_name: str
    category: str
    light: str
    lamp: Markup
    next_due: str
    left: Markup
    plates: Markup
    team_missing: bool
    url: str
    responsible: str | None = None


def state_of(case: Case | CaseLine) -> str:
    """The state a badge shows: archived and verified say more than resolved."""
    if case.archived:
        return "archived"
    return "verified" if case.verified else case.state


def rows_of(ctx: Ctx, cases: Sequence[Case | CaseLine]) -> list[CaseRow]:
    """Rows of a list, with the light of the most pressing item of each."""
    due = next_items(ctx.session, [case.id for case in cases], ctx.today, ctx.office.lamps(ctx.today))
    return rows_of_lines(ctx, ((case, due.get(case.id)) for case in cases))


def rows_of_lines(
    ctx: Ctx, lines: Iterable[tuple[Case | CaseLine, LineItem | None] | OwedLine]
) -> list[CaseRow]:  # fmt: skip
    """Rows of a list whose lights were read with it, some with whom it is charged to."""
    row = _rows(ctx)
    return [row(*line) for line in lines]


def _rows(ctx: Ctx) -> Callable[..., CaseRow]:
    """What makes a row of a case, an item and whom it is charged to. What all rows need is looked up first."""
    units, today, said, address = ctx.units, ctx.today, tongue(), addresses("cases.show", "number")
    lamps = ctx.office.lamps(today)

    def row(
        case: Case | CaseLine, item: LineItem | Deadline | None, responsible: str | None = None
    ) -> CaseRow:  # fmt: skip
        colour = light(item.due_on, item.days, today, lamps) if item else "none"
        return CaseRow(
            case.number,
            case.title,
            units.full_name(units.by_id[case.unit_id].code),
            said.label("category", case.category),
            colour,
            said.draw("lamp", "lamp", colour),
            said.label("kind", item.kind) if item else "",
            said.draw("cases", "days", (item.due_on - today).days) if item else Markup(),
            said.draw("lamp", "plates", case.track, state_of(case), case.tier, case.risk),
            lacks_team(case, today),
            address(case.number),
            responsible,
        )

    return row


def lacks_team(case: Case | CaseLine, today: date) -> bool:
    """Whether a case needs the five seats and has one empty."""
    needed = case.team_from is not None and case.team_from <= today
    return case.standing == "open" and needed and case.seats_filled < len(SEATS)


class TimelineEntry(NamedTuple):
    """One line of the timeline."""

    day: str
    time: str
    kind: str
    title: str
    who: str
    note: str
    late: str
    tone: str


def timeline(
    history: History, units: Units, names: dict[str, str], hidden: Callable[[Event], bool] = lambda _event: False
) -> list[TimelineEntry]:
    """What happened, latest first. Of a ``hidden`` event only that it happened."""
    return [
        _kept_back(event) if hidden(event) else _entry(event, units, names) for event in reversed(history.events)
    ]  # fmt: skip


def entered_since(
    history: History, seen: int, units: Units, names: dict[str, str], hidden: Callable[[Event], bool]
) -> list[TimelineEntry]:
    """What was entered after the first ``seen`` entries, the last one first."""
    later = history.entered[max(seen, 0) :]
    return [_kept_back(event) if hidden(event) else _entry(event, units, names) for event in reversed(later)]


def rating_hidden(ctx: Ctx, history: History, around: Mapping[str, list[CaseAside]]) -> Callable[[Event], bool]:
    """Which events of a case the reader does not see into: ratings, for who handles it, until it is archived."""
    helpers, me = [one.person for one in around["helper"]], ctx.actor.username
    sees = partial(sees_rating, history, viewer=me, oversees=oversees(ctx.actor), helpers=helpers)
    return lambda event: event.kind == "rated" and not sees(event)


def handles(ctx: Ctx, history: History, around: Mapping[str, list[CaseAside]]) -> bool:
    """Whether the reader handles the case, and so neither sees the code of its receipt nor takes down its rating."""
    return ctx.actor.username in handlers(history, [one.person for one in around["helper"]])


def _kept_back(event: Event) -> TimelineEntry:
    told = gettext("It was rated. What was said is shown once the case is archived.")
    time = f"{event.at.astimezone(SHANGHAI):%H:%M}"
    return TimelineEntry(show_day(event.on), time, event.kind, told, "", "", "", "plain")


def _entry(event: Event, units: Units, names: dict[str, str]) -> TimelineEntry:
    recorded = Event("", event.recorded_at, event.recorded_at).on
    who = names.get(event.by or "", event.by or "")
    if event.data.get("acting"):
        who = gettext("%(name)s (acting deputy, B)", name=who)
    return TimelineEntry(
        day=show_day(event.on),
        time=f"{event.at.astimezone(SHANGHAI):%H:%M}",
        kind=event.kind,
        title="：".join(filter(None, (label("event", event.kind), _details(event, units.on(event.on), names)))),
        who=who,
        note="\n".join(event.text(name) for name in TEXTS if event.text(name)),
        late=gettext("entered on %(day)s", day=show_day(recorded)) if recorded != event.on else "",
        tone=TONES.get(event.kind, "plain"),
    )


def _details(event: Event, units: Tree, names: dict[str, str]) -> str:
    """The fields of an event that are not free text, in words."""
    told = []
    for name, spec in EVENT_FIELDS[event.kind].items():
        value = event.data.get(name)
        if name in TEXTS or name == "acting" or value in (None, ""):
            continue
        told.append(_in_words(event, name, spec.type, value, units, names))
    return " · ".join(filter(None, told))


def _in_words(event: Event, name: str, kind: str, value: Any, units: Tree, names: dict[str, str]) -> str:  # noqa: PLR0917 - one reader of one field
    if kind == "unit":
        return units.full_name(str(value))
    if kind == "flag":
        return label("field", name)
    if kind == "day":
        return f"{label('field', name)} {show_day(event.day(name))}"
    if name in AS_TYPED or (event.kind, name) in GROUNDS:
        return _as_typed(event, name, value)
    if name in SEATED_AS:
        return f"{SEATED_AS[name]} {names.get(value, value)}"
    if name == "approved_by":
        return gettext("approved by %(name)s", name=names.get(value, value))
    if kind == "amended":
        return amended_value(str(event.data["field"]), value, units, names)
    return choice_label(event.kind, name, value)


def _as_typed(event: Event, name: str, value: Any) -> str:
    """What somebody typed, with the name of its field; of what was undertaken it says itself what it is."""
    if name == "amount":
        return in_figures(Decimal(value))
    said_by_itself = event.kind in ("undertaken", "mediation_refused") and name != "nth"
    if name == "nth" and event.kind in requests.KINDS:
        return gettext("request %(nth)s", nth=value)
    return str(value) if said_by_itself else f"{label('field', name)} {value}"


def amended_value(field: str, value: Any, units: Tree, names: dict[str, str]) -> str:
    """What an amendment set, in words."""
    if field in ("risk", "category"):
        return label(field, value)
    if field == "about":
        return "、".join(said_of(one, units, names) for one in value) or "—"
    if field == "parties":
        return "、".join(party["name"] for party in value if party.get("name"))
    return str(value)


@dataclass(frozen=True)
class SeatRow:
    """One of the five seats."""

    seat: str
    holder: str | None
    deputy: str | None
    since: date | None
    phone: str
    done: int
    missed: list[str]
    vacant: bool


def seat_rows(ctx: Ctx, history: History, people: Mapping[str, Told], missed: Iterable[CaseAside]) -> list[SeatRow]:
    """All five, empty ones too, each with its own record: what it did on this case, what it missed; and whether who
    holds it is there for it no more, because the account or the post that the seat is for ended."""
    late = list(missed)
    town = ctx.units.ids_within(ctx.units.town_of(history.head.unit))
    done = Counter(str(event.data.get("by_seat")) for event in history.events)
    rows = []
    for seat in SEATS:
        told = [f"{label('kind', one.what)} {show_day(one.day)}" for one in late if one.more == seat]
        row = history.now.seats.get(seat)
        if row is None:
            rows.append(SeatRow(seat, None, None, None, "", done[seat], told, vacant=False))
            continue
        holder, vacant = people.get(row.holder), not _is_there(people.get(row.holder), seat, town)
        deputy = _name(people, row.deputy) if row.deputy else None
        phone = holder.phone if holder else ""
        rows.append(SeatRow(seat, _name(people, row.holder), deputy, row.since, phone, done[seat], told, vacant=vacant))
    return rows


def _name(people: Mapping[str, Told], username: str) -> str:
    return people[username].name if username in people else username


def _is_there(told: Told | None, seat: str, town: frozenset[int]) -> bool:
    return told is not None and any(role == ROLE_OF_SEAT[seat] and unit in town for role, unit in told.posts)


def people_named(history: History, seats: Mapping[str, Seating]) -> set[str]:
    """Everybody a case page names by username."""
    named = {event.by for event in history.events if event.by}
    for event in history.events:
        named |= {str(event.data[key]) for key in ("holder", "deputy", "approved_by") if event.data.get(key)}
    for row in seats.values():
        named |= {person for person in (row.holder, row.deputy) if person}
    return named | set(history.now.about)
