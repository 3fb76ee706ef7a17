"""What finds cases by numbers of pairs: a GIN index on PostgreSQL, FTS5 on SQLite. Both hold for each number the cases
that have it, packed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    SmallInteger,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from caseapp.domain.search.grams import from_token, token
from caseapp.domain.search.models import CaseWords

Sought = int | ColumnElement[Any]
FTS = table("case_words_index", column("rowid"), column("case_words_index"))


@dataclass(frozen=True)
class Index:
    """``case_id`` of what stands in the ``table``, and the condition that it ``has`` each of some numbers. ``each``
    makes a row for each of some numbers, whose column ``key`` may be one of those; what it says is ``number``."""

    table: FromClause
    case_id: ColumnElement[int]
    has: Callable[..., ColumnElement[bool]]
    each: Callable[[Sequence[int]], CTE]
    number: Callable[[Any], int]


def index_of(session: Session) -> Index:
    """The index of a database."""
    return POSTGRESQL if session.get_bind().dialect.name == "postgresql" else SQLITE


def _in_array(*sought: Sought) -> ColumnElement[bool]:
    numbers = array([literal(one, SmallInteger) if isinstance(one, int) else one for one in sought])
    return CaseWords.found_by.op("@>", is_comparison=True)(numbers)


def _elements(sought: Sequence[int]) -> CTE:
    return select(func.unnest(bindparam(None, list(sought), ARRAY(SmallInteger))).label("key")).cte("given")


def _matched(*sought: Sought) -> ColumnElement[bool]:
    words = [literal(token(one), Text) if isinstance(one, int) else one for one in sought]
    every = words[0]
    for one in words[1:]:
        every = every.concat(" ").concat(one)
    return FTS.c.case_words_index.op("MATCH", is_comparison=True)(every)


def _words(sought: Sequence[int]) -> CTE:
    told = func.json_each(json.dumps([token(one) for one in sought])).table_valued("value")
    return select(cast(told.c.value, Text).label("key")).cte("given")


POSTGRESQL = Index(CaseWords.__table__, CaseWords.__table__.c.case_id, _in_array, _elements, int)
SQLITE = Index(FTS, FTS.c.rowid, _matched, _words, from_token)

UNLIKE = text("""
    WITH there AS (
        SELECT doc, group_concat(term, ' ') AS terms
        FROM (SELECT doc, term FROM case_words_pairs ORDER BY doc, term) GROUP BY doc
    )
    SELECT case_id FROM case_words LEFT JOIN there ON doc = case_id WHERE terms IS NOT found_by
    UNION SELECT doc FROM there WHERE doc NOT IN (SELECT case_id FROM case_words)
""")


def unlike_rows(session: Session) -> set[int]:
    """The ids under which FTS5 finds something else than what the rows of ``case_words`` say. PostgreSQL keeps its
    index in line itself."""
    return set() if index_of(session) is POSTGRESQL else set(session.scalars(UNLIKE))
