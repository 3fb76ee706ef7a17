"""Who stands in a cell: names, sides and telephone numbers taken apart where that is certain, refused where it is not.

A case that reads more people out of a cell than stand there is worse than a refused row. So

- people are told apart by 、 , ; and line breaks outside brackets, by 甲方: and its like, by a telephone number behind
  each name, and by 和 or / between two that both have the form of a name. Two names with a blank between are refused,
  and so is what follows a comma and has not the form of a name;
- telephone numbers leave the name, however they are written; another number in a name is refused;
- 女, 汉族, 52岁, an address: nobody's name, about the person and not the case, dropped (contract §5);
- (组长), 等3人 are no names either: they are kept as words beside the parties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from caseapp.domain.exchange.ledger_identity import holds_long_number, narrow
from caseapp.domain.exchange.ledger_numbers import people_in
from caseapp.domain.exchange.ledger_piece import (
    BRACKETS,
    CLOSE,
    COLON,
    NOBODY,
    OPEN,
    PARTICULAR,
    PLACE,
    TITLE_ALONE,
    UNSURE,
    Piece,
    PieceReader,
)
from caseapp.domain.exchange.ledger_surnames import is_organisation, is_person
from caseapp.kernel.errors import N_, RuleViolation

OTHERS = "被申请人 被反映人 被反映单位 被投诉人 被投诉单位 被告 乙方 对方当事人 对方"
OWN = "申请人 信访人 反映人 来访人 上访人 投诉人 当事人 双方当事人 双方 原告 甲方 丙方 姓名 户主"
AGENTS = "委托代理人 代理人 代表人 信访代表"
ROLES = {"respondent": OTHERS, "": OWN, "representative": AGENTS}
SIDES = {word: role for role, words in ROLES.items() for word in words.split()}
LABEL = re.compile(
    rf"(?P<label>{'|'.join(sorted(SIDES, key=len, reverse=True))})[一二三1-9]?\s*[{COLON}]\s*"
    r"|(?:\A|(?<=[\s、,，;；。]))(?P<bare>甲方|乙方|丙方|原告|被告|申请人|被申请人)(?=[\u3400-\u9fff])"
)
NUMBERED = re.compile(r"[\u2460-\u2473]|(?:\A|(?<=[\s、,，;；。]))\d{1,2}[.\uff0e)\uff09、](?=\s*[\u3400-\u9fff])")
SEPARATORS = re.compile(r"[、,，;；。\n]+")
WORDS = re.compile(rf"[\s、,，;；。{OPEN}{CLOSE}]+")
COMMAS = re.compile("[,，]")
TOLD = re.compile(rf"等\s*[{OPEN}]?([^{OPEN}{CLOSE}；、]+)")
IDENTITY = N_("an identity number stands here; take it out, the ledger does not keep it")


@dataclass
class Named:
    """What a cell with people says: each with role (or "" for the side of the petitioner), name and telephone number;
    the words that say more than these names, or ""; whether particulars of a person were left out."""

    people: list[tuple[str, str, str]] = field(default_factory=list)
    words: str = ""
    dropped: bool = False

    @property
    def names(self) -> list[str]:
        """The names, each once."""
        return list(dict.fromkeys(name for _role, name, _phone in self.people))


def read_people(cell: str, heading: str, *, titles: bool = True) -> Named:
    """The people of a cell. ``titles``: (组长) leaves the name. Raises RuleViolation where it is not certain."""
    text = NUMBERED.sub("、", narrow(cell))
    if holds_long_number(text):
        raise RuleViolation(heading, IDENTITY)
    strict = any(PARTICULAR.match(word) for word in WORDS.split(text) if word not in ("", *NOBODY))
    reader = PieceReader(heading, titles=titles, strict=strict)
    named, told, more = Named(), [], False
    for label, chunk in _sides(text):
        shown, says_more = _read_side(reader, chunk, SIDES.get(label, ""), named)
        told.append((f"{label}\uff1a" if label else "") + shown)
        more |= says_more
    named.words = "；".join(filter(None, told)) if more else ""
    return named


def _read_side(reader: PieceReader, chunk: str, role: str, named: Named) -> tuple[str, bool]:
    """Add the people of one side to ``named``. Returns how the side reads, and whether that says more than names."""
    shown: list[str] = []
    more = False
    for sign, piece in _pieces(chunk, reader.heading):
        read = _read(reader, piece, after_a_name=bool(shown))
        if shown and (reader.strict or (reader.titles and COMMAS.search(sign))):
            _refuse_strangers(read, reader.heading)
        if read.stray:
            named.people = _with_phone(named.people, read.stray, reader)
        named.people += _new(named, role, read)
        named.dropped |= read.dropped
        more |= read.more
        shown.append(read.shown)
    return "、".join(filter(None, shown)), more


def people_told(words: str) -> int:
    """The number in 等3人; 0 when there is none."""
    found = TOLD.search(narrow(words))
    return (people_in(found[1]) or 0) if found else 0


def _read(reader: PieceReader, piece: str, *, after_a_name: bool) -> Piece:
    """A piece; one that is a title alone, as in 冉大、组长, is a word about the name before it."""
    if after_a_name and reader.titles and TITLE_ALONE.match(piece):
        return Piece(shown=piece, more=True)
    return reader.read(piece)


def _refuse_strangers(read: Piece, heading: str) -> None:
    """Behind a comma, and where a cell tells about a person, only what has the form of a name is one."""
    for name, _phone in read.people:
        if PLACE.match(name) or not (is_person(name) or is_organisation(name)):
            raise RuleViolation(heading, UNSURE, value=name)


def _with_phone(people: list[tuple[str, str, str]], phone: str, reader: PieceReader) -> list[tuple[str, str, str]]:
    """A telephone number alone in a piece belongs to the only person before it."""
    if reader.titles and len(people) != 1:
        raise RuleViolation(reader.heading, UNSURE, value=phone)
    return [(role, name, own or phone) for role, name, own in people]


def _new(named: Named, role: str, read: Piece) -> list[tuple[str, str, str]]:
    told = dict.fromkeys((role, name, phone) for name, phone in read.people)
    return [one for one in told if one not in named.people]


def _sides(text: str) -> Iterator[tuple[str, str]]:
    """The cell by side: what stands before the first label, then each label with what follows it."""
    at, label = 0, ""
    for found in LABEL.finditer(text):
        if text[at : found.start()].strip():
            yield label, text[at : found.start()]
        label, at = found["label"] or found["bare"], found.end()
    yield label, text[at:]


def _pieces(chunk: str, heading: str) -> Iterator[tuple[str, str]]:
    """Pieces between separators that stand outside brackets, each with the separator before it."""
    bare = BRACKETS.sub(lambda found: "\0" * len(found[0]), chunk)
    if re.search(f"[{OPEN}{CLOSE}]", bare):
        raise RuleViolation(heading, N_("a bracket in %(value)s does not close; mend it"), value=chunk.strip())
    at, sign = 0, ""
    for found in SEPARATORS.finditer(bare):
        if chunk[at : found.start()].strip():
            yield sign, chunk[at : found.start()].strip()
        at, sign = found.end(), found[0]
    if chunk[at:].strip():
        yield sign, chunk[at:].strip()
