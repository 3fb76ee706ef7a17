"""What each kind of letter announces: to which cases it belongs, what its event says, when that is on record. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from caseapp.domain.cases.answering import objection_open
from caseapp.domain.cases.assignments import answer_owed
from caseapp.domain.cases.closing import reply_before
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.guards import extension_bounds
from caseapp.domain.cases.history import History
from caseapp.domain.cases.snapshot import handle_due
from caseapp.domain.issuing.kinds import (
    ACCEPTANCE,
    EXTENSION,
    NO_MORE,
    NOT_ACCEPTED,
    OBJECTION,
    OPINION,
    PASSED_ON,
    REPORT,
    ROUTE,
    TRANSFER,
    Kind,
)
from caseapp.domain.issuing.parted import as_a_whole
from caseapp.domain.org.office import OfficeRules
from caseapp.kernel.errors import N_, RuleViolation

BY_OPINION = (None, 6)
"""The routes of art. 31 on which the organ gives an opinion of its own; the others end as their own law provides."""
Written = Mapping[str, str]
Said = dict[str, object]


@dataclass(frozen=True)
class Situation:
    """In what a letter is judged: the case, the day, the rules of the office, and the numbers of the letters of its
    kind that were withdrawn (``void``); who else is its petitioner, because their petition is handled with it
    (``joined``)."""

    history: History
    today: date
    office: OfficeRules
    void: Collection[str] = ()
    joined: tuple[str, ...] = ()


@dataclass(frozen=True)
class Announcement:
    """What a kind announces. ``fits`` raises RuleViolation where the case has no such letter to come; ``says`` is what
    its event says beside the number; ``event`` finds that event where it is on record, so that the letter adds none;
    ``told`` is what the letter says of an event that was put down without it; ``agrees`` are the fields of such an
    event that say what the letter says; ``number`` is the field that has the number of the letter, if one has."""

    fits: Callable[[Situation, Written], None]
    says: Callable[[Written], Said]
    event: Callable[[History], Event | None]
    told: Mapping[str, str]
    agrees: tuple[str, ...] = ()
    number: str = "letter_no"


def check_fits(kind: Kind, situation: Situation, written: Written) -> None:
    """Whether a kind of letter belongs to a case, with what is written in it. Raises RuleViolation with why not."""
    head, now = situation.history.head, situation.history.now
    if head.sealed or (head.track != "petition" and not kind.to_organ):
        raise RuleViolation("", N_("letters of this kind go out in petitions alone, not in accusations"))
    if now.standing == "excluded" or (now.state == "withdrawn" and not kind.to_organ):
        raise RuleViolation("", N_("nothing is issued in a case that is over"))
    ANNOUNCEMENTS[kind.slug].fits(situation, written)


def announced(kind: Kind, written: Written, number: str) -> Said:
    """What the event that a letter announces says."""
    announcement = ANNOUNCEMENTS[kind.slug]
    numbered: Said = {announcement.number: number} if announcement.number else {}
    return announcement.says(as_a_whole(written)) | numbered


def is_on_record(kind: Kind, written: Written, history: History) -> bool:
    """Whether what a letter announces is on record already, with what it says: then it adds no event."""
    announcement = ANNOUNCEMENTS[kind.slug]
    event, whole = announcement.event(history), as_a_whole(written)
    told = {field: blank for blank, field in announcement.told.items()}
    return event is not None and all(event.text(field) == whole[told[field]] for field in announcement.agrees)


def told_before(kind: Kind, situation: Situation) -> dict[str, str]:
    """What a new letter says of an event that no letter announces."""
    event = without_letter(kind, situation)
    said = event.data if event else {}
    told = {blank: str(said.get(field) or "") for blank, field in ANNOUNCEMENTS[kind.slug].told.items()}
    told = {blank: said for blank, said in told.items() if blank in kind.names}
    return {**told, "route": told["route"] or "6"} if kind is ACCEPTANCE else told


def without_letter(kind: Kind, situation: Situation) -> Event | None:
    """The event that a letter of a kind would announce, where it is on record without a number, or with one that is
    void."""
    announcement = ANNOUNCEMENTS[kind.slug]
    event = announcement.event(situation.history)
    return event if event and event.text(announcement.number) in ("", *situation.void) else None


def accepted_by(history: History) -> object:
    """By which number of art. 31 the petition was accepted; None where it was not said."""
    event = ACCEPTED(history)
    return event.data.get("route") if event else None


def due_before_extension(history: History, until: str, office: OfficeRules) -> date:
    """By when a petition was to be answered before it was extended to a day; while it is not, by when it is."""
    past = zip(history.events, [None, *history.snapshots], strict=False)
    before = [now for event, now in past if now and event.kind == "extended" and event.text("to") == until]
    return handle_due(history.head, before[-1] if before else history.now, office)


def _last(history: History, kind: str, *, until: str = "reopened") -> Event | None:
    """The last event of a kind; what was before the case was taken up again, or before what else takes it back, does
    not count."""
    found = None
    for event in history.events:
        if event.kind == kind:
            found = event
        elif event.kind == until:
            found = None
    return found


def _of(kind: str, until: str = "reopened") -> Callable[[History], Event | None]:
    return lambda history: _last(history, kind, until=until)


def _replied(history: History) -> Event | None:
    return reply_before(tuple(history.events))


def _reported(history: History) -> Event | None:
    """The report on what is assigned now, unless it was sent back."""
    now = history.now.assignment
    return _last(history, "reported", until="report_returned") if now and now.reported else None


def _objected(history: History) -> Event | None:
    """The objection to what is assigned now."""
    now = history.now.assignment
    return _last(history, "objected") if now and now.objection else None


ACCEPTED, REDIRECTED, EXTENDED = _of("accepted", ""), _of("redirected"), _of("extended")
TRANSFERRED = _of("transferred_out")


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


def _may_be_passed_on(situation: Situation, _written: Written) -> None:
    if situation.history.head.track != "petition":
        raise RuleViolation("", N_("letters of this kind go out in petitions alone, not in accusations"))
    if TRANSFERRED(situation.history) is None and situation.history.now.standing != "open":
        raise RuleViolation("", N_("the petition was accepted, or closed in another way"))


def _was_passed_on(situation: Situation, _written: Written) -> None:
    if TRANSFERRED(situation.history) is None:
        raise RuleViolation("", N_("the petition was not passed on yet"))


def _is_to_be_reported(situation: Situation, _written: Written) -> None:
    """Something is assigned from above and wants an answer, or its report is on record without its letter."""
    now = situation.history.now
    if without_letter(REPORT, situation) is None and not answer_owed(now.assignment, now.standing):
        raise RuleViolation("", N_("no report is owed to anybody in this case"))


def _may_be_objected_to(situation: Situation, _written: Written) -> None:
    now = situation.history.now
    if without_letter(OBJECTION, situation) is not None:
        return
    if objection_open(now, situation.today, situation.office.calendar) is None:
        raise RuleViolation("", N_("nothing is assigned here that could still be objected to"))


def _reply(written: Written) -> Said:
    told: Said = {"outcome": written["outcome"], "text": written["opinion"], "ground": written["basis"]}
    return told | {name: written[name] for name in ("reason", "perform_by") if written[name]}


def _refusal(kind: Kind, ground: str) -> tuple[str, Announcement]:
    event = _refused(ground)
    return kind.slug, Announcement(_is_ended_by(event), lambda _written: {"ground": ground}, event, {})


ANNOUNCEMENTS = {
    ACCEPTANCE.slug: Announcement(
        _may_be_accepted, lambda written: {"route": int(written["route"])}, ACCEPTED, {"route": "route"}
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
        _is_ended_by(REDIRECTED), lambda written: {"to": written["organ"]}, REDIRECTED, {"organ": "to"},
    ),
    EXTENSION.slug: Announcement(
        _may_be_extended, lambda written: {"to": written["until"], "reason": written["why"]}, EXTENDED,
        {"until": "to", "why": "reason"}, agrees=("to",),
    ),
    TRANSFER.slug: Announcement(_may_be_passed_on, lambda written: {"to": written["to"]}, TRANSFERRED, {"to": "to"}),
    PASSED_ON.slug: Announcement(
        _was_passed_on, lambda written: {"to": written["organ"]}, TRANSFERRED, {"organ": "to"}, number="",
    ),
    REPORT.slug: Announcement(_is_to_be_reported, lambda _written: {}, _reported, {}, number="report_no"),
    OBJECTION.slug: Announcement(
        _may_be_objected_to, lambda written: {"reason": written["grounds"]}, _objected, {"grounds": "reason"}
    ),
    **dict((_refusal(NOT_ACCEPTED, "pending_below"), _refusal(NO_MORE, "rereviewed"))),
}  # fmt: skip
