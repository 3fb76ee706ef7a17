"""What a letter says: filled from the case, written by a person, held against what has to be in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from caseapp.domain.cases.events import Party
from caseapp.domain.cases.texts import one_of, read_iso_day, read_text, says_something
from caseapp.domain.issuing.announcing import Situation, told_before
from caseapp.domain.issuing.kinds import OBJECTION, REPORT, TRANSFER, Blank, Kind
from caseapp.domain.issuing.parted import answered, as_a_whole, matters_of, went_elsewhere
from caseapp.domain.org.office import Letterhead
from caseapp.kernel.errors import N_, RuleViolation

LONGEST, LONGEST_LINE = 10_000, 200
SUPPORTED = "supported"
DAYS = ("received_on", "accepted_on", "due_on", "due_before", "on")
TITLE_OF = {
    TRANSFER.slug: "关于转送{title}{matter}的函",
    REPORT.slug: "关于{about}{matter}办理情况的报告",
    OBJECTION.slug: "关于对{title}{matter}交办提出异议的函",
}
Written = Mapping[str, str]


@dataclass(frozen=True)
class LetterFacts:
    """What stands in a letter besides what is written in it: what the office says of itself, and of the case what is on
    record. What is not known yet, or is left to be filled in by hand, is empty. ``due_before``: by when the petition
    was to be answered before it was extended; ``signer``: who signed it off, by name."""

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
    signer: str = ""


def told_of(facts: LetterFacts) -> dict[str, object]:
    """Facts as they are kept with an issued letter."""
    told = asdict(facts)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


def read_facts(told: Mapping[str, Any] | None) -> LetterFacts:
    """The facts that were kept with an issued letter."""
    kept = dict(told or {})
    days = {name: date.fromisoformat(kept[name]) for name in DAYS if kept.get(name)}
    return LetterFacts(**{**kept, **days, "head": Letterhead(**kept["head"])})


def receivers(parties: Iterable[Party], joined: Iterable[str] = ()) -> list[str]:
    """To whom letters of a case go: its representatives where it has some (信访工作条例 art. 20: five at most speak for
    a group), else each petitioner with a name, those too whose petitions are handled with it (``joined``)."""
    named = [(party.role, party.name.strip()) for party in parties if party.name.strip()]
    for role in ("representative", "petitioner"):
        if found := [name for one, name in named if one == role]:
            return list(dict.fromkeys([*found, *(joined if role == "petitioner" else ())]))
    return list(dict.fromkeys(joined))


def first_written(kind: Kind, situation: Situation, before: Written) -> dict[str, str]:
    """What a new letter says before anybody wrote in it: what is on record, as it was put down without its letter;
    ``before``: what other letters of the case say already, by the names that it has here."""
    now = situation.history.now
    names = receivers(now.parties, situation.joined)
    first = {blank.name: before.get(blank.name, "") for blank in kind.blanks}
    first["to"] = "" if kind.to_organ else "、".join(names)
    if "matters" in first:
        first["matters"] = matters_of(now.requests) or before.get("matters") or now.title
    if "remark" in first:
        first["remark"] = went_elsewhere(now.requests)
    elif kind.each and (went := went_elsewhere(now.requests)):
        first["matters"] = f"{first['matters']}\n{went}"
    if "title" in first:
        first |= _of_an_organ(kind, situation, names)
    return first | told_before(kind, situation) | answered(kind, now.requests)


def _of_an_organ(kind: Kind, situation: Situation, names: list[str]) -> dict[str, str]:
    """What a letter to another organ says before: its title; of what was assigned the sender and its letter."""
    head, now = situation.history.head, situation.history.now
    matter = "信访事项" if head.track == "petition" else "矛盾纠纷"
    title = now.title.removeprefix("反映").removesuffix("的问题")
    about = f"{'、'.join(names)}反映{title}" if names else title
    said = {"title": TITLE_OF[kind.slug].format(about=about, title=title, matter=matter)}
    if "person" in kind.names:
        said["person"] = "、".join(names)
    if "assignment" in kind.names and (one := now.assignment):
        received = f"{one.received_on.year}年{one.received_on.month}月{one.received_on.day}日"
        said |= {"to": one.sender, "assignment": f"你单位交办的《{now.title}》（{one.letter_no}）已于{received}"}
    return said


def read_written(kind: Kind, typed: Mapping[str, str]) -> dict[str, str]:
    """What somebody wrote in a letter, cleaned; what is left empty stays so while it is a draft. Raises RuleViolation
    naming the field."""
    written = {blank.name: _read(blank, typed.get(blank.name, "")) for blank in kind.blanks}
    if written.get("perform_by") and as_a_whole(written)["outcome"] != SUPPORTED:
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
