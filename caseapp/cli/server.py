"""caseapp serve, caseapp scheduler, caseapp db upgrade."""

from __future__ import annotations

from functools import partial
from signal import SIGTERM, signal
from threading import current_thread, main_thread

import click
from flask import current_app
from flask_babel import force_locale, gettext
from flask_migrate import upgrade as migrate
from sqlalchemy import text

from caseapp import add_pages, load_makers, load_templates
from caseapp.actions.anchors import key_heads
from caseapp.actions.contact_digests import key_contacts
from caseapp.actions.contributions import count_anew_if_due
from caseapp.actions.held import hold_what_is_there
from caseapp.actions.recasting import rebar_if_marked, recast_if_marked, settle_if_marked, strike_out_from_before
from caseapp.actions.receipts import give_receipts_back
from caseapp.actions.sealing import forget_what_was, missing_key, seal_what_is_there
from caseapp.cli.edge import LANGUAGE, acting, progress_bar, say, say_problem
from caseapp.cli.listening import bound, listen
from caseapp.cli.sharing import check_several
from caseapp.db import db
from caseapp.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from caseapp.domain.org.queries import is_demo
from caseapp.jobs.scheduler import start
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.outage import Outage
from caseapp.labels import label
from caseapp.web.heavy import use_workshop
from caseapp.web.workshop import open_workshop

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.group("db")
def database() -> None:
    """The schema."""


@database.command()
def upgrade() -> None:
    """Bring the schema up to date."""
    upgrade_schema()


def upgrade_schema() -> None:
    """Migrate; a new SQLite file gets its write-ahead log once, at birth. What cases owe, who is out of
    them, and what they add to figures is worked out anew when a migration asks for it; the ends of the logs get
    the mark of the key."""
    if db.engine.dialect.name == "sqlite":
        raw = db.engine.raw_connection()
        raw.driver_connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[union-attr]
        raw.close()
    migrate()
    with acting() as ctx:
        recast_if_marked(ctx, progress_bar(_owed_anew()))
        rebar_if_marked(ctx)
        settle_if_marked(ctx)
        strike_out_from_before(ctx)
        give_receipts_back(ctx)
        hold_what_is_there(ctx.session)
        count_anew_if_due(ctx, progress_bar(_counted_anew()))
        key_heads(ctx)
        sealed, missing = seal_what_is_there(ctx), missing_key(ctx.session)
        if not missing:
            key_contacts(ctx)
    if sealed:
        forget_what_was(db.session)
    if missing:
        say_problem(Outage("keys", missing))


def _owed_anew() -> str:
    with force_locale(LANGUAGE):
        return gettext("Working out what cases owe")


def _counted_anew() -> str:
    with force_locale(LANGUAGE):
        return gettext("Working out what cases add to figures")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), default=8, show_default=True)
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Several need PostgreSQL.")
@click.option("--no-scheduler", is_flag=True)
def serve(host: str, port: int, threads: int, processes: int, no_scheduler: bool) -> None:
    """Migrate, then serve; the scheduler runs in the same process unless told not to."""
    if processes > 1:
        check_several()
    upgrade_schema()
    serve_on(host, port, threads, processes, no_scheduler=no_scheduler)


def serve_on(host: str, port: int, threads: int = 8, processes: int = 1, *, no_scheduler: bool = False) -> None:
    """Serve until told to stop. The demo is refused where others could reach it."""
    if is_demo(db.session) and host not in LOOPBACK:
        raise RuleViolation("host", N_("the demo listens on this machine alone (127.0.0.1)"))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    app.config["THREADS"] = threads
    add_pages(app)
    load_makers()
    load_templates(app)
    use_workshop(app, open_workshop(app))
    db.session.execute(text("SELECT 1"))
    try:
        if processes > 1:
            from caseapp.cli.processes import Served, serve_with  # not there on Windows

            served = Served(host, port, threads, processes)
            serve_with(app, served, partial(_announce, host, port), scheduler=not no_scheduler)
            return
        server = listen(app, bound(host, port), threads)
    except OSError:
        message = N_(
            "nothing can be served at %(host)s:%(port)d: the port is taken, or the address is not this machine's"
        )
        raise RuleViolation("port", message, host=host, port=port) from None
    if not no_scheduler:
        start(app)
    _announce(host, port)
    db.session.remove()
    if current_thread() is main_thread():
        signal(SIGTERM, _stop)
    server.run()


def _stop(_signal: int, _frame: object) -> None:
    """Whoever manages services ends one so: it finishes what was begun, as with Ctrl-C."""
    raise SystemExit


def _announce(host: str, port: int) -> None:
    at = f"[{host}]" if ":" in host else host
    say(N_("caseapp answers at http://%(host)s:%(port)d/ — stop it with Ctrl-C"), host=at, port=port)
    if is_demo(db.session):
        say(N_("Demo data. Accounts (password %(password)s):"), password=DEMO_PASSWORD)
        with force_locale(LANGUAGE):
            for username in DEMO_ACCOUNTS:
                click.echo(f"  {username:<12}{label('role', username)}", err=True)


@click.command()
def scheduler() -> None:
    """The scheduler alone, beside several web processes."""
    start(current_app._get_current_object(), blocking=True)  # type: ignore[attr-defined]
