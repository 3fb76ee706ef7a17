"""Rows that follow from no event, held fast (``domain/audit/held.py``): what was written of them in a transaction is
chained as the last thing before it is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Select
from sqlalchemy import event as sa_event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from caseapp.actions.heads import ChainEnd, lock_head, put_ends
from caseapp.db import db
from caseapp.db.rows import Rows
from caseapp.domain.audit.chain import digest
from caseapp.domain.audit.held import BEGUN, HELD, held_content, key_text, row_digest
from caseapp.domain.audit.models import HeldNow, HeldRow

TOUCHED = "touched"
"""Where a session keeps the keys of the held rows that its transaction wrote, by table, with what they say where that
is known."""
WHOLE = "whole"
"""Where it keeps the held tables of which it wrote rows without saying which."""
CHAIN = "held"
AT_ONCE = 400
Touched = dict[str, dict[tuple[Any, ...], Mapping[str, Any] | None]]
Link = dict[str, Any]
Name = tuple[str, str]
"""A held row: its table, and its key as a text."""
Found = dict[Name, Mapping[str, Any] | None]
KEPT = sa.select(HeldNow.table, HeldNow.key, HeldNow.salt, HeldNow.covered).where(
    sa.tuple_(HeldNow.table, HeldNow.key).in_(sa.bindparam("names", expanding=True))
)


def touch(session: Session, model: Any, *keys: object) -> None:
    """Say that rows were written past the objects of the session: their primary keys."""
    touched = session.info.setdefault(TOUCHED, {}).setdefault(model.__tablename__, {})
    touched.update({key if isinstance(key, tuple) else (key,): None for key in keys})


def touch_known(session: Session, model: Any, row: Mapping[str, Any]) -> None:
    """Say that a row was written that nobody else writes until the transaction ends, and all that it says, which is
    something else than before: it need not be read again, nor held against what the chain says of it."""
    key = tuple(row[column.name] for column in model.__table__.primary_key)
    session.info.setdefault(TOUCHED, {}).setdefault(model.__tablename__, {})[key] = row


@sa_event.listens_for(Session, "after_soft_rollback")
def doubt_rows(session: Session, taken_back: SessionTransaction) -> None:
    """A part of a transaction was taken back: what its rows say is to be read."""
    if taken_back.nested:
        touched: Touched = session.info.get(TOUCHED, {})
        session.info[TOUCHED] = {table: dict.fromkeys(keys) for table, keys in touched.items()}


@sa_event.listens_for(Session, "after_flush")
def see_what_is_written(session: Session, _context: UOWTransaction) -> None:
    """Which held rows a flush writes."""
    for one in (*session.new, *filter(_says_other, session.dirty), *session.deleted):
        mapper = sa.inspect(one).mapper
        if mapper.local_table.name in HELD:
            touch(session, mapper.class_, tuple(mapper.primary_key_from_instance(one)))


def _says_other(one: Any) -> bool:
    """Whether more of a row changes than marks that are left out: no writer waits for the chain because of these."""
    state = sa.inspect(one)
    left_out = HELD.get(state.mapper.local_table.name, frozenset())
    return any(each.key not in left_out and each.history.has_changes() for each in state.attrs)


@sa_event.listens_for(Session, "do_orm_execute")
def see_what_is_written_at_once(state: ORMExecuteState) -> None:
    """Held rows are changed and deleted one by one, so that it is known which; where a statement does it to many, the
    whole table is looked through, which takes long."""
    mapper = state.bind_mapper
    if (state.is_update or state.is_delete) and mapper is not None and str(mapper.local_table) in HELD:
        state.session.info.setdefault(WHOLE, set()).add(str(mapper.local_table))


@sa_event.listens_for(Session, "after_transaction_end")
def forget_touched(session: Session, ended: SessionTransaction) -> None:
    """What was not kept is not chained."""
    if ended.parent is None:
        session.info.pop(TOUCHED, None)
        session.info.pop(WHOLE, None)


class HeldAs(NamedTuple):
    """What the chain says of a row, with the salt that it says it with."""

    salt: str
    covered: str


class Written(NamedTuple):
    """What a transaction wrote of held rows: the links that say so, still without their places in the chain, and the
    tables of which it is not known what was written."""

    links: list[Link]
    whole: set[str]


def written_rows(session: Session, rows: Rows) -> Written | None:
    """What a transaction wrote of held rows, if anything. What is read here cannot change until it ends: nobody else
    writes these rows meanwhile. What they say now goes to the ``rows`` to be put down."""
    session.flush()
    touched: Touched = session.info.pop(TOUCHED, {})
    whole: set[str] = session.info.pop(WHOLE, set())
    if not (touched or whole):
        return None
    return Written(_news(session, touched, rows, locked=True), whole)


def hold_rows(session: Session, last: ChainEnd, written: Written, rows: Rows) -> None:
    """Chain the rows that a transaction wrote, as they are now, to the end of the chain, which is locked."""
    if last.seq == 0 or written.whole:
        rows.put_down(session)  # whole tables are held against it
    if last.seq == 0:
        _begin(session, last, HELD)
    _put(last, written.links, rows)
    for table in sorted(written.whole):
        _hold_table(session, last, table)


def hold_what_is_there(session: Session) -> None:
    """Begin to hold the rows of the tables that come in with this version, with all that are there; later it changes
    nothing. That a table is held stands in the chain: whoever puts rows into one that was empty finds no beginning."""
    last = lock_head(session, CHAIN)
    begun = set(session.scalars(sa.select(HeldRow.table).distinct()))
    _begin(session, last, [table for table in HELD if table not in begun])
    rows = Rows()
    put_ends(session, [last], rows)
    rows.put_down(session)


def _begin(session: Session, last: ChainEnd, tables: Iterable[str]) -> None:
    for table in tables:
        rows = Rows()
        _put(last, [held_content(table, BEGUN, None)], rows)
        rows.put_down(session)
        _hold_table(session, last, table)


def _hold_table(session: Session, last: ChainEnd, table: str) -> None:
    """Chain all rows of a table that say something else than the chain; and those that are gone."""
    found = db.metadata.tables[table]
    keys = [tuple(row) for row in session.execute(sa.select(*found.primary_key))]
    rows = Rows()
    _put(last, _news(session, {table: dict.fromkeys(keys)}, rows), rows)
    there = {key_text(table, key) for key in keys}
    kept = session.scalars(sa.select(HeldNow.key).where(HeldNow.table == table))
    _put(last, _differing(session, {(table, key): None for key in kept if key not in there}, rows), rows)
    rows.put_down(session)


def _news(
    session: Session, written: Touched, rows: Rows, *, locked: bool = False
) -> list[Link]:  # fmt: skip
    """What some rows say now, by table and key, where the chain says something else. ``locked``: they stay so until the
    transaction ends."""
    found: Found = {}
    known: list[Link] = []
    for table in sorted(written):
        keys = [key for key, row in written[table].items() if row is None]
        found |= {(table, key_text(table, key)): None for key in keys}
        for begin in range(0, len(keys), AT_ONCE):
            found.update(_rows(session, table, keys[begin : begin + AT_ONCE], locked=locked))
        told = [(table, key_text(table, key), row) for key, row in written[table].items() if row is not None]
        known += [_held(*one, rows) for one in told]
    return [*known, *_differing(session, found, rows)]


def _differing(session: Session, found: Found, rows: Rows) -> list[Link]:
    """What rows say now, None of one that is gone, of those that say something else than the chain. It is kept as what
    they say now."""
    names = list(found)
    kept: dict[Name, HeldAs] = {}
    for begin in range(0, len(names), AT_ONCE):
        for table, key, *told in session.execute(KEPT, {"names": names[begin : begin + AT_ONCE]}):
            kept[table, key] = HeldAs(*told)
    links = []
    for (table, key), row in found.items():
        if _is_known(kept.get((table, key)), table, key, row):
            continue
        if row is None:
            links.append(held_content(table, key, None))
            session.execute(sa.delete(HeldNow).where(HeldNow.table == table, HeldNow.key == key))
        else:
            links.append(_held(table, key, row, rows))
    return links


def _held(table: str, key: str, row: Mapping[str, Any], rows: Rows) -> Link:
    """What a row says now. It is kept as that."""
    salt = secrets.token_hex(16)
    covered = row_digest(salt, table, key, row)
    rows.add(HeldNow, [{"table": table, "key": key, "covered": covered, "salt": salt}], over=("salt", "covered"))
    return held_content(table, key, covered)


def _put(last: ChainEnd, links: Iterable[Link], rows: Rows) -> None:
    """Add links to the chain. Moves its end."""
    for told in links:
        link = digest(last.digest, told)
        rows.add(HeldRow, [{"seq": last.move(link), **told, "digest": link}])


def _is_known(kept: HeldAs | None, table: str, key: str, row: Mapping[str, Any] | None) -> bool:
    """Whether the chain says already what a row says, or that there is none."""
    if kept is None or row is None:
        return kept is None and row is None
    return kept.covered == row_digest(kept.salt, table, key, row)


def _rows(
    session: Session, table: str, keys: Sequence[tuple[Any, ...]], *, locked: bool
) -> Iterator[tuple[Name, Mapping[str, Any]]]:  # fmt: skip
    """The rows of a table with some keys, as the database has them."""
    primary = db.metadata.tables[table].primary_key
    for row in session.execute(_of_keys(table, locked=locked), {"keys": keys}).mappings():
        yield (table, key_text(table, (row[column.name] for column in primary))), dict(row)


@cache
def _of_keys(table: str, *, locked: bool) -> Select[*tuple[Any, ...]]:
    found = db.metadata.tables[table]
    here = sa.select(found).where(sa.tuple_(*found.primary_key).in_(sa.bindparam("keys", expanding=True)))
    return here.with_for_update(key_share=True) if locked else here
