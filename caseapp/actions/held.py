"""Rows that follow from no event, held fast (``domain/audit/held.py``): what was written of them in a transaction is
chained as the last thing before it is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from caseapp.db import db
from caseapp.domain.audit.chain import digest
from caseapp.domain.audit.held import HELD, held_content, key_text, row_digest
from caseapp.domain.audit.models import ChainHead, HeldNow, HeldRow

TOUCHED = "touched"
"""Where a session keeps the keys of the held rows that its transaction wrote, by table."""
WHOLE = "whole"
"""Where it keeps the held tables of which it wrote rows without saying which."""
CHAIN = "held"
AT_ONCE = 400
Touched = dict[str, dict[tuple[Any, ...], None]]


def touch(session: Session, model: Any, *keys: object) -> None:
    """Say that rows were written past the objects of the session: their primary keys."""
    touched = session.info.setdefault(TOUCHED, {}).setdefault(model.__tablename__, {})
    touched.update({key if isinstance(key, tuple) else (key,): None for key in keys})


@sa_event.listens_for(Session, "after_flush")
def see_what_is_written(session: Session, _context: UOWTransaction) -> None:
    """Which held rows a flush writes."""
    for one in (*session.new, *session.dirty, *session.deleted):
        mapper = sa.inspect(one).mapper
        if mapper.local_table.name in HELD:
            touch(session, mapper.class_, tuple(mapper.primary_key_from_instance(one)))


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


def hold_rows(session: Session) -> None:
    """Chain the rows that a transaction wrote, as they are now."""
    session.flush()
    touched: Touched = session.info.pop(TOUCHED, {})
    whole: set[str] = session.info.pop(WHOLE, set())
    if not (touched or whole):
        return
    last = session.get_one(ChainHead, CHAIN, with_for_update=True, populate_existing=True)
    if last.seq == 0:
        _hold_all(session, last)
        return
    for table in sorted(touched):
        _hold(session, last, table, touched[table])
    for table in sorted(whole):
        _hold_table(session, last, table)


def hold_what_is_there(session: Session) -> None:
    """Begin the chain with all rows there are, in a database from before; later it changes nothing."""
    last = session.get_one(ChainHead, CHAIN, with_for_update=True, populate_existing=True)
    if last.seq == 0:
        _hold_all(session, last)


def _hold_all(session: Session, last: ChainHead) -> None:
    for table in HELD:
        _hold_table(session, last, table)


def _hold_table(session: Session, last: ChainHead, table: str) -> None:
    """Chain all rows of a table that say something else than the chain; and those that are gone."""
    found = db.metadata.tables[table]
    _hold(session, last, table, (tuple(row) for row in session.execute(sa.select(*found.primary_key))))
    there = {key_text(row) for row in session.execute(sa.select(*found.primary_key))}
    kept = session.scalars(sa.select(HeldNow.key).where(HeldNow.table == table))
    _chain(session, last, table, {key: None for key in kept if key not in there})


def _hold(session: Session, last: ChainHead, table: str, keys: Iterable[tuple[Any, ...]]) -> None:
    """Chain what some rows of a table say now."""
    some = list(keys)
    for begin in range(0, len(some), AT_ONCE):
        part = some[begin : begin + AT_ONCE]
        there = dict(_rows(session, table, part))
        _chain(session, last, table, {key: there.get(key) for key in map(key_text, part)})


def _chain(session: Session, last: ChainHead, table: str, rows: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Add to the chain what rows say now, None of one that is gone, of those that say something else than it says."""
    query = sa.select(HeldNow).where(HeldNow.table == table, HeldNow.key.in_(list(rows)))
    kept = {row.key: row for row in session.scalars(query)}
    links, new = [], []
    for key, row in rows.items():
        before, salt = kept.get(key), secrets.token_hex(16)
        if _is_known(before, table, key, row):
            continue
        covered = None if row is None else row_digest(salt, table, key, row)
        link = digest(last.digest, held_content(table, key, covered))
        told = {"table": table, "key": key, "covered": covered}
        links.append({"seq": last.seq + 1, **told, "previous": last.digest, "digest": link})
        last.seq, last.digest = last.seq + 1, link
        if before is None:
            new.append({**told, "salt": salt})
        elif covered is None:
            session.delete(before)
        else:
            before.salt, before.covered = salt, covered
    _put(session, links, new)


def _put(session: Session, links: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    for model, some in ((HeldRow, links), (HeldNow, new)):
        if some:
            session.execute(sa.insert(model), some)
    session.flush()


def _is_known(kept: HeldNow | None, table: str, key: str, row: Mapping[str, Any] | None) -> bool:
    """Whether the chain says already what a row says, or that there is none."""
    if kept is None or row is None:
        return kept is None and row is None
    return kept.covered == row_digest(kept.salt, table, key, row)


def _rows(session: Session, table: str, keys: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of a table with some keys, as the database has them."""
    found = db.metadata.tables[table]
    for row in session.execute(sa.select(found).where(sa.tuple_(*found.primary_key).in_(list(keys)))).mappings():
        yield key_text(row[column.name] for column in found.primary_key), dict(row)
