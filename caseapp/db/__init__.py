"""The database: session, naming convention, the column type of instants, SQLite's manners, and ``unit_of_work``.

Transactions belong to the edge: actions flush, only ``unit_of_work`` commits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    event,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.types import TypeDecorator

from caseapp.db.lines import PATIENCE, WRITING, prepare_postgresql, prepare_sqlite
from caseapp.kernel.errors import Busy
from caseapp.kernel.short_json import short_json

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An instant, stored in UTC. Refuses one that does not say its offset."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs an offset: {value!r}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Hex(TypeDecorator[str]):
    """Hexadecimal digits, stored as the bytes they stand for, which are half as many."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else value.hex()


COUNT_UP_TO = 1000


def word(name: str) -> ColumnElement[str]:
    """A word of the program within a statement: nobody hands it over each time it is asked, and how the statement is
    best answered can be known once for all."""
    return literal_column(f"'{name}'", String)


def figure(many: int) -> ColumnElement[int]:
    """The same of a number: how many are wanted, above all."""
    return literal_column(str(many), Integer)


def planned_for_anybody(session: Session) -> None:
    """The statements of this transaction are planned once, for whatever is handed over: for long ones that each find
    their few rows by an index whoever asks, where PostgreSQL would plan for longer than it reads, each time anew."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(ONCE)


ONCE = "SET LOCAL plan_cache_mode = force_generic_plan"


def counted(query: Select[Any], up_to: int = COUNT_UP_TO) -> Select[int]:
    """How many rows a query has, counted no further than one over a number; also for use as a subquery."""
    return select(func.count()).select_from(query.limit(up_to + 1).subquery())


def plain_rows(session: Session, query: Executable, values: Mapping[str, object] | None = None) -> Sequence[Any]:
    """The rows of what asks for columns alone, for what every page asks: without what a session does for objects, which
    takes as long as the rest. Nothing is written down first."""
    return session.connection().execute(query, values).all()


def insert_new(session: Session, table: Any) -> Any:
    """An INSERT that passes over what a unique key says is there already: so two at once, or a second run, add once."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


@event.listens_for(Session, "after_soft_rollback")
def forget_what_was_taken_back(session: Session, taken_back: SessionTransaction) -> None:
    """Read every object anew after a part of a transaction was taken back: rows that were put down past the session are
    gone, and SQLite gives their ids to other rows. After a whole one the session does so itself."""
    if taken_back.nested and session.is_active:
        session.expire_all()


class Root(DeclarativeBase):
    """What Flask-SQLAlchemy builds its model class on."""

    metadata = MetaData(naming_convention=NAMING)


class Database(SQLAlchemy):
    """Flask-SQLAlchemy with a session that may be handed on as a session: it is one, scoped to the request."""

    session: Any


db = Database(model_class=Root, engine_options={"json_serializer": short_json})
if TYPE_CHECKING:
    Base = Root
else:
    Base = db.Model
    Base.registry.update_type_annotation_map({datetime: Instant()})


def prepare_engine(engine: Engine, audit_key: str = "") -> None:
    """Give each database its manners, and the key that marks the ends of the logs in it."""
    engine.update_execution_options(audit_key=audit_key)
    prepare = prepare_sqlite if engine.dialect.name == "sqlite" else prepare_postgresql
    prepare(engine)


def audit_key_of(engine: Engine) -> str:
    """The key that marks the ends of the logs in a database; none is empty."""
    return str(engine.get_execution_options().get("audit_key", ""))


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun in here are going to write. An edge enters it as soon as it knows that they will."""
    token = WRITING.set(True)
    try:
        yield
    finally:
        WRITING.reset(token)


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Transactions begun in here wait no longer than that for others who write; jobs and commands are patient."""
    token = PATIENCE.set(seconds)
    try:
        yield
    finally:
        PATIENCE.reset(token)


def is_busy(problem: OperationalError) -> bool:
    """Whether it says that others were writing for longer than somebody was to wait, or that each waited for the
    other."""
    told = getattr(problem.orig, "sqlite_errorname", None) or getattr(problem.orig, "sqlstate", None)
    return told in ("SQLITE_BUSY", "55P03", "40P01")


@contextmanager
def unit_of_work(session: Session) -> Iterator[Session]:
    """One transaction: all of it is kept, or none. Raises Busy when others were writing for too long."""
    with writing():
        session.rollback()  # ends a transaction that was begun for reading
        try:
            yield session
            session.commit()
        except OperationalError as problem:
            session.rollback()
            if is_busy(problem):
                raise Busy from problem
            raise
        except BaseException:
            session.rollback()
            raise


def let_go() -> None:
    """Give back what a request holds of a database that is away."""
    try:
        db.session.remove()
    except DBAPIError:  # that it is away is known
        db.session.registry.clear()
