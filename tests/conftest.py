"""One small world for every test that needs a database: a town, two villages, three groups, a named cast, an outsider.

The world is built once a process and copied before each test: an SQLite file as a file, a PostgreSQL
database from its template. Where PostgreSQL is at hand the same tests run on both.
"""

from __future__ import annotations

import gc
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from sqlalchemy import event

from caseapp import create_app
from caseapp.actions import passwords
from caseapp.actions.accounts import add_post, add_user
from caseapp.actions.contact_digests import KEYED_WITH
from caseapp.actions.context import Ctx
from caseapp.actions.contributions import count_anew_if_due
from caseapp.actions.org import load_tree
from caseapp.actions.sealing import SEALED_WITH
from caseapp.actions.settings import set_at_first
from caseapp.actions.teams import set_standing_team
from caseapp.cli import main
from caseapp.config import Settings
from caseapp.db import db, unit_of_work
from caseapp.db.sealed import use_seal
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.access.queries import actor_of
from caseapp.domain.org.models import ACCUSATION_NUMBERS, Mark
from caseapp.domain.org.queries import load_units
from caseapp.domain.org.tree import Place
from caseapp.domain.people.logins import id_of_login
from caseapp.domain.people.models import LoginSession
from caseapp.domain.people.queries import user_named
from caseapp.kernel.clock import SHANGHAI, local_day
from caseapp.kernel.errors import RuleViolation
from caseapp.kernel.field_keys import keys_in
from caseapp.office.fonts import choose
from tests.lengths import hold_lengths
from tests.order import in_order
from tests.sizes import LONG, left_to_the_long_trials
from tests.worlds import Kept, PostgresWorlds, SqliteWorlds, Worlds

settings.register_profile("caseapp", deadline=None)  # a slow machine is not a fault of the program
settings.load_profile("caseapp")

STRONG = passwords.HASHER
passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # what nobody guesses at may be quick

FIELD_KEYS = Path(__file__).with_name("field_keys")
os.environ["CASEAPP_FIELD_KEYS_FILE"] = str(FIELD_KEYS)
POSTGRES = os.environ.get("CASEAPP_TEST_POSTGRES", "")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
PLACES = (
    Place("TH", "", "town", "镇", "太和镇"),
    Place("TH-SH", "TH", "village", "村", "双合村"),
    Place("TH-SH-01", "TH-SH", "group", "组", "双合村第一组"),
    Place("TH-SH-02", "TH-SH", "group", "组", "双合村第二组"),
    Place("TH-DS", "TH", "village", "村", "顶上村"),
    Place("TH-DS-01", "TH-DS", "group", "组", "顶上村第一组"),
    Place("XT", "", "town", "镇", "溪头镇"),
    Place("XT-AA", "XT", "village", "村", "安安村"),
)
CAST = {
    "grid": ("网格员甲", "grid", "TH-SH-01"),
    "village": ("村干部甲", "village", "TH-SH"),
    "liaison": ("驻村甲", "liaison", "TH-SH"),
    "station": ("司法所甲", "station", "TH"),
    "leader": ("镇领导甲", "leader", "TH"),
    "office": ("信访办甲", "office", "TH"),
    "office2": ("信访办乙", "office", "TH"),
    "discipline": ("纪检甲", "discipline", "TH"),
    "auditor": ("审计甲", "auditor", "TH"),
    "admin": ("管理员甲", "admin", "TH"),
    "grid2": ("网格员乙", "grid", "TH-DS-01"),
    "village2": ("村干部乙", "village", "TH-DS"),
    "outsider": ("外镇信访办", "office", "XT"),
}
PASSWORD = "correct horse"
TEAM = {
    "lead": ("leader", None),
    "dept": ("station", None),
    "liaison": ("liaison", None),
    "village": ("village", None),
    "grid": ("grid", None),
}


class Browser(FlaskClient):
    """A client that is nobody else's: the test and its clients share one application context, which remembers a user."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        g.pop("_login_user", None)
        return super().open(*args, **kwargs)


class HandClock:
    """A clock that a test sets by hand."""

    def __init__(self) -> None:
        self.instant = NOW

    def __call__(self) -> datetime:
        return self.instant

    def set(self, *when: int) -> None:
        """Set it to a wall-clock time in Shanghai."""
        self.instant = datetime(*when, tzinfo=SHANGHAI)  # type: ignore[misc, arg-type]

    def pass_by(self, **delta: float) -> None:
        """Let time pass."""
        self.instant += timedelta(**delta)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What turns on no database runs on one, and what turns little on it on either; the long trials run it on both."""
    spared = set() if LONG else set(left_to_the_long_trials(items, with_postgres=bool(POSTGRES)))
    if spared:
        config.hook.pytest_deselected(items=[one for one in items if one in spared])
        items[:] = [one for one in items if one not in spared]
    items[:] = in_order(items, getattr(config, "workerinput", {}).get("workercount", 1))


def pytest_collection_finish() -> None:
    """What was read stays to the end: it is not looked through for garbage again and again, and the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """Beside a test that said how much it tried stands how much that was: the long trials count it."""
    count = dict(report.user_properties).get("tried", 0) if report.when == "call" and report.passed else 0
    return ("passed", ".", f"PASSED {count} of what it tries") if count else None


@pytest.fixture
def tried(record_property: Callable[[str, int], None]) -> Callable[[int], None]:
    """Says how much a test has tried, where that is more than one thing."""
    return lambda count: record_property("tried", count)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was skipped, counted by reason. The failures come after it, last of all."""
    skipped = terminalreporter.stats.get("skipped", ())
    counted = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    if counted:
        terminalreporter.section("skipped, by reason")
    for reason, count in counted.most_common():
        terminalreporter.line(f"{count:5} {reason}")


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test talks to anything but this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "localhost", "::1"):
            raise AssertionError(f"a test tried to reach {address}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def make_app(database_url: str, folder: Path, clock: Callable[[], datetime]) -> Flask:
    """An application on a database, with a clock of one's own."""
    app = create_app(Settings(folder, database_url, "a key for tests", clock, production=False, field_keys=FIELD_KEYS))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Browser
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", wait_for_no_disk)
            event.listen(db.engine, "before_cursor_execute", hold_lengths)
    return app


def wait_for_no_disk(connection: Any, _record: Any) -> None:
    """No test pulls the plug: what a process wrote is there for the next one, whether or not the disk has it."""
    connection.execute("PRAGMA synchronous=OFF")


def build_world(clock: Callable[[], datetime]) -> None:
    """Migrate and fill the database of the current application."""
    upgrade()
    with unit_of_work(db.session) as session:
        ctx = Ctx(session, SYSTEM, clock)
        load_tree(ctx, list(PLACES))
        for series, prefix in {"petition": "太信", "dispute": "太调", "sheet": "太督"}.items():
            set_at_first(ctx, f"prefix.{series}", prefix)
        count_anew_if_due(ctx)
        set_at_first(ctx, "login.factor_from", "2100-01-01")  # tests of the second factor ask for it themselves
        for username, (full_name, role, unit) in CAST.items():
            add_post(ctx, add_user(ctx, username, full_name, PASSWORD), role, unit)
        db.session.add(Mark(name=ACCUSATION_NUMBERS, value="the small world"))
        db.session.add(Mark(name=SEALED_WITH, value=keys_in(FIELD_KEYS)[-1].name))
        db.session.add(Mark(name=KEYED_WITH, value=keys_in(FIELD_KEYS)[-1].name))
        for unit in ("TH-SH", "TH-DS"):
            set_standing_team(ctx, unit, TEAM)


def new_world(backend: str, folder: Path) -> Worlds:
    """The small world, built on a database."""
    clock = HandClock()
    making = clock, lambda url: make_app(url, folder, clock), lambda: build_world(clock)
    if backend == "sqlite":
        return SqliteWorlds(folder, *making)
    return PostgresWorlds(POSTGRES, os.environ.get("PYTEST_XDIST_WORKER", "main"), *making)


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """The worlds by database, each built when first asked for."""
    made: dict[str, Worlds] = {}

    def get(backend: str) -> Worlds:
        if backend not in made:
            folder = tmp_path_factory.mktemp(backend)
            made[backend] = new_world(backend, folder)
        return made[backend]

    yield get
    for world in made.values():
        world.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, worlds: Any) -> Iterator[Any]:
    """The small world, as new, on each database."""
    if request.param == "postgres" and not POSTGRES:
        absent("PostgreSQL")
    yield from put_up(worlds(request.param))


def put_up(found: Any) -> Iterator[Any]:
    """A world as new, in an application context of its own."""
    found.clock.instant = NOW
    with found.app.app_context():
        found.fresh()
        yield found
        found.rest()


def absent(what: str) -> None:
    """Skip what needs a program that is not there; fail where nothing may be skipped."""
    if os.environ.get("CASEAPP_TEST_ALL"):
        pytest.fail(f"{what} is not there, and nothing may be skipped")
    pytest.skip(f"{what} is not there")


@pytest.fixture
def chinese_font() -> None:
    """This machine has a Chinese font for PDFs."""
    try:
        choose("信访")
    except RuleViolation:
        absent("A Chinese font")


@pytest.fixture(scope="session")
def kept_worlds() -> dict[Any, Kept]:
    """What is kept of each world."""
    return {}


@pytest.fixture
def kept(world: Any, kept_worlds: dict[Any, Kept]) -> Kept:
    """Worlds that several tests begin with: ``kept.begin(name, make)``."""
    return kept_worlds.setdefault(world, Kept(world))


@pytest.fixture
def app(world: Any) -> Flask:
    """The application on the small world."""
    return world.app  # type: ignore[no-any-return]


@pytest.fixture
def in_the_clear(world: Any) -> Iterator[None]:
    """What is written now is not encrypted: as a program of before wrote it, and so that it can be looked for."""
    use_seal(db.engine, ())
    try:
        yield
    finally:
        use_seal(db.engine, keys_in(FIELD_KEYS))


@pytest.fixture
def clock(world: Any) -> HandClock:
    """The clock of the small world."""
    return world.clock  # type: ignore[no-any-return]


@pytest.fixture
def system(world: Any) -> Ctx:
    """The system as actor."""
    return Ctx(db.session, SYSTEM, world.clock)


@pytest.fixture
def as_user(world: Any) -> Callable[[str], Ctx]:
    """A context for somebody of the cast."""

    def make(username: str) -> Ctx:
        user = user_named(db.session, username)
        assert user is not None
        return Ctx(db.session, actor_of(user, load_units(db.session), local_day(world.clock())), world.clock)

    return make


@pytest.fixture
def browse(world: Any) -> Callable[[str], FlaskClient]:
    """A client logged in as somebody of the cast."""

    def log_in(username: str) -> FlaskClient:
        user = user_named(db.session, username)
        assert user is not None
        now = world.clock()
        with unit_of_work(db.session) as session:
            session.add(
                LoginSession(id=id_of_login(f"session-of-{username}"), user_id=user.id, started_at=now, seen_at=now)
            )
        client = world.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = f"session-of-{username}", True
        return client  # type: ignore[no-any-return]

    return log_in


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on the small world; what the test reads afterwards is read anew."""
    monkeypatch.setattr("caseapp.cli.create_app", lambda **_how: app)

    def invoke(*words: object, typed: str = "") -> Result:
        db.session.remove()
        outcome = CliRunner().invoke(main, [str(word) for word in words], input=typed)
        db.session.remove()
        return outcome

    return invoke
