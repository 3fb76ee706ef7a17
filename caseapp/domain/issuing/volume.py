"""The file of a case (卷宗): what lies in it, in which order, in how many volumes, and what it still lacks. Pure.

A mediation lies in the order of its steps, a petition as offices file them: how it ended, how it was handled, how it
came in, the rest (papers.md §2). What was signed takes the place of the form that would be made of the record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.issuing.kinds import ISSUED, OPINION, REPORT, UNDER_WAY

MOST_PAGES = 200
"""Pages of one volume (册)."""
MADE_PAGES = 4
"""As many pages a letter or a form counts when volumes are parted: it has about so many, and seldom more."""


@dataclass(frozen=True)
class FiledLetter:
    """A letter of a case, with the day it was issued on, the days it was served on and the papers that show it."""

    id: int
    kind: str
    state: str
    number: str
    issued_on: date | None = None
    served: Sequence[str] = ()
    proofs: Sequence[int] = ()


@dataclass(frozen=True)
class FiledPaper:
    """A photo or paper of a case, and how many pages it has."""

    nth: int
    kind: str
    pages: int


@dataclass(frozen=True)
class FilePiece:
    """One piece of the file: a ``form`` or an ``agreement`` made of the record, a ``letter`` by its id, a ``paper`` by
    its number. Of several sessions or visits ``key`` says which."""

    source: str
    kind: str
    key: int = 0
    pages: int = MADE_PAGES
    remark: str = ""


@dataclass(frozen=True)
class Lack:
    """Something that the file lacks; ``of``: of which session, letter or undertaking."""

    what: str
    of: str = ""


class _Sorted:
    """The letters and papers of a case while they are put in order: each is taken once. A paper that an act or a letter
    names lies with it, wherever its kind would lie."""

    def __init__(self, history: History, letters: Iterable[FiledLetter], papers: Iterable[FiledPaper]) -> None:
        self.letters = [one for one in letters if one.state in ISSUED]
        self.papers = {one.nth: one for one in papers}
        self.there = frozenset(self.papers)
        self.kinds_there = {one.kind for one in self.papers.values()}
        named = {paper_of(event) for event in history.events}
        self.named = named | {nth for one in self.letters for nth in one.proofs}

    def of(self, *events: Event) -> list[FilePiece]:
        """The papers that some acts name."""
        return [piece for event in events for piece in self._take(paper_of(event))]

    def kinds(self, *kinds: str) -> list[FilePiece]:
        """The papers of some kinds that nothing names, kind by kind."""
        found = (one.nth for kind in kinds for one in self.papers.values() if one.kind == kind)
        return [piece for nth in list(found) if nth not in self.named for piece in self._take(nth)]

    def issued(self, *kinds: str) -> Iterator[FilePiece]:
        """Letters of some kinds, or all that are left, each with what shows that it was served."""
        for letter in [one for one in self.letters if not kinds or one.kind in kinds]:
            self.letters.remove(letter)
            yield FilePiece("letter", letter.kind, letter.id, remark="；".join(letter.served))
            yield from (piece for nth in letter.proofs for piece in self._take(nth))

    def rest(self) -> list[FilePiece]:
        """What has no place of its own."""
        return [piece for nth in list(self.papers) for piece in self._take(nth)]

    def _take(self, nth: int) -> list[FilePiece]:
        paper = self.papers.pop(nth, None)
        return [FilePiece("paper", paper.kind, nth, paper.pages)] if paper else []


def paper_of(event: Event) -> int:
    """The number of the paper that an act names; 0 where it names none."""
    told = event.text("paper")
    return int(told) if told.isdecimal() else 0


def pieces_of(history: History, letters: Iterable[FiledLetter], papers: Iterable[FiledPaper]) -> list[FilePiece]:
    """What lies in the file, in order."""
    shelf = _Sorted(history, letters, papers)
    order = _of_a_petition if history.head.track == "petition" else _of_a_mediation
    return [*order(history, shelf), *shelf.rest()]


def _of_a_mediation(history: History, shelf: _Sorted) -> Iterator[FilePiece]:
    sessions = _of(history, "mediated")
    yield FilePiece("form", "intake")
    yield from shelf.kinds("letter")
    if sessions:
        yield FilePiece("form", "rights")
    yield from shelf.kinds("evidence", "photo")
    yield from _sessions(sessions, shelf)
    yield from shelf.issued()
    yield from _agreement(history, shelf)
    yield from _visits(history)
    yield from shelf.kinds("opinion", "other")
    if history.now.standing != "open":
        yield FilePiece("form", "closing")


def _of_a_petition(history: History, shelf: _Sorted) -> Iterator[FilePiece]:
    yield from shelf.issued(OPINION.slug, REPORT.slug)
    yield from shelf.of(*_of(history, "replied", "reviewed", "withdrawn"))
    yield from shelf.kinds("opinion")
    yield from _agreement(history, shelf)
    yield from _visits(history)
    yield from shelf.issued()
    yield from shelf.of(*_of(history, "notice_served"))
    yield from _sessions(_of(history, "mediated"), shelf)
    yield FilePiece("form", "register")
    yield from shelf.kinds("letter")
    yield from shelf.of(*_of(history, "review_asked"))
    yield from shelf.kinds("evidence", "photo")


def _sessions(sessions: Sequence[Event], shelf: _Sorted) -> Iterator[FilePiece]:
    for nth, event in enumerate(sessions, 1):
        signed = paper_of(event) in shelf.there
        yield from shelf.of(event) if signed else [FilePiece("form", "session", nth)]


def _agreement(history: History, shelf: _Sorted) -> Iterator[FilePiece]:
    yield from shelf.of(*_of(history, "agreed"))
    yield from shelf.kinds("agreement")
    if history.now.agreement and not _is_signed(history, shelf.there, shelf.kinds_there):
        yield FilePiece("agreement", "agreement")
    yield from shelf.of(*_of(history, "performed"))
    yield from shelf.kinds("voucher")


def _is_signed(history: History, there: Collection[int], kinds: Collection[str]) -> bool:
    """Whether the signed agreement in force is among the papers: the one that it names, or, where the matter was never
    taken up again, one of that kind."""
    named = paper_of(_of(history, "agreed")[-1])
    return named in there or (not named and not history.now.reopenings and "agreement" in kinds)


def _visits(history: History) -> Iterator[FilePiece]:
    return (FilePiece("form", "visit", nth) for nth, _event in enumerate(_of(history, "return_visited"), 1))


def _of(history: History, *kinds: str) -> list[Event]:
    return [event for event in history.events if event.kind in kinds]


def volumes_of(pieces: Iterable[FilePiece]) -> list[list[FilePiece]]:
    """The pieces volume by volume, each of as many pages as one holds; one at least."""
    volumes: list[list[FilePiece]] = [[]]
    for piece in pieces:
        if sum(one.pages for one in volumes[-1]) + piece.pages > MOST_PAGES and volumes[-1]:
            volumes.append([])
        volumes[-1].append(piece)
    return volumes


def lacking(history: History, letters: Sequence[FiledLetter], papers: Iterable[FiledPaper]) -> list[Lack]:
    """What the file of a case lacks before it is archived: what is still to be signed, served, performed or told. A
    paper that was withdrawn is lacking."""
    kinds = {one.nth: one.kind for one in papers}
    return [*_not_signed(history, kinds), *_not_sent(history, letters, kinds), *_not_done(history)]


def _not_signed(history: History, kinds: Mapping[int, str]) -> Iterator[Lack]:
    for nth, event in enumerate(_of(history, "mediated"), 1):
        if paper_of(event) not in kinds:
            yield Lack("session", str(nth))
    now = history.now.agreement
    if now is not None and now.form == "written" and not _is_signed(history, kinds, kinds.values()):
        yield Lack("agreement")
    for event in _of(history, "performed"):
        if paper_of(event) not in kinds:
            yield Lack("proof", str(event.data["nth"]))


def _not_sent(history: History, letters: Sequence[FiledLetter], kinds: Mapping[int, str]) -> Iterator[Lack]:
    yield from (Lack("under_way", one.kind) for one in letters if one.state in UNDER_WAY)
    yield from (Lack("not_served", one.number) for one in letters if one.state == "issued")
    if _owes_a_notice(history):
        yield Lack("notice")
    replies = _of(history, "replied")
    if replies and not _is_on_paper(replies, letters, kinds):
        yield Lack("opinion")


def _is_on_paper(replies: Sequence[Event], letters: Iterable[FiledLetter], kinds: Mapping[int, str]) -> bool:
    """Whether the last written reply is there: as a letter issued since, as the paper that it names, or, of the only
    one, as a paper of that kind."""
    last = replies[-1]
    issued = (one.issued_on for one in letters if one.kind == OPINION.slug and one.state in ISSUED)
    if any(on is not None and on >= last.on for on in issued) or paper_of(last) in kinds:
        return True
    return len(replies) == 1 and not paper_of(last) and "opinion" in kinds.values()


def _owes_a_notice(history: History) -> bool:
    named = history.head.track == "petition" and history.head.named
    return named and history.now.noticed_on is None and history.now.state != "withdrawn"


def _not_done(history: History) -> Iterator[Lack]:
    now = history.now
    yield from (Lack("undertaking", str(one.nth)) for one in (now.agreement.owed if now.agreement else ()))
    if now.state == "resolved" and not now.verified:
        yield Lack("visit")
    if now.review is not None and now.review.waits:
        yield Lack("review")
