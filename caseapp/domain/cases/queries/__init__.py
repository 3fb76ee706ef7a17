"""Reading cases: one, a list with its count, histories for figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    exists,
    false,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy import case as sa_case
from sqlalchemy.orm import Session, aliased

from caseapp.db import COUNT_UP_TO, counted, figure, plain_rows
from caseapp.db.among import among
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import barred_from, scope, sparse
from caseapp.domain.cases.history import History
from caseapp.domain.cases.limits import AT_REST
from caseapp.domain.cases.merging import ENDINGS as ENDINGS
from caseapp.domain.cases.merging import Other as Other
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText
from caseapp.domain.cases.queries.counts import count_of_all
from caseapp.domain.cases.queries.lines import BEHIND, LINE, NEWEST_FIRST, place_of
from caseapp.domain.cases.record import take_up, take_up_head
from caseapp.domain.cases.snapshot import STANDING
from caseapp.domain.org.parts import TreePart
from caseapp.domain.org.queries import lies_within
from caseapp.domain.org.tree import Trees

PAGE = 25
AT_ONCE = 500
Clause = ColumnElement[bool]
OTHER, ONE = aliased(Case), figure(1)
OPEN: Clause = Case.standing == literal_column("'open'")
"""Open cases, as the index of them says it: a value handed over would not be known to be that one."""
THERE = select(Case.number).where(Case.number.in_(bindparam("numbers", expanding=True)))


def find_case(session: Session, actor: Actor, number: str, *, for_update: bool = False) -> Case | None:
    """The case of a number, if the actor may see it. ``for_update``: nobody else works on it until the transaction
    ends, while what hangs on it is still written by others."""
    return session.scalar(_finding(actor, for_update=for_update), {"number": number})


@lru_cache(maxsize=512)
def _finding(actor: Actor, *, for_update: bool = False) -> Select[Case]:
    """What asks for one case: putting it together costs more than asking it."""
    query = select(Case).where(asked_for(bindparam("number", type_=String), scope(actor, Case.id)))
    if for_update:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return query


def sees_case(session: Session, actor: Actor, number: str) -> bool:
    """Whether there is a case of a number that the actor may see."""
    return bool(plain_rows(session, _seeing(actor), {"number": number}))


@lru_cache(maxsize=512)
def _seeing(actor: Actor) -> Select[int]:
    return _finding(actor).with_only_columns(Case.id)


def asked_for(number: str | BindParameter[str], seen: Clause) -> Clause:
    """The case of a number, where somebody may be told of it. What they may not know of costs what a number costs that
    there never was: the last case up to the number is looked up, whether they may see that one is worked out, and then
    only whether it is the one that was asked for. A case of the same number is the last one up to it."""
    return and_(Case.id == last_up_to(number), sa_case((seen, Case.number == number), else_=false()))


def last_up_to(number: str | BindParameter[str]) -> ScalarSelect[int]:
    """The id of the case with the last number that is not beyond one: of that number, or of a neighbour of it."""
    return select(OTHER.id).where(OTHER.number <= number).order_by(OTHER.number.desc()).limit(ONE).scalar_subquery()


def is_stub_for(actor: Actor, case: Case) -> bool:
    """Whether all that an actor is shown of a case is that it was struck out. Of an accusation its readers are shown
    the rest; of any other nobody, because one of its desk may be complained of in what was taken as an accusation. So
    nobody can tell one that was logged by mistake from one that was taken. Whoever runs the machine has it all."""
    return case.state == "voided" and not case.sealed and not actor.is_system


def stubs_for(actor: Actor) -> Clause:
    """Cases of which an actor is shown only that they were struck out: the SQL twin of ``is_stub_for``."""
    return false() if actor.is_system else and_(Case.state == "voided", ~Case.sealed)


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases is narrowed to."""

    part: TreePart | None = None
    states: tuple[str, ...] = ()
    tier: str = ""
    category: str = ""
    track: str = ""
    clauses: tuple[Clause, ...] = ()
    looked_up: tuple[Clause, ...] | None = None
    """The same conditions as ``clauses``, said so that an index finds the cases: for counting, which looks at a
    thousand of them, where a page is read sooner from the top of the list."""

    def clause(self, *, to_count: bool = False) -> Clause:
        """The condition."""
        clauses = self.looked_up if to_count and self.looked_up is not None else self.clauses
        parts: list[Clause] = [true(), *clauses]
        if self.part is not None:
            parts.append(lies_within(Case.unit_id, [self.part]))
        if self.states:
            parts.append(or_(*map(_stands, self.states)))
        for column, value in ((Case.tier, self.tier), (Case.category, self.category), (Case.track, self.track)):
            if value:
                parts.append(column == value)
        return and_(*parts)


def _stands(word: str) -> Clause:
    """Cases in a state, or in one of the states of a standing."""
    if word == "open":
        return OPEN
    return Case.state.in_([state for state, standing in STANDING.items() if word in (state, standing)])


class CaseList:
    """One query object for a list and its count, its pages and its export: scope, filter, order by registration."""

    def __init__(self, actor: Actor, narrowed: CaseFilter) -> None:
        few = sparse(actor, Case.id)
        seen = and_(scope(actor, Case.id), true() if few is None else few)
        self.where, self._to_count = and_(seen, narrowed.clause()), and_(seen, narrowed.clause(to_count=True))
        self._seen = count_of_all(actor, COUNT_UP_TO) if narrowed == CaseFilter() else None

    def query(self) -> Select[Case]:
        """All of it, newest first."""
        return select(Case).where(self.where).order_by(*NEWEST_FIRST)

    def count(self, session: Session) -> int:
        """How many, counted no further than one over a thousand."""
        return min(session.scalar(self.counting) or 0, COUNT_UP_TO + 1)

    @cached_property
    def counting(self) -> Select[int]:
        """How many, counted no further than some more than a thousand; also for use as a subquery."""
        return counted(select(Case.id).where(self._to_count)) if self._seen is None else self._seen

    def page(self, session: Session, after: tuple[datetime, int] | None, size: int = PAGE) -> list[Case]:
        """A page by key: the cases older than ``after``; one more than ``size`` when there is a next page."""
        older = [] if after is None else [BEHIND]
        return list(session.scalars(self.query().where(*older).limit(size + 1), place_of(after)))

    def lines(self, size: int, *, behind: bool) -> Select[Any]:
        """The lines of such a page; ``behind``: of the cases older than a place, which is told later."""
        query = select(*LINE).where(self.where, *([BEHIND] if behind else [])).order_by(*NEWEST_FIRST)
        return query.limit(size + 1)


def load_history(session: Session, case: Case, trees: Trees) -> History:
    """One case with all its texts, in one query, put together once and read in one go."""
    return dict(_told(plain_rows(session, _one(), {"id": case.id}), trees))[case.id]


def load_few(session: Session, case_ids: Iterable[int], trees: Trees) -> dict[int, History]:
    """The histories of a few cases, without texts, the same way."""
    ids = sorted(set(case_ids))
    return dict(_told(plain_rows(session, _few(), {"ids": ids}), trees)) if ids else {}


@cache
def _one() -> Select[Any]:
    """Of one case, said so: of several PostgreSQL would plan it anew each time, which takes longer than reading it."""
    return _events(texts=True).where(CaseEvent.case_id == bindparam("id"))


@cache
def _few() -> Select[Any]:
    """Of some cases; said of both tables, or PostgreSQL may read all cases to find the numbers of a few."""
    return _events(texts=False).where(among(CaseEvent.case_id, "ids"), among(Case.id, "ids"))


def load_histories(
    session: Session, where: Clause, trees: Trees, *, texts: bool = False
) -> Iterator[tuple[int, History]]:
    """Histories of the cases a condition names, events in the order they were entered, in one query."""
    rows = session.execute(_events(texts=texts).where(where).execution_options(yield_per=2000))
    with closing(rows):  # also where what is on record makes no sense any more
        yield from _told(rows, trees)


def _told(rows: Iterable[Any], trees: Trees) -> Iterator[tuple[int, History]]:
    for case_id, group in groupby(rows, key=lambda row: row[0]):
        yield case_id, _history(list(group), trees)


def _events(*, texts: bool) -> Select[Any]:
    columns: list[Any] = [
        CaseEvent.case_id, Case.number, CaseEvent.kind, CaseEvent.at, CaseEvent.recorded_at, CaseEvent.by,
        CaseEvent.facts,
    ]  # fmt: skip
    beside = [CaseEventText.texts, CaseEvent.text_digest] if texts else []
    query = select(*columns, *beside).join(Case, Case.id == CaseEvent.case_id)
    if texts:
        query = query.outerjoin(CaseEvent.texts)
    return query.order_by(CaseEvent.case_id, CaseEvent.seq)


def _history(rows: list[Any], trees: Trees) -> History:
    """The rows of one case, in the order they were entered."""
    texts = [_texts(row) for row in rows]
    events = [take_up(row[2], (row[3], row[4]), row[5], row[6], text) for row, text in zip(rows, texts, strict=True)]
    first = next(place for place, row in enumerate(rows) if row[2] == "registered")
    return History(take_up_head(rows[0][1], rows[first][6], texts[first]), events, trees)


def _texts(row: Any) -> dict[str, Any] | None:
    """The texts of an event: none when they were not asked for, or it has none; None when they were erased."""
    if len(row) <= 7:
        return {}
    return None if row[7] is None and row[8] is not None else row[7] or {}


def texts_erased() -> Clause:
    """Cases whose texts were erased."""
    kept = CaseEvent.texts.has()
    return exists().where(
        CaseEvent.case_id == Case.id, CaseEvent.kind == "registered", CaseEvent.text_digest.is_not(None), ~kept
    )


def known_numbers(session: Session, numbers: Iterable[str]) -> set[str]:
    """Which of these numbers are numbers of cases."""
    return {row[0] for row in plain_rows(session, THERE, {"numbers": list(numbers)})}


def placed_in(parts: Sequence[TreePart]) -> Clause:
    """Cases that arose in some parts of the tree, or are held there."""
    return or_(lies_within(Case.unit_id, parts), lies_within(Case.holder_id, parts))


def moved_on_or_after(day: date) -> Clause:
    """Cases with something on record that happened on a day or later."""
    return Case.last_event_on >= day


def moves_in(window_start: date, as_of: datetime | None) -> Clause:
    """Cases that can appear in a figure of a window beginning then: a case at rest (``limits.py: AT_REST``) is in none
    of its sets. What was entered after ``as_of`` may hide that it was open then, so such cases stay in."""
    at_rest_since = window_start - AT_REST
    parts = [OPEN, Case.last_event_on >= at_rest_since]
    if as_of is not None:
        parts.append(Case.last_recorded_at > as_of)
    return or_(*parts)


def numbered(numbers: set[str]) -> Clause:
    """The cases of these numbers."""
    return Case.number.in_(sorted(numbers))


def holds_cases(session: Session) -> bool:
    """Whether there is any case at all."""
    return session.scalar(select(Case.id).limit(1)) is not None


def not_sealed() -> Clause:
    """All but accusations."""
    return ~Case.sealed


def barred_cases(session: Session, actor: Actor) -> set[str]:
    """The numbers of the cases that an actor is kept out of (信访工作条例 art. 28, 30). Accusations stand behind no
    number of a report: asking for them would tell who is complained of that there is one."""
    if actor.is_system:
        return set()
    return set(session.scalars(select(Case.number).where(~Case.sealed, Case.id.in_(barred_from(actor)))))
