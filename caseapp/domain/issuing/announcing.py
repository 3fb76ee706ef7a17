"""What each kind of letter announces: to which cases it belongs, what its event says, when that is on record. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from caseapp.domain.cases.closing import reply_before
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.guards import extension_bounds
from caseapp.domain.cases.history import History
from caseapp.domain.cases.snapshot import handle_due
from caseapp.domain.issuing.kinds import ACCEPTANCE, EXTENSION, NO_MORE, NOT_ACCEPTED, OPINION, ROUTE, Kind
from caseapp.domain.org.office import OfficeRules
from caseapp.kernel.errors import N_, RuleViolation

BY_OPINION = (None, 6)
"""The routes of art. 31 on which the organ gives an opinion of its own; the others end as their own law provides."""
Written = Mapping[str, str]
Said = dict[str, object]


@dataclass(frozen=True)
class Situation:
    """In what a letter is judged: the case, the day, the rules of the office, and the numbers of the letters of its
    kind that stand."""

    history: History
    today: date
    office: OfficeRules
    numbers: Collection[str] = ()


@dataclass(frozen=True)
class Announcement:
    """What a kind announces. ``fits`` raises RuleViolation where the case has no such letter to come; ``says`` is what
    its event says beside the number; ``event`` finds that event where it is on record, so that the letter adds none;
    ``told`` is what the letter says of an event that was put down without it; ``agrees``: whether such an event says
    what the letter says."""

    fits: Callable[[Situation, Written], None]
    says: Callable[[Written], Said]
    event: Callable[[History], Event | None]
    told: Mapping[str, str]
    agrees: tuple[str, ...] = ()


def check_fits(kind: Kind, situation: Situation, written: Written) -> None:
    """Whether a kind of letter belongs to a case, with what is written in it. Raises RuleViolation with why not."""
    head, now = situation.history.head, situation.history.now
    if head.track != "petition" or head.sealed:
        raise RuleViolation("", N_("letters of this kind go out in petitions alone, not in accusations"))
    if now.standing == "excluded" or now.state == "withdrawn":
        raise RuleViolation("", N_("nothing is issued in a case that is over"))
    ANNOUNCEMENTS[kind.slug].fits(situation, written)


def announced(kind: Kind, written: Written, number: str) -> Said:
    """What the event that a letter announces says."""
    return {**ANNOUNCEMENTS[kind.slug].says(written), "letter_no": number}


def is_on_record(kind: Kind, written: Written, history: History) -> bool:
    """Whether what a letter announces is on record already, with what it says: then it adds no event."""
    announcement = ANNOUNCEMENTS[kind.slug]
    event = announcement.event(history)
    told = {field: blank for blank, field in announcement.told.items()}
    return event is not None and all(event.text(field) == written[told[field]] for field in announcement.agrees)


def told_before(kind: Kind, situation: Situation) -> dict[str, str]:
    """What a new letter says of an event that no letter announces."""
    event = without_letter(kind, situation)
    said = event.data if event else {}
    told = {blank: str(said.get(field) or "") for blank, field in ANNOUNCEMENTS[kind.slug].told.items()}
    return {**told, "route": told["route"] or "6"} if kind is ACCEPTANCE else told


def without_letter(kind: Kind, situation: Situation) -> Event | None:
    """The event that a letter of a kind would announce, where it is on record and no letter that stands does."""
    event = ANNOUNCEMENTS[kind.slug].event(situation.history)
    return event if event and event.text("letter_no") not in situation.numbers else None


def accepted_by(history: History) -> object:
    """By which number of art. 31 the petition was accepted; None where it was not said."""
    event = _last(history, "accepted")
    return event.data.get("route") if event else None


def due_before_extension(history: History, until: str, office: OfficeRules) -> date:
    """By when a petition was to be answered before it was extended to a day; while it is not, by when it is."""
    past = zip(history.events, [None, *history.snapshots], strict=False)
    before = [now for event, now in past if now and event.kind == "extended" and event.text("to") == until]
    return handle_due(history.head, before[-1] if before else history.now, office)


def _last(history: History, kind: str) -> Event | None:
    """The last event of a kind; what was before the case was taken up again does not count, but for the acceptance."""
    found = None
    for event in history.events:
        if event.kind == kind:
            found = event
        elif event.kind == "reopened" and kind != "accepted":
            found = None
    return found


def _accepted(history: History) -> Event | None:
    return _last(history, "accepted")


def _replied(history: History) -> Event | None:
    return reply_before(tuple(history.events))


def _redirected(history: History) -> Event | None:
    return _last(history, "redirected")


def _extended(history: History) -> Event | None:
    return _last(history, "extended")


def _refused(*grounds: str) -> Callable[[History], Event | None]:
    def found(history: History) -> Event | None:
        event = _last(history, "refused")
        return event if event and event.text("ground") in grounds else None

    return found


def _may_be_accepted(situation: Situation, _written: Written) -> None:
    now = situation.history.now
    if not now.accepted_on and now.standing != "open":
        raise RuleViolation("", N_("the petition was closed without being accepted"))


def _is_to_be_replied_to(situation: Situation, _written: Written) -> None:
    now, head = situation.history.now, situation.history.head
    if head.suggestion or not now.accepted_on or accepted_by(situation.history) not in BY_OPINION:
        raise RuleViolation("", N_("an opinion is given on a petition accepted to be handled as one (art. 31 (6))"))
    if now.standing not in ("open", "closed_unresolved"):
        raise RuleViolation("", N_("there is nothing in this case that an opinion is still to be given on"))


def _is_ended_by(event: Callable[[History], Event | None]) -> Callable[[Situation, Written], None]:
    """Of a letter that ends a petition which was not accepted: it is open, or was ended in just that way."""

    def fits(situation: Situation, _written: Written) -> None:
        now = situation.history.now
        if event(situation.history) is None and (now.accepted_on or now.standing != "open"):
            raise RuleViolation("", N_("the petition was accepted, or closed in another way"))

    return fits


def _may_be_extended(situation: Situation, written: Written) -> None:
    """An extension on record, or one that can still be given: the last day has not passed, and it goes beyond it by 30
    days at most (art. 34)."""
    history, until = situation.history, written.get("until", "")
    event = without_letter(EXTENSION, situation)
    if event is not None and until in ("", event.text("to")):
        return
    if not history.now.accepted_on or history.now.standing != "open":
        raise RuleViolation("", N_("only the handling of an accepted petition that is open is extended"))
    first, last = extension_bounds(history.head, history.now, situation.office)
    if situation.today >= first:
        due = handle_due(history.head, history.now, situation.office)
        raise RuleViolation("", N_("an extension is given on or before the due date, which was %(due)s"), due=due)
    if first > last:
        raise RuleViolation("", N_("the case was extended to the last possible day, %(last)s"), last=last)
    if until and not first <= date.fromisoformat(until) <= last:
        raise RuleViolation(
            "until", N_("the new day lies between %(first)s and %(last)s (art. 34)"), first=first, last=last
        )


def _reply(written: Written) -> Said:
    told: Said = {"outcome": written["outcome"], "text": written["opinion"], "ground": written["basis"]}
    return told | {name: written[name] for name in ("reason", "perform_by") if written[name]}


def _refusal(kind: Kind, ground: str) -> tuple[str, Announcement]:
    event = _refused(ground)
    return kind.slug, Announcement(_is_ended_by(event), lambda _written: {"ground": ground}, event, {})


ANNOUNCEMENTS = {
    ACCEPTANCE.slug: Announcement(
        _may_be_accepted, lambda written: {"route": int(written["route"])}, _accepted, {"route": "route"}
    ),
    OPINION.slug: Announcement(
        _is_to_be_replied_to, _reply, _replied,
        {
            "opinion": "text", "basis": "ground", "outcome": "outcome", "perform_by": "perform_by",
            "reason": "reason",
        },
        agrees=("outcome", "perform_by"),
    ),
    ROUTE.slug: Announcement(
        _is_ended_by(_redirected), lambda written: {"to": written["organ"]}, _redirected, {"organ": "to"},
    ),
    EXTENSION.slug: Announcement(
        _may_be_extended, lambda written: {"to": written["until"], "reason": written["why"]}, _extended,
        {"until": "to", "why": "reason"}, agrees=("to",),
    ),
    **dict((_refusal(NOT_ACCEPTED, "pending_below"), _refusal(NO_MORE, "rereviewed"))),
}  # fmt: skip
