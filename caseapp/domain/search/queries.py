"""Looking texts up: cases that mention words, and cases that may be the matter somebody is typing; and whether what
they are looked up in is what the cases say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, exists, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.events import ERASED
from caseapp.domain.cases.models import Case, CaseParty
from caseapp.domain.cases.queries.mergers import living_seen
from caseapp.domain.org.queries import Units
from caseapp.domain.search.grams import grams, grams_of
from caseapp.domain.search.likeness import ALIKE, Measure, Typed, spread
from caseapp.domain.search.models import CaseGram

Clause = ColumnElement[bool]
PAIRS_OF_WORDS, FEW = 24, 2000
"""Words found in so few cases are looked up; commoner ones are met soon enough by reading the list from its top."""

HINTS, CANDIDATES = 3, 30
PAIRS_TYPED, PAIRS_READ = 64, 32
RARE, ROWS_READ = 400, 3000
"""A pair that more cases of the village have says nothing; so many rows of the rarer ones are read at most."""
RECENT = timedelta(days=180)


# --- Search ----------------------------------------------------------------------------------------------------------


def mentions(session: Session, actor: Actor, words: str) -> Clause:
    """Number, title or description contains the words. Names of parties are searched nowhere.

    The words are found through their rarest pair, and then looked for as they were typed. Accusations are in no index:
    their desk has few enough to read them all.
    """
    columns = (Case.number, Case.title, Case.description)
    there = or_(*(column.contains(words, autoescape=True) for column in columns))
    pairs = spread(grams(words), PAIRS_OF_WORDS)
    if not pairs:
        return there
    rows = how_common(session, pairs, FEW + 1)
    rarest = min(pairs, key=lambda pair: rows[pair])
    if rows[rarest] > FEW:
        return there
    places = [select(CaseGram.case_id).where(CaseGram.gram == rarest)]
    if actor.may(may.SEALED):
        places.append(select(Case.id).where(Case.sealed))
    if any(character.isdigit() for character in words):
        places.append(select(Case.id).where(Case.number.contains(words, autoescape=True)))
    return and_(Case.id.in_(union_all(*places)), there)


# --- Perhaps the same matter -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alike:
    """A case that may be the matter somebody is typing."""

    case: Case
    score: float


def similar(session: Session, actor: Actor, units: Units, typed: Typed, today: date) -> list[Alike]:
    """Cases of the same village that may be the matter being typed, among those the actor may see: at most three, those
    open or moved lately first. A merged case stands for the one it went into; a voided one for nothing."""
    village = units.village_of(typed.unit)
    measure = Measure(typed, [units.place(code).name for code in {*units.line(typed.unit), *units.subtree(village)}])
    if not measure.enough:
        return []
    pairs = _rare_pairs(session, measure.telling(PAIRS_TYPED), units.id_of[village])
    found = _candidates(session, actor, typed, pairs, units.id_of[village]) if pairs else []
    alike = [
        Alike(case, score)
        for case, same_party in found
        if (score := measure.score(case.title, case.description, case.category, same_party=same_party)) >= ALIKE
    ]
    standing = _without_merged(session, actor, alike)
    return sorted(standing, key=lambda one: (not _is_current(one.case, today), -one.score, one.case.id))[:HINTS]


def _is_current(case: Case, today: date) -> bool:
    return case.standing == "open" or case.last_event_on >= today - RECENT


def _rare_pairs(session: Session, pairs: Sequence[str], village_id: int) -> list[str]:
    """Those of some pairs that few cases of the village have, rarest first, as many as can be read."""
    rows = how_common(session, pairs, RARE + 1, village_id)
    chosen: list[str] = []
    total = 0
    for pair in sorted((one for one in pairs if 0 < rows[one] <= RARE), key=lambda one: rows[one]):
        total += rows[pair]
        if total > ROWS_READ or len(chosen) == PAIRS_READ:
            break
        chosen.append(pair)
    return chosen


def _candidates(
    session: Session, actor: Actor, typed: Typed, pairs: Sequence[str], village_id: int
) -> list[tuple[Case, bool]]:
    """The cases that have most of these pairs, each with whether a party has a name that was typed."""
    shared = func.count().label("shared")
    having = (
        select(CaseGram.case_id, shared)
        .where(CaseGram.gram.in_(pairs), CaseGram.village_id == village_id)
        .group_by(CaseGram.case_id)
        .having(shared >= min(2, len(pairs)))
        .subquery()
    )
    same_party = exists().where(CaseParty.case_id == Case.id, CaseParty.name.in_(typed.names))
    query = (
        select(Case, same_party)
        .join(having, having.c.case_id == Case.id)
        .where(Case.state != "voided", scope(actor, Case.id))
        .order_by(having.c.shared.desc(), Case.id.desc())
        .limit(CANDIDATES)
    )
    return [(case, same) for case, same in session.execute(query)]


def _without_merged(session: Session, actor: Actor, alike: list[Alike]) -> list[Alike]:
    """Each case once, a merged one replaced by the living case it went into, where the actor sees that one too."""
    best: dict[int, Alike] = {}
    for one in alike:
        case = living_seen(session, actor, one.case) if one.case.state == "merged" else one.case
        if case is not None and (case.id not in best or best[case.id].score < one.score):
            best[case.id] = Alike(case, one.score)
    return list(best.values())


# --- The table -------------------------------------------------------------------------------------------------------


def how_common(session: Session, pairs: Sequence[str], most: int, village_id: int | None = None) -> dict[str, int]:
    """How many cases have each of some pairs, counted no further than ``most``; of one village, or of all. For
    choosing what to look up: who may see those cases is asked when they are."""
    given = each(pairs)
    in_village = CaseGram.village_id == village_id if village_id is not None else true()
    having = select(CaseGram.case_id).where(CaseGram.gram == given.c.gram, in_village).correlate(given).limit(most)
    count = select(func.count()).select_from(having.subquery()).scalar_subquery()
    return {gram: rows for gram, rows in session.execute(select(given.c.gram, count))}  # noqa: C416 - rows are no tuples


def each(pairs: Sequence[str]) -> CTE:
    """A row for each of some pairs, cut out of one string: one statement, whatever their number."""
    chars = literal("".join(pairs))
    first = select(literal(1).label("place")).cte("spot", recursive=True)
    spot = first.union_all(select(first.c.place + 2).where(first.c.place + 2 < 2 * len(pairs)))
    return select(func.substr(chars, spot.c.place, 2).label("gram")).cte("given")


# --- Whether all of it is there --------------------------------------------------------------------------------------


def pairs_of(case: Case) -> frozenset[str]:
    """The pairs that a case is found by; of an accusation, and of texts that were erased, none."""
    return frozenset() if case.sealed or case.title == ERASED else grams_of(case.title, case.description)


def wrongly_found(session: Session, units: Units) -> Iterator[tuple[int, str]]:
    """The cases, id and number, that are found by other pairs than those of their texts, or in another village than
    theirs; a pair of a case that there is not is of number ""."""
    cases = session.scalars(select(Case).order_by(Case.id).execution_options(yield_per=ROWS_READ))
    rows = select(CaseGram.case_id, CaseGram.gram, CaseGram.village_id).order_by(CaseGram.case_id)
    kept = groupby(session.execute(rows.execution_options(yield_per=ROWS_READ)), key=lambda row: row[0])
    at, found = _next_found(kept)
    for case in cases:
        while at is not None and at < case.id:
            yield at, ""
            at, found = _next_found(kept)
        there = found if at == case.id else Counter()
        if there != Counter((gram, village_of(units, case)) for gram in pairs_of(case)):
            yield case.id, case.number
        if at == case.id:
            at, found = _next_found(kept)
        session.expunge(case)
    while at is not None:
        yield at, ""
        at, found = _next_found(kept)


def _next_found(kept: Iterator[tuple[int, Iterator[Any]]]) -> tuple[int | None, Counter[tuple[str, int]]]:
    """The next case that is found by anything, and by what."""
    for case_id, rows in kept:
        return case_id, Counter((gram, village_id) for _case, gram, village_id in rows)
    return None, Counter()


def village_of(units: Units, case: Case) -> int:
    """The village among whose cases a case is looked for."""
    return units.id_of[units.village_of(units.by_id[case.unit_id].code)]
