"""What a letter says: filled from the case, written by a person, held against what has to be in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from caseapp.domain.cases.closing import reply_before
from caseapp.domain.cases.events import Event, Party
from caseapp.domain.cases.history import History
from caseapp.domain.cases.texts import one_of, read_iso_day, read_text, says_something
from caseapp.domain.issuing.kinds import ACCEPTANCE, OPINION, Blank, Kind
from caseapp.domain.org.office import Letterhead
from caseapp.kernel.errors import N_, RuleViolation

BY_OPINION = (None, 6)
"""The routes of art. 31 on which the organ gives an opinion of its own; the others end as their own law provides."""
LONGEST, LONGEST_LINE = 10_000, 200
SUPPORTED = "supported"
DAYS = ("received_on", "accepted_on", "due_on", "on")
Written = Mapping[str, str]


@dataclass(frozen=True)
class LetterFacts:
    """What stands in a letter besides what is written in it: what the office says of itself, and of the case what is on
    record. What is not known yet, or is left to be filled in by hand, is empty."""

    head: Letterhead
    case: str = ""
    received_on: date | None = None
    channel: str = ""
    accepted_on: date | None = None
    due_on: date | None = None
    acceptance: str = ""
    number: str = ""
    on: date | None = None


def told_of(facts: LetterFacts) -> dict[str, object]:
    """Facts as they are kept with an issued letter."""
    told = asdict(facts)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


def read_facts(told: Mapping[str, Any] | None) -> LetterFacts:
    """The facts that were kept with an issued letter."""
    kept = dict(told or {})
    days = {name: date.fromisoformat(kept[name]) for name in DAYS if kept.get(name)}
    return LetterFacts(**{**kept, **days, "head": Letterhead(**kept["head"])})


def receivers(parties: Iterable[Party]) -> list[str]:
    """To whom letters of a case go: its representatives where it has some (信访工作条例 art. 20: five at most speak for
    a group), else each petitioner with a name."""
    named = [(party.role, party.name.strip()) for party in parties if party.name.strip()]
    for role in ("representative", "petitioner"):
        if found := [name for one, name in named if one == role]:
            return list(dict.fromkeys(found))
    return []


def check_fits(kind: Kind, history: History) -> None:
    """Whether a kind of letter belongs to a case. Raises RuleViolation with why not."""
    head, now = history.head, history.now
    if head.track != "petition" or head.sealed:
        raise RuleViolation("", N_("letters of this kind go out in petitions alone, not in accusations"))
    if now.standing == "excluded" or now.state == "withdrawn":
        raise RuleViolation("", N_("nothing is issued in a case that is over"))
    FITS[kind.slug](history)


def _may_be_accepted(history: History) -> None:
    if not history.now.accepted_on and history.now.standing != "open":
        raise RuleViolation("", N_("the petition was closed without being accepted"))


def _is_to_be_replied_to(history: History) -> None:
    now, head = history.now, history.head
    if head.suggestion or not now.accepted_on or accepted_by(history) not in BY_OPINION:
        raise RuleViolation("", N_("an opinion is given on a petition accepted to be handled as one (art. 31 (6))"))
    if now.standing not in ("open", "closed_unresolved"):
        raise RuleViolation("", N_("there is nothing in this case that an opinion is still to be given on"))


FITS = {ACCEPTANCE.slug: _may_be_accepted, OPINION.slug: _is_to_be_replied_to}


def accepted_by(history: History) -> object:
    """By which number of art. 31 the petition was accepted; None where it was not said."""
    event = next((one for one in history.events if one.kind == "accepted"), None)
    return event.data.get("route") if event else None


def first_written(kind: Kind, history: History, before: Written) -> dict[str, str]:
    """What a new letter says before anybody wrote in it; ``before``: what the letter of acceptance says."""
    first = {blank.name: "" for blank in kind.blanks}
    first["to"] = "、".join(receivers(history.now.parties))
    first["matters"] = before.get("matters") or history.now.title
    reply = reply_before(tuple(history.events))
    if kind is ACCEPTANCE:
        return first | {"route": str(accepted_by(history) or 6)}
    return first | (_as_replied(reply) if reply else {})


def _as_replied(reply: Event) -> dict[str, str]:
    """A reply that is on record without its letter is what the letter says."""
    told = {"opinion": "text", "basis": "ground", "outcome": "outcome", "perform_by": "perform_by", "reason": "reason"}
    return {blank: reply.text(name) for blank, name in told.items()}


def read_written(kind: Kind, typed: Mapping[str, str]) -> dict[str, str]:
    """What somebody wrote in a letter, cleaned; what is left empty stays so while it is a draft. Raises RuleViolation
    naming the field."""
    written = {blank.name: _read(blank, typed.get(blank.name, "")) for blank in kind.blanks}
    if written.get("perform_by") and written["outcome"] != SUPPORTED:
        raise RuleViolation("perform_by", N_("only a reply that supports the petitioner says by when it is performed"))
    return written


def _read(blank: Blank, typed: str) -> str:
    text = read_text(typed, blank.name, limit=LONGEST_LINE if blank.type == "line" else LONGEST)
    if not text:
        return ""
    if blank.type == "choice":
        one_of(text, tuple(map(str, blank.choices)), blank.name)
    return read_iso_day(text, blank.name).isoformat() if blank.type == "day" else text


def missing(kind: Kind, written: Written) -> list[str]:
    """What has to be in a letter before it is issued (art. 32: requests, facts and reasons, opinion and its basis in
    law) and is not."""
    return [name for name in kind.needed if not says_something(written.get(name, ""))]


def check_whole(kind: Kind, written: Written, head: Letterhead) -> None:
    """Raise RuleViolation for the first thing that a letter lacks: in its text, or of what the office says of
    itself."""
    for name in missing(kind, written):
        raise RuleViolation(name, N_("%(field)s is still empty: a letter is issued whole"), field=name)
    for name in kind.office:
        if not getattr(head, name):
            raise RuleViolation(
                "office", N_("the office has not set %(setting)s: open Settings, What papers say of the office"),
                setting=f"paper.{name}",
            )  # fmt: skip


def announced(kind: Kind, written: Written, number: str) -> dict[str, object]:
    """What the event that a letter announces says."""
    if kind is ACCEPTANCE:
        return {"route": int(written["route"]), "letter_no": number}
    told = {"outcome": written["outcome"], "text": written["opinion"], "ground": written["basis"], "letter_no": number}
    more = {name: written[name] for name in ("reason", "perform_by") if written[name]}
    return {**told, **more}


def is_on_record(kind: Kind, written: Written, history: History) -> bool:
    """Whether what a letter announces is on record already, with what it says: then it adds no event. A reply counts
    since the last reopening."""
    if kind is ACCEPTANCE:
        return history.now.accepted_on is not None
    reply = reply_before(tuple(history.events))
    said = written["outcome"], written["perform_by"]
    return reply is not None and (reply.text("outcome"), reply.text("perform_by")) == said
