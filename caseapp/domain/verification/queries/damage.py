"""Whether every page of the database can be read: a disk that fails, or somebody who wrote over a part of a file, is
found before somebody needs what stood there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from caseapp.kernel.errors import N_
from caseapp.kernel.outage import first_line, outage_of

MOST = 100
SENTENCES = {
    "table": N_("the table %(name)s is damaged: restore the last good backup (%(why)s)"),
    "index": N_("the index %(name)s is damaged: REINDEX it, then run caseapp check again (%(why)s)"),
    "": N_("the database is damaged: restore the last good backup (%(why)s)"),
}
TREE, INDEX, TABLE = (
    re.compile(r"(?:[Tt]ree page|Tree|Page) (\d+)"),
    re.compile(r"index (\w+)"),
    re.compile(r"(?:in|table) (\w+)"),
)
TABLES = text(
    "SELECT c.oid, c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
    " ORDER BY c.relname"
)
INDEXES = text("""
    SELECT c.oid, c.relname, t.relname AS of_table, a.amname AS kind, pg_get_expr(i.indpred, i.indrelid) AS part,
        (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, false), ', ' ORDER BY k)
         FROM generate_series(1, i.indnkeyatts) AS k) AS keys
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_am a ON a.oid = c.relam
    WHERE c.relnamespace = current_schema()::regnamespace ORDER BY c.relname""")
PARTS = text("SELECT rootpage, type, name, tbl_name, sql FROM sqlite_master WHERE rootpage > 0")
LOOK = text(f"PRAGMA integrity_check({MOST})")
READ_BY = "SELECT * FROM {name} {by}"
ROWS = "SELECT sum(length(t::text)) FROM ONLY {name} AS t"
ORDERED = "SELECT count(*) FROM (SELECT 1 FROM {name}{where} ORDER BY {keys} OFFSET 0) AS t"
HEAP = text("SELECT count(*) FROM verify_heapam(CAST(CAST(:oid AS oid) AS regclass))")
TREE_CHECK = text("SELECT bt_index_check(CAST(CAST(:oid AS oid) AS regclass), true)")
AMCHECK = text("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'")


@dataclass(frozen=True)
class Damage:
    """A part of the database that cannot be read, and what the database says of it."""

    kind: str
    name: str
    why: str

    @property
    def told(self) -> tuple[str, str, str]:
        """As it is kept."""
        return self.kind, self.name, self.why

    @property
    def message(self) -> str:
        """What is damaged and what to do, as a message id."""
        return SENTENCES[self.kind]

    @property
    def params(self) -> dict[str, object]:
        """The values that go into it."""
        return {"name": self.name, "why": self.why}

    def __str__(self) -> str:
        return self.message % self.params


def damaged(session: Session) -> list[Damage]:
    """What of the database cannot be read, each part once. Reads all of it; nobody else waits."""
    lite = session.get_bind().dialect.name == "sqlite"
    found: dict[str, Damage] = {}
    for one in _damaged_file(session) if lite else _damaged_relations(session):
        found.setdefault(one.name, one)
    return list(found.values())


def _damaged_file(session: Session) -> Iterator[Damage]:
    """SQLite looks itself: every page, every row in its indexes, every index in its order; where the look is broken
    off, the parts are read one by one."""
    try:
        parts = session.execute(PARTS).all()
    except DBAPIError as problem:
        session.rollback()
        yield Damage("", "", first_line(problem))
        return
    try:
        roots = {str(root): (kind, name) for root, kind, name, *_ in parts}
        yield from [_named(line, roots) for line in _lines(session)]
    except DBAPIError as problem:
        session.rollback()
        yield from list(_read_one_by_one(session, parts)) or [Damage("", "", first_line(problem))]


def _lines(session: Session) -> list[str]:
    """What SQLite says, line by line; what a broken page led to is lost with it, and not told beside it."""
    told = [line for found in session.scalars(LOOK) if found != "ok" for line in str(found).splitlines()]
    lines = [line for line in told if not line.startswith("***")]
    return [line for line in lines if "never used" not in line] or lines


def _read_one_by_one(session: Session, parts: Iterable[Any]) -> Iterator[Damage]:
    for _root, kind, name, of_table, made in parts:
        only = (made or "").partition(" WHERE ")[2] if kind == "index" else ""
        by = "NOT INDEXED" if kind == "table" else f"INDEXED BY {_quoted(name)}" + (f" WHERE {only}" if only else "")
        try:
            for _row in session.execute(text(READ_BY.format(name=_quoted(of_table), by=by))):
                pass
        except DBAPIError as problem:
            session.rollback()
            if outage_of(problem):
                yield Damage(kind, name, first_line(problem))


def _named(line: str, roots: Mapping[str, tuple[str, str]]) -> Damage:
    """The part that a line is about."""
    at = TREE.search(line)
    if at:
        kind, name = roots.get(at[1], ("", ""))
    else:
        told = next((found[1] for found in (INDEX.search(line), TABLE.search(line)) if found), "")
        kind, name = next((part for part in roots.values() if part[1] == told), ("", ""))
    return Damage(kind, name if kind else "", line[:MOST])


def _damaged_relations(session: Session) -> Iterator[Damage]:
    """Of PostgreSQL every row is read with what is stored beside it; B-trees by ``amcheck`` where that is installed,
    else along their order."""
    try:
        tables, indexes = session.execute(TABLES).all(), session.execute(INDEXES).all()
        deep = bool(session.scalar(AMCHECK))
    except DBAPIError as problem:
        session.rollback()
        yield Damage("", "", first_line(problem))
        return
    for oid, name in tables:
        ways = [_reading(ROWS.format(name=_quoted(name)), "indexscan", "indexonlyscan")]
        yield from _tried(session, "table", name, [*ways, [HEAP.bindparams(oid=oid)]] if deep else ways)
    for oid, name, of_table, kind, part, keys in indexes:
        if kind == "btree":
            where = f" WHERE {part}" if part else ""
            along = _reading(ORDERED.format(name=_quoted(of_table), where=where, keys=keys), "seqscan", "sort")
            yield from _tried(session, "index", name, [[TREE_CHECK.bindparams(oid=oid)]] if deep else [along])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _reading(statement: str, *not_by: str) -> list[TextClause]:
    """A statement that is not answered by certain ways of reading."""
    return [*(text(f"SET LOCAL enable_{one} = off") for one in not_by), text(statement)]


def _tried(session: Session, kind: str, name: str, ways: list[list[TextClause]]) -> Iterator[Damage]:
    for way in ways:
        try:
            for statement in way:
                session.execute(statement)
        except DBAPIError as problem:
            yield Damage(kind, name, first_line(problem))
        finally:
            session.rollback()
