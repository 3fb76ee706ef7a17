"""Personal data that are in the database already are encrypted with the newest key: once, when an installation is
brought up to date, and again for each new key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Row,
    Select,
    String,
    Table,
    bindparam,
    cast,
    delete,
    or_,
    select,
    text,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from caseapp.actions.contact_digests import key_contacts
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.db import Base
from caseapp.db.sealed import MARK, SealedJSON, SealedText, seal_of, use_seal
from caseapp.domain.org.models import Mark
from caseapp.kernel.field_keys import FieldKey, keys_in, new_key, write_keys
from caseapp.kernel.outage import Outage
from caseapp.kernel.personal import PERSONAL

SEALED_WITH = "sealed_with"
"""The mark of the key that all of it is encrypted with."""
TO_SEAL = "to_seal"
"""The mark of a migration: the names of the tables of which columns are encrypted that were not before."""
AT_ONCE = 1000


def seal_what_is_there(ctx: Ctx) -> int:
    """Encrypt with the newest key what is not, on record. Returns how many rows were. When all is, or there are no
    keys, or not the one that it is encrypted with, nothing is done."""
    session = ctx.session
    seal = seal_of(session.get_bind().dialect)
    if seal is None or missing_key(session):
        return 0
    changed = sum(_seal(session, *one, seal.newest.name) for one in _to_seal(session, seal.newest.name))
    session.merge(Mark(name=SEALED_WITH, value=seal.newest.name))
    session.execute(delete(Mark).where(Mark.name == TO_SEAL))
    if changed:
        note(ctx, "data_sealed", "", key=seal.newest.name, cipher=seal.newest.cipher, rows=changed)
    return changed


def seal_with_a_new_key(ctx: Ctx, file: Path, cipher: str) -> tuple[FieldKey, int]:
    """Make a key, add it to the file of keys and encrypt everything with it. Returns the key and how many rows were.
    Two at once wait for each other; the key lies on the disk before the first row, so that whoever is killed in between
    leaves only a key with which the next start encrypts everything. Raises Outage when what is there cannot be read."""
    ctx.session.scalar(select(Mark).where(Mark.name == SEALED_WITH).with_for_update())
    there = keys_in(file)
    engine = ctx.session.get_bind().engine
    use_seal(engine, there, file)
    if missing := missing_key(ctx.session):
        raise Outage("keys", missing)
    made = new_key(cipher, there)
    write_keys(file, (*there, made))
    use_seal(engine, (*there, made), file)
    rows = seal_what_is_there(ctx)
    key_contacts(ctx)
    return made, rows


def missing_key(session: Session) -> str:
    """The name of the key that everything was encrypted with, when it is not here; else ""."""
    seal, mark = seal_of(session.get_bind().dialect), session.get(Mark, SEALED_WITH, populate_existing=True)
    return mark.value if mark is not None and (seal is None or mark.value not in seal.keys) else ""


def forget_what_was(session: Session) -> None:
    """Let nothing of what was in the clear be left in the files of the database."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # what is erased is overwritten there
        return
    with session.get_bind().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in sorted({"case_contact", *(table.name for table, _column in _sealed_columns())}):
            connection.execute(text(f"VACUUM FULL {name}"))


def _sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, SealedText | SealedJSON):
                yield table, column


def _to_seal(session: Session, newest: str) -> list[tuple[Table, Column[Any]]]:
    """What may hold something that the newest key has not encrypted: everything, when another one was in use before;
    else the tables that a migration named."""
    mark, named = session.get(Mark, SEALED_WITH), session.get(Mark, TO_SEAL)
    if mark is None or mark.value != newest:
        return list(_sealed_columns())
    tables = named.value.split() if named else []
    return [(table, column) for table, column in _sealed_columns() if table.name in tables]


def _seal(session: Session, table: Table, column: Column[Any], newest: str) -> int:
    keys = tuple(table.primary_key.columns)
    change = update(table).where(*(key == bindparam(f"the_{key.name}") for key in keys))
    change = change.values({column: bindparam("told", type_=column.type)})
    changed = 0
    with _unlocked(session, table):
        for rows in _open_rows(session, select(*keys, column).where(_is_open(column, newest)), keys):
            session.connection().execute(change, [_named(keys, row) for row in rows])
            changed += len(rows)
    return changed


def _is_open(column: Column[Any], newest: str) -> ColumnElement[bool]:
    """What holds personal data that the newest key has not encrypted; of what is told as JSON, all that holds some:
    what somebody typed there may look like anything."""
    if isinstance(column.type, SealedJSON):
        return or_(*(cast(column, String).contains(f'"{one}"') for one in PERSONAL))
    raw = type_coerce(column, String)
    return (raw != "") & ~raw.startswith(f"{MARK}{newest}.", autoescape=True)


def _open_rows(session: Session, query: Select[Any], keys: Sequence[Column[Any]]) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a query by their keys, some at a time."""
    row_key = tuple_(*keys)
    rows = session.execute(query.order_by(*keys).limit(AT_ONCE)).all()
    while rows:
        yield rows
        rows = session.execute(query.where(row_key > tuple(rows[-1][:-1])).order_by(*keys).limit(AT_ONCE)).all()


def _named(keys: Sequence[Column[Any]], row: Sequence[Any]) -> dict[str, Any]:
    return {f"the_{key.name}": value for key, value in zip(keys, row, strict=False)} | {"told": row[-1]}


@contextmanager
def _unlocked(session: Session, table: Table) -> Iterator[None]:
    """Without the triggers that refuse changes: what is told stays the same, and its digests with it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
        yield
        session.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))
        return
    asked = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
    triggers = session.execute(asked, {"name": table.name}).all()
    for name, _made in triggers:
        session.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for _name, made in triggers:
        session.connection().exec_driver_sql(made)
