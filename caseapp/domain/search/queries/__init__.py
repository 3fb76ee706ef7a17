"""Looking texts up: cases that mention words, and cases that may be the matter somebody is typing; and whether what
they are looked up in is what the cases say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from caseapp.db import counted
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.events import ERASED
from caseapp.domain.cases.models import Case, CaseParty
from caseapp.domain.cases.queries.mergers import living_seen
from caseapp.domain.org.queries import Units
from caseapp.domain.search.grams import grams, grams_of, key, keys, village_key
from caseapp.domain.search.likeness import ALIKE, Measure, Typed
from caseapp.domain.search.models import CaseWords
from caseapp.domain.search.queries.index import index_of, unlike_rows

Clause = ColumnElement[bool]
FEW = 2000
"""Words found in so few cases are looked up; commoner ones are met soon enough by reading the list from its top."""

HINTS, CANDIDATES = 3, 30
PAIRS_TYPED, PAIRS_READ = 64, 32
RARE, ROWS_READ = 400, 3000
"""A pair that more cases of the village have says nothing; so many rows of the rarer ones are read at most."""
RECENT = timedelta(days=180)


# --- Search ----------------------------------------------------------------------------------------------------------


class Mentioned(NamedTuple):
    """One condition said twice: for a page of the list, and for counting, which an index serves."""

    listed: Clause
    looked_up: Clause


def mentions(session: Session, actor: Actor, words: str) -> Mentioned:
    """Number, title or description contains the words. Names of parties are searched nowhere.

    The cases that have all pairs of the words are found, and then the words looked for as they were typed. Accusations
    are in no index: their desk has few enough to read them all.
    """
    columns = (Case.number, Case.title, Case.description)
    there = or_(*(column.contains(words, autoescape=True) for column in columns))
    sought = sorted(keys(grams(words)))
    if not sought:
        return Mentioned(there, there)
    index = index_of(session)
    found = select(index.case_id).where(index.has(*sought))
    places = [found]
    if actor.may(may.SEALED):
        places.append(select(Case.id).where(Case.sealed))
    if any(character.isdigit() for character in words):
        places.append(select(Case.id).where(Case.number.contains(words, autoescape=True)))
    looked_up = and_(Case.id.in_(union_all(*places)), there)
    many = (session.scalar(counted(found, FEW)) or 0) > FEW
    return Mentioned(there if many else looked_up, looked_up)


# --- Perhaps the same matter -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alike:
    """A case that may be the matter somebody is typing."""

    case: Case
    score: float


def similar(session: Session, actor: Actor, units: Units, typed: Typed, today: date) -> list[Alike]:
    """Cases of the same village that may be the matter being typed, among those the actor may see: at most three, those
    open or moved lately first. A merged case, or one petition of a matter of many, stands for the one it is handled
    with; a voided one for nothing."""
    village = units.village_of(typed.unit)
    measure = Measure(typed, [units.place(code).name for code in {*units.line(typed.unit), *units.subtree(village)}])
    if not measure.enough:
        return []
    telling = dict.fromkeys(map(key, measure.telling(PAIRS_TYPED)))
    pairs = _rare_pairs(session, list(telling), units.id_of[village])
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


def _rare_pairs(session: Session, pairs: Sequence[int], village_id: int) -> list[int]:
    """Those of some pairs that few cases of the village have, rarest first, as many as can be read."""
    rows = how_common(session, pairs, RARE + 1, village_id)
    chosen: list[int] = []
    total = 0
    for pair in sorted((one for one in pairs if 0 < rows[one] <= RARE), key=lambda one: rows[one]):
        total += rows[pair]
        if total > ROWS_READ or len(chosen) == PAIRS_READ:
            break
        chosen.append(pair)
    return chosen


def _candidates(
    session: Session, actor: Actor, typed: Typed, pairs: Sequence[int], village_id: int
) -> list[tuple[Case, bool]]:
    """The cases that have most of these pairs, each with whether a party has a name that was typed."""
    index, shared = index_of(session), func.count().label("shared")
    given = index.each(pairs)
    having = (
        select(index.case_id.label("case_id"), shared)
        .join_from(given, index.table, index.has(given.c.key, village_key(village_id)))
        .group_by(index.case_id)
        .having(shared >= min(2, len(pairs)))
        .subquery()
    )
    same_party = exists().where(CaseParty.case_id == Case.id, CaseParty.name.in_(typed.names))
    query = (
        select(Case, same_party)
        .join(having, having.c.case_id == Case.id)
        .join(CaseWords, CaseWords.case_id == Case.id)
        .where(Case.state != "voided", CaseWords.village_id == village_id, scope(actor, Case.id))
        .order_by(having.c.shared.desc(), Case.id.desc())
        .limit(CANDIDATES)
    )
    return [(case, same) for case, same in session.execute(query)]


def _without_merged(session: Session, actor: Actor, alike: list[Alike]) -> list[Alike]:
    """Each case once, a merged one, or one petition of a matter of many, replaced by the living case it is handled
    with, where the actor sees that one too."""
    best: dict[int, Alike] = {}
    for one in alike:
        leads_on = one.case.state == "merged" or one.case.matter
        case = living_seen(session, actor, one.case) if leads_on else one.case
        if case is not None and (case.id not in best or best[case.id].score < one.score):
            best[case.id] = Alike(case, one.score)
    return list(best.values())


# --- The index -------------------------------------------------------------------------------------------------------


def how_common(session: Session, pairs: Sequence[int], most: int, village_id: int) -> dict[int, int]:
    """How many cases of a village have each of some pairs, counted no further than ``most``. For choosing what to look
    up: who may see those cases is asked when they are."""
    index = index_of(session)
    given = index.each(pairs)
    having = select(index.case_id).where(index.has(given.c.key, village_key(village_id))).correlate(given).limit(most)
    count = select(func.count()).select_from(having.subquery()).scalar_subquery()
    return {index.number(told): rows for told, rows in session.execute(select(given.c.key, count))}


# --- Whether all of it is there --------------------------------------------------------------------------------------


def keys_of(case: Case, village_id: int) -> frozenset[int]:
    """The numbers that a case of a village is found by; of an accusation, and of texts that were erased, none."""
    if case.sealed or case.title == ERASED:
        return frozenset()
    return keys(grams_of(case.title, case.description)) | {village_key(village_id)}


def wrongly_found(session: Session, units: Units) -> Iterator[tuple[int, str]]:
    """The cases, id and number, that are found by other pairs than those of their texts, or in another village than
    theirs; what is found and is no case is of number ""."""
    unlike = unlike_rows(session)
    rows = select(Case, CaseWords).outerjoin(CaseWords, CaseWords.case_id == Case.id).order_by(Case.id)
    for case, words in session.execute(rows.execution_options(yield_per=ROWS_READ)):
        village_id = village_of(units, case)
        told = (village_id, keys_of(case, village_id))
        there = (words.village_id, words.found_by) if words else (village_id, frozenset())
        if there != told or case.id in unlike:
            yield case.id, case.number
        unlike.discard(case.id)
        session.expunge(case)
        if words:
            session.expunge(words)
    yield from ((case_id, "") for case_id in sorted(unlike))


def village_of(units: Units, case: Case) -> int:
    """The village among whose cases a case is looked for."""
    return units.id_of[units.village_of(units.by_id[case.unit_id].code)]
