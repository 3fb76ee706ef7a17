"""Of ``caseapp check``: whether something can be put down, every page can be read, and nothing lies in the future."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy.exc import DBAPIError

from caseapp.actions.runs import keep_finding, try_writing
from caseapp.cli.clock import sentences
from caseapp.cli.edge import reading
from caseapp.db import db, unit_of_work
from caseapp.domain.verification.queries.damage import damaged
from caseapp.kernel.errors import Busy
from caseapp.kernel.outage import first_line, outage_of

Line = tuple[str, bool, str]


def soundness() -> Iterator[Line]:
    """A line each: writing, pages, clock."""
    for name, look in (("writing", _writing), ("pages", _pages), ("clock", _clock)):
        yield told(name, look)


def told(name: str, look: Callable[[], Line]) -> Line:
    """What a look tells; where the database is in the way, that in a sentence."""
    try:
        return look()
    except DBAPIError as problem:
        db.session.rollback()
        return name, False, str(outage_of(problem) or first_line(problem))


def _writing() -> Line:
    try:
        with unit_of_work(db.session) as session:
            try_writing(session)
    except Busy:
        return "writing", True, "others are writing just now"
    return "writing", True, "something can be put down"


def _pages() -> Line:
    """What is found is shown by /readyz and on the desk of administrators from then on."""
    found, ctx = damaged(db.session), reading()
    try:
        with unit_of_work(db.session):
            keep_finding(ctx, [one.told for one in found])
    except (DBAPIError, Busy):  # a line of its own says that nothing can be put down
        db.session.rollback()
    return "pages", not found, "; ".join(map(str, found)) or "all can be read"


def _clock() -> Line:
    lines = sentences()
    mended = "caseapp clock mend takes away what is no record"
    return "clock", not lines, f"{'; '.join(lines)}; {mended}" if lines else "nothing lies in the future"
