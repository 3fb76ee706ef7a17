"""Holding rows that follow from no event against the chain that says what each of them was when it was written."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from sqlalchemy import select
from sqlalchemy.orm import Session

from caseapp.db import db
from caseapp.domain.audit.held import HELD, held_content, key_text, row_digest
from caseapp.domain.audit.models import HeldNow, HeldRow
from caseapp.domain.audit.verify import Link, Places, Verified
from caseapp.kernel.errors import N_, CaseappError

BATCH = 2000
Kept = dict[tuple[str, str], str]


def chained_rows(session: Session, places: Places, kept: Kept) -> Generator[Link]:
    """The chain of held rows; ``kept`` comes to say what it covers of each row that is to be there."""
    rows = session.scalars(select(HeldRow).order_by(HeldRow.seq).execution_options(yield_per=BATCH))
    with closing(rows):
        for row in rows:
            if row.covered is None:
                kept.pop((row.table, row.key), None)
            else:
                kept[row.table, row.key] = row.covered
            link = Link(row.seq, held_content(row.table, row.key, row.covered), row.digest)
            places.pass_by("held", link)
            yield link


def check_rows(session: Session, result: Verified, kept: Kept) -> None:
    """Each held row is there and says what it said; there is none besides. A database from before its first held row
    has no such chain yet."""
    if not kept:
        return
    salts, wrong = {}, []
    for name, key, salt, told in session.execute(select(HeldNow.table, HeldNow.key, HeldNow.salt, HeldNow.covered)):
        salts[name, key] = salt
        if kept.get((name, key)) != told:
            wrong.append((name, key))
    for name in HELD:
        table = db.metadata.tables[name]
        found = session.execute(select(table).execution_options(yield_per=BATCH))
        with closing(found):
            for row in found.mappings():
                key = key_text(name, (row[column.name] for column in table.primary_key))
                covered = row_digest(salts.get((name, key), ""), name, key, dict(row))
                if kept.pop((name, key), "") != covered:
                    wrong.append((name, key))
    for name, key in dict.fromkeys((*wrong, *kept)):
        text = N_("%(name)s %(key)s: the row is not what was written, or is gone, or nobody wrote it")
        result.broken.append(CaseappError(text, name=name, key=key))
