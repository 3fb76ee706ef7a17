"""What a letter says: filled from the case, written by a person, held against what has to be in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from caseapp.domain.cases.events import Party
from caseapp.domain.cases.texts import one_of, read_iso_day, read_text, says_something
from caseapp.domain.issuing.announcing import Situation, told_before
from caseapp.domain.issuing.kinds import Blank, Kind
from caseapp.domain.org.office import Letterhead
from caseapp.kernel.errors import N_, RuleViolation

LONGEST, LONGEST_LINE = 10_000, 200
SUPPORTED = "supported"
DAYS = ("received_on", "accepted_on", "due_on", "due_before", "on")
Written = Mapping[str, str]


@dataclass(frozen=True)
class LetterFacts:
    """What stands in a letter besides what is written in it: what the office says of itself, and of the case what is on
    record. What is not known yet, or is left to be filled in by hand, is empty. ``due_before``: by when the petition
    was to be answered before it was extended."""

    head: Letterhead
    case: str = ""
    received_on: date | None = None
    channel: str = ""
    accepted_on: date | None = None
    due_on: date | None = None
    acceptance: str = ""
    number: str = ""
    on: date | None = None
    due_before: date | None = None


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


def first_written(kind: Kind, situation: Situation, before: Written) -> dict[str, str]:
    """What a new letter says before anybody wrote in it: what is on record, as it was put down without its letter;
    ``before``: what the letter of acceptance says."""
    first = {blank.name: "" for blank in kind.blanks}
    now = situation.history.now
    first["to"] = "、".join(receivers(now.parties))
    first["matters"] = before.get("matters") or now.title
    return first | told_before(kind, situation)


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
