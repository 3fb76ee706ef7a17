"""The floor: what the same pages cost at the very least. Bare Flask and hand-written SQL on one table of cases and one
of follow-ups; no rights, no templates, no history, no words in two languages. Lists say how many there are in all, a
deep page goes there by OFFSET, my work counts what is late and due today, the month groups all cases."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from flask import Flask, request
from sqlalchemy import Engine, text

PAGE = 25
FILL = """
CREATE TABLE floor_case AS SELECT c.id, c.number, c.title, c.description, u.code AS unit, c.category, c.standing,
  c.registered_at, c.registered_on, s.holder AS person,
  (SELECT min(d.due_on) FROM deadline d WHERE d.case_id = c.id AND d.to_on IS NULL) AS due_on
FROM case_file c JOIN unit u ON u.id = c.unit_id LEFT JOIN case_seat s ON s.case_id = c.id AND s.seat = 'lead'
WHERE NOT c.sealed;
CREATE UNIQUE INDEX floor_id ON floor_case (id);
CREATE UNIQUE INDEX floor_number ON floor_case (number);
CREATE INDEX floor_order ON floor_case (registered_at, id);
CREATE INDEX floor_open ON floor_case (standing, category, registered_at, id);
CREATE INDEX floor_due ON floor_case (standing, due_on, id);
CREATE INDEX floor_person ON floor_case (person, due_on);
CREATE INDEX floor_month ON floor_case (registered_on);
CREATE TABLE floor_event AS SELECT row_number() OVER () AS id, case_id, kind, at, by FROM case_event;
CREATE INDEX floor_event_case ON floor_event (case_id, at)
"""
COLUMNS = "id, number, title, unit, category, standing, registered_at, person, due_on"
LATEST = "ORDER BY registered_at DESC, id DESC LIMIT 25"


def fill(engine: Engine) -> None:
    """Make the two tables from the cases that are there."""
    with engine.begin() as connection:
        for table in ("floor_case", "floor_event"):
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
        for statement in FILL.split(";"):
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))


def floor_app(engine: Engine) -> Flask:
    """The bare application."""
    app = Flask("floor")

    def rows(statement: str, **given: Any) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.execute(text(statement), given))

    def write(statement: str, **given: Any) -> str:
        with engine.begin() as connection:
            connection.execute(text(statement), given)
        return "kept"

    for address, answer in {**_reading(rows), **_writing(write)}.items():
        app.add_url_rule(address, address, answer, methods=["GET", "POST"])
    return app


def _shown(found: list[Any]) -> str:
    cells = ("".join(f"<td>{escape(str(value))}</td>" for value in row) for row in found)
    return "<table>" + "".join(f"<tr>{one}</tr>" for one in cells) + "</table>"


def _some(where: str, order: str) -> str:
    return f"SELECT {COLUMNS} FROM floor_case WHERE {where} {order}"


def _count(where: str) -> str:
    return f"SELECT count(*) FROM floor_case WHERE {where}"


def _reading(rows: Callable[..., list[Any]]) -> dict[str, Callable[[], str]]:
    def ask(*statements: str, names: tuple[str, ...] = ()) -> Callable[[], str]:
        return lambda: "".join(_shown(rows(one, **{name: request.args[name] for name in names})) for one in statements)

    late, mine = "standing = 'open' AND due_on < :day", "person = :person AND due_on <= :day"
    filtered = "standing = 'open' AND category = :category"
    month = """SELECT unit, category, standing, count(*),
        count(CASE WHEN registered_on >= :first THEN 1 END), count(CASE WHEN registered_on < :first THEN 1 END)
        FROM floor_case WHERE registered_on <= :last GROUP BY unit, category, standing"""
    waiting = f"""SELECT count(*), count(CASE WHEN due_on < :day THEN 1 END), count(CASE WHEN due_on = :day THEN 1 END)
        FROM floor_case WHERE {mine}"""
    events = (
        "SELECT e.* FROM floor_event e JOIN floor_case c ON c.id = e.case_id WHERE c.number = :number ORDER BY e.at"
    )

    def one_case() -> str:
        number = request.args["number"]
        there = rows("SELECT * FROM floor_case WHERE number = :number", number=number)
        return _shown([*there, *rows(events, number=number)])

    return {
        "/list": ask(f"SELECT {COLUMNS} FROM floor_case {LATEST}", _count("true")),
        "/filtered": ask(_some(filtered, LATEST), _count(filtered), names=("category",)),
        "/deep": ask(f"SELECT {COLUMNS} FROM floor_case {LATEST} OFFSET CAST(:offset AS INTEGER)", names=("offset",)),
        "/case": one_case,
        "/search": ask(_some("title LIKE :q OR description LIKE :q", LATEST), names=("q",)),
        "/overdue": ask(_some(late, "ORDER BY due_on, id LIMIT 25"), _count(late), names=("day",)),
        "/mine": ask(_some(mine, "ORDER BY due_on LIMIT 25"), waiting, names=("person", "day")),
        "/month": ask(month, names=("first", "last")),
    }


def _writing(write: Callable[..., str]) -> dict[str, Callable[[], str]]:
    log = """INSERT INTO floor_case
        (id, number, title, description, unit, category, standing, registered_at, registered_on)
        SELECT max(id) + 1, 'floor-' || (max(id) + 1), 't', 'd', 'TH-SH-01', 'land', 'open',
        CAST(:now AS TIMESTAMP), CAST(:day AS DATE) FROM floor_case"""
    follow = """INSERT INTO floor_event (id, case_id, kind, at, by)
        SELECT -1, id, 'followed_up', CAST(:now AS TIMESTAMP), 'grid' FROM floor_case WHERE number = :number"""
    return {
        "/log": lambda: write(log, now=request.form["now"], day=request.form["now"][:10]),
        "/follow": lambda: write(follow, now=request.form["now"], number=request.form["number"]),
    }
