"""What PostgreSQL goes through to answer: the rows and the pages in the plans of all that is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, event


class Read(NamedTuple):
    """Rows that scans gave and passed over; pages of 8 kB that were looked at."""

    rows: int
    buffers: int


def read_by(connection: Connection, work: Callable[[], object], *, without: Sequence[str] = ()) -> Read:
    """What the SELECTs of some work at the connection's database read, asked anew on the connection.

    ``without``: ways of reading that the planner may not take, such as ``seqscan``, because what fits into a few pages
    is read whole, however large it will be.
    """
    said: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if (
            statement.startswith(("SELECT", "WITH")) and "INSERT INTO" not in statement
        ):  # asked again, a write adds again
            said.append((statement, parameters))

    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)
    cursor = connection.connection.cursor()
    for way in without:
        cursor.execute(f"SET LOCAL enable_{way} = off")
    plans = []
    for statement, parameters in said:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
        plans.append(cursor.fetchone()[0][0]["Plan"])
    return Read(sum(map(_gone_through, plans)), sum(map(_buffers, plans)))


def _buffers(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def _gone_through(plan: dict[str, Any]) -> int:
    each = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    own = each * plan["Actual Loops"] if plan["Node Type"].endswith("Scan") else 0
    return int(own) + sum(_gone_through(one) for one in plan.get("Plans", ()))
