"""Many rows at once, past the objects of the session."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Delete,
    Dialect,
    Insert,
    Integer,
    Select,
    Table,
    TableValuedAlias,
    Text,
    Update,
    bindparam,
    cast,
    column,
    delete,
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
_Columns = tuple[Table, tuple[str, ...]]
_Some = Sequence[Mapping[str, object]]


class Rows:
    """Rows of several tables that are put down together, without making objects of them: PostgreSQL takes them in one
    statement. What others refer to comes first, in whatever order they are added."""

    def __init__(self) -> None:
        self._of: dict[_Kind, list[Mapping[str, object]]] = {}
        self._gone: dict[Table, list[Mapping[str, object]]] = {}
        self._changed: dict[Any, dict[str, object]] = {}

    def add(
        self, table: type[Any], rows: Sequence[Mapping[str, object]], *, once: bool = False, over: tuple[str, ...] = ()
    ) -> None:  # fmt: skip
        """Add rows of a table. They go by the names of columns, all by the same. ``once``: what a unique key says is
        there already is passed over; of a row with the same primary key the columns ``over`` are written over."""
        if rows:
            self._of.setdefault((table.__table__, once, over), []).extend(rows)

    def take_out(self, table: type[Any], keys: Sequence[Mapping[str, object]]) -> None:
        """Let rows be deleted with the others, by their primary keys. No row with the same key is added: it would be
        written over instead."""
        if keys:
            self._gone.setdefault(table.__table__, []).extend(keys)

    def change(self, one: Any, told: Mapping[str, object]) -> None:
        """Let an object of the session say what it is told, by the names of its columns, and let what of it is new be
        written with the rows: the session has nothing of it to write. One that is still to be put down only says it."""
        there = inspect(one).persistent
        other = {name: value for name, value in told.items() if not there or getattr(one, name) != value}
        for name, value in other.items():
            set_committed_value(one, name, value)
        if other and there:
            self._changed.setdefault(one, {}).update(other)

    def tables(self) -> list[Table]:
        """The tables of which there are rows, each after those that it refers to."""
        return sorted({table for table, _, _ in self._of}, key=_place)

    def put_down(self, session: Session) -> None:
        """Put down what came in. Nothing is left of it."""
        put = {kind: self._of[kind] for table in self.tables() for kind in self._of if kind[0] is table}
        gone, changed = self._gone, _by_columns(self._changed)
        self._of, self._gone, self._changed = {}, {}, {}
        if put and session.get_bind().dialect.name == "postgresql":
            _put_together(session, put, gone, changed)
        else:
            _put_one_by_one(session, put, gone, changed)


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
        return list(
            session.scalars(put, {_bound(table.__table__, once=True): _as_json(session, table.__table__, rows)})
        )
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


def _by_columns(changed: Mapping[Any, Mapping[str, object]]) -> dict[_Columns, list[Mapping[str, object]]]:
    """What was changed of objects, as rows with their keys, those of the same columns together."""
    found: dict[_Columns, list[Mapping[str, object]]] = {}
    for one, told in changed.items():
        table = inspect(one).mapper.local_table
        row = {**{name: getattr(one, name) for name in _keys(table)}, **told}
        found.setdefault((table, tuple(row)), []).append(row)
    return found


def _named(table: Table, row: Mapping[str, object]) -> dict[str, object]:
    """A row by names of which those of the key are none of columns, so that a statement can ask for one and set the
    others."""
    return {f"the_{name}" if name in _keys(table) else name: value for name, value in row.items()}


def _put_together(
    session: Session, put: Mapping[_Kind, _Some], gone: Mapping[Table, _Some], changed: Mapping[_Columns, _Some]
) -> None:  # fmt: skip
    told = {
        _bound(table, once=once, over=over): _as_json(session, table, rows) for (table, once, over), rows in put.items()
    }
    told |= {f"gone_{table.name}": _as_json(session, table, keys) for table, keys in gone.items()}
    for nth, ((table, _names), rows) in enumerate(changed.items()):
        told[f"changed_{nth}"] = _as_json(session, table, rows)
    kinds = tuple((*kind, tuple(rows[0])) for kind, rows in put.items())
    session.execute(_together(kinds, tuple(gone), tuple(changed)), told)  # what waits in the session is written first


def _put_one_by_one(
    session: Session, put: Mapping[_Kind, _Some], gone: Mapping[Table, _Some], changed: Mapping[_Columns, _Some]
) -> None:  # fmt: skip
    """A statement a table."""
    for table, keys in gone.items():
        session.execute(_taking_out(table), [_named(table, key) for key in keys])
    for (table, _names), told in changed.items():
        session.execute(_writing_over(table), [_named(table, row) for row in told])
    for (table, once, over), rows in put.items():
        session.execute(_passing(sqlite.insert(table), once=once, over=over), rows)


@cache
def _together(
    kinds: tuple[tuple[Table, bool, tuple[str, ...], tuple[str, ...]], ...], gone: tuple[Table, ...],
    changed: tuple[_Columns, ...],
) -> Insert:  # fmt: skip
    """One statement for rows of several tables, for those that are taken out, and for what was changed of others."""
    *others, last = (_of_json(table, once=once, over=over, names=names) for table, once, over, names in kinds)
    beside = [one.cte(f"put_{nth}") for nth, one in enumerate(others)]
    out = [_taking_out_together(table).cte(f"take_{table.name}") for table in gone]
    other = [_writing_over_together(f"changed_{nth}", *one).cte(f"change_{nth}") for nth, one in enumerate(changed)]
    return last.add_cte(*beside, *out, *other)


def _writing_over_together(name: str, table: Table, names: tuple[str, ...]) -> Update:
    """A statement that writes over columns of rows that are there, by their keys, however many."""
    found, keys = _told(name, table, names), _keys(table)
    change = update(table).values({name: found.columns[name] for name in names if name not in keys})
    return change.where(*(table.columns[name] == found.columns[name] for name in keys))


def _taking_out_together(table: Table) -> Delete:
    """A statement that deletes rows of some keys, however many."""
    found = _told(f"gone_{table.name}", table, _keys(table))
    return delete(table).where(*(table.columns[name] == found.columns[name] for name in _keys(table)))


@cache
def _writing_over(table: Table) -> Update:
    """The same for one row after another."""
    return update(table).where(*_here(table))


@cache
def _taking_out(table: Table) -> Delete:
    """The same for one key after another."""
    return delete(table).where(*_here(table))


def _here(table: Table) -> list[ColumnElement[bool]]:
    return [table.columns[name] == bindparam(f"the_{name}") for name in _keys(table)]


def _bound(table: Table, *, once: bool = False, over: tuple[str, ...] = ()) -> str:
    """What rows of a table are called in a statement."""
    return f"{table.name}_{'once' if once else 'over' if over else 'new'}"


@cache
def _keys(table: Table) -> tuple[str, ...]:
    return tuple(one.name for one in table.primary_key)


def _told(name: str, table: Table, names: tuple[str, ...]) -> TableValuedAlias:
    """Rows of a table that are handed over by a name, however many."""
    told = cast(bindparam(name, type_=Text), JSON)
    rows = func.json_populate_recordset(literal_column(f"NULL::{table.name}"), told)
    return rows.table_valued(*(column(one, table.columns[one].type) for one in names))


@cache
def _of_json(table: Table, *, once: bool, over: tuple[str, ...], names: tuple[str, ...]) -> Insert:
    """A statement for however many rows: PostgreSQL takes a statement a row otherwise."""
    found = _told(_bound(table, once=once, over=over), table, names)
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
