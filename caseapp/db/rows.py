"""Many rows at once, past the objects of the session."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Dialect,
    Insert,
    Integer,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    inspect,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from caseapp.db import Hex, insert_new
from caseapp.db.sealed import SealedJSON, SealedText

_Kind = tuple[Table, bool, tuple[str, ...]]
"""A table, whether what is there already is passed over, and the columns that are written over."""


class Rows:
    """Rows of several tables that are put down together, without making objects of them: PostgreSQL takes them in one
    statement. What others refer to comes first, in whatever order they are added."""

    def __init__(self) -> None:
        self._of: dict[_Kind, list[Mapping[str, object]]] = {}
        self._changed: list[Any] = []

    def add(
        self, table: type[Any], rows: Sequence[Mapping[str, object]], *, once: bool = False, over: tuple[str, ...] = ()
    ) -> None:  # fmt: skip
        """Add rows of a table. They go by the names of columns, all by the same. ``once``: what a unique key says is
        there already is passed over; of a row with the same primary key the columns ``over`` are written over."""
        if rows:
            self._of.setdefault((table.__table__, once, over), []).extend(rows)

    def change(self, one: Any) -> None:
        """Let what was changed of an object of the session be written with the rows. Where the session writes by itself
        before it asks (``no_autoflush``), it is written then."""
        self._changed.append(one)

    def tables(self) -> list[Table]:
        """The tables of which there are rows, each after those that it refers to."""
        return sorted({table for table, _, _ in self._of}, key=_place)

    def put_down(self, session: Session) -> None:
        """Put down what came in. Nothing is left of it."""
        put = {kind: self._of[kind] for table in self.tables() for kind in self._of if kind[0] is table}
        self._of = {}
        changed, self._changed = self._changed, []
        if put and session.get_bind().dialect.name == "postgresql":
            _put_together(session, put, [change for one in changed if (change := _change(one))])
            return
        for (table, once, over), rows in put.items():  # the session writes what was changed
            session.execute(_passing(sqlite.insert(table), once=once, over=over), rows)


def insert_rows(session: Session, table: type[Any], rows: Sequence[Mapping[str, object]]) -> None:
    """Put down rows of one table in their order, however many, without making objects of them."""
    only = Rows()
    only.add(table, rows)
    only.put_down(session)


def insert_new_rows(session: Session, table: type[Any], rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Put down rows, but for those of which a unique key says that they are there already. Returns the ids of the
    new."""
    if not rows:
        return []
    key = table.__table__.columns.id
    if session.get_bind().dialect.name == "postgresql":
        put = _of_json(table.__table__, once=True, over=(), names=tuple(rows[0])).returning(key)
        return list(session.scalars(put, {table.__table__.name: _as_json(session, table.__table__, rows)}))
    return list(session.scalars(insert_new(session, table.__table__).returning(key), rows))


def draw_ids(session: Session, *wanted: tuple[type[Any], int]) -> list[list[int]]:
    """Ids of rows to come, of each table so many: rows can name each other before they are put down. Of SQLite's tables
    nobody else takes one meanwhile: who writes is alone."""
    if session.get_bind().dialect.name == "postgresql":
        query = _drawn(tuple(table.__table__.name for table, _ in wanted))
        return list(
            session.connection().execute(query, {f"of_{place}": count for place, (_, count) in enumerate(wanted)}).one()
        )
    known = session.connection()
    last = [known.scalar(select(func.max(table.__table__.columns.id))) or 0 for table, _ in wanted]
    return [list(range(one + 1, one + 1 + count)) for one, (_, count) in zip(last, wanted, strict=True)]


@cache
def _place(table: Table) -> int:
    return table.metadata.sorted_tables.index(table)


@cache
def _drawn(tables: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """One statement that draws from the sequences of some tables."""
    each = [
        select(func.nextval(func.pg_get_serial_sequence(table, "id")))
        .select_from(func.generate_series(1, bindparam(f"of_{place}", type_=Integer)))
        .scalar_subquery()
        for place, table in enumerate(tables)
    ]
    return select(*(func.array(one, type_=postgresql.ARRAY(Integer)) for one in each))


class _Change(NamedTuple):
    """What was changed of an object of the session, as a row with its key."""

    one: Any
    table: Table
    row: dict[str, object]

    def keep(self) -> None:
        """It is as it was written."""
        for name in self.row:
            set_committed_value(self.one, name, self.row[name])


def _change(one: Any) -> _Change | None:
    """What was changed of an object, if anything. Its attributes are called as their columns are."""
    state = inspect(one)
    table = state.mapper.local_table
    before = {name: value for name, value in state.committed_state.items() if name in table.columns}
    changed = [name for name, value in before.items() if getattr(one, name) != value]
    keys = [column.name for column in table.primary_key]
    return _Change(one, table, {name: getattr(one, name) for name in [*keys, *sorted(changed)]}) if changed else None


def _put_together(
    session: Session, put: Mapping[_Kind, Sequence[Mapping[str, object]]], changes: Sequence[_Change]
) -> None:  # fmt: skip
    told = {kind[0].name: _as_json(session, kind[0], rows) for kind, rows in put.items()}
    told |= {f"changed_{one.table.name}": _as_json(session, one.table, [one.row]) for one in changes}
    kinds = tuple((*kind, tuple(rows[0])) for kind, rows in put.items())
    statement = _together(kinds, tuple((one.table, tuple(one.row)) for one in changes))
    session.execute(statement, told)
    for one in changes:
        one.keep()


@cache
def _together(
    kinds: tuple[tuple[Table, bool, tuple[str, ...], tuple[str, ...]], ...],
    changes: tuple[tuple[Table, tuple[str, ...]], ...] = (),
) -> Insert:
    """One statement for rows of several tables, and for what was changed of others."""
    *others, last = (_of_json(table, once=once, over=over, names=names) for table, once, over, names in kinds)
    beside = [one.cte(f"put_{one.table.name}") for one in others]
    return last.add_cte(*beside, *(_changing(*one).cte(f"change_{one[0].name}") for one in changes))


def _changing(table: Table, names: tuple[str, ...]) -> Update:
    """A statement that writes over columns of rows that are there, by their keys."""
    told = cast(bindparam(f"changed_{table.name}", type_=Text), JSON)
    rows = func.json_populate_recordset(literal_column(f"NULL::{table.name}"), told)
    found = rows.table_valued(*(column(name, table.columns[name].type) for name in names))
    keys = [one.name for one in table.primary_key]
    change = update(table).values({name: found.columns[name] for name in names if name not in keys})
    return change.where(*(table.columns[name] == found.columns[name] for name in keys))


@cache
def _of_json(table: Table, *, once: bool, over: tuple[str, ...], names: tuple[str, ...]) -> Insert:
    """A statement for however many rows: PostgreSQL takes a statement a row otherwise."""
    told = cast(bindparam(table.name, type_=Text), JSON)
    rows = func.json_populate_recordset(literal_column(f"NULL::{table.name}"), told)
    found = rows.table_valued(*(column(name, table.columns[name].type) for name in names))
    put: Insert = _passing(postgresql.insert(table).from_select(names, select(*found.columns)), once=once, over=over)
    return put


def _passing(put: Any, *, once: bool, over: tuple[str, ...]) -> Any:
    if over:
        changed = {name: put.excluded[name] for name in over}
        return put.on_conflict_do_update(index_elements=put.table.primary_key.columns, set_=changed)
    return put.on_conflict_do_nothing() if once else put


def _as_json(session: Session, table: Table, rows: Sequence[Mapping[str, object]]) -> str:
    if sealed := _sealed(table):
        dialect = session.get_bind().dialect
        rows = [
            {**row, **{name: closed(row[name], dialect) for name, closed in sealed if row.get(name)}} for row in rows
        ]
    if hexes := _hexes(table):
        rows = [{**row, **{name: f"\\x{row[name]}" for name in hexes if row.get(name)}} for row in rows]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=_as_word)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # as ``short_json`` does


@cache
def _hexes(table: Table) -> frozenset[str]:
    """The columns that hold figures of sixteen as bytes."""
    return frozenset(one.name for one in table.columns if isinstance(one.type, Hex))


@cache
def _sealed(table: Table) -> tuple[tuple[str, Callable[[Any, Dialect], Any]], ...]:
    """The columns that are encrypted, with what does it."""
    return tuple(
        (one.name, one.type.process_bind_param)
        for one in table.columns
        if isinstance(one.type, SealedText | SealedJSON)
    )


def _as_word(value: date | frozenset[int]) -> str | list[int]:
    """A day, or an instant, which must say its offset; numbers as an array."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"an instant needs an offset: {value!r}")
    return value.isoformat()
