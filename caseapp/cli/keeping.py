"""caseapp check, caseapp rebuild: keeping an installation."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import DBAPIError

from caseapp.actions.rebuild import KEPT
from caseapp.actions.rebuild import rebuild as make_anew
from caseapp.actions.sealing import missing_key
from caseapp.actions.store import Store
from caseapp.cli.edge import acting, progress_bar, reading, say
from caseapp.cli.soundness import soundness, told
from caseapp.config import Settings
from caseapp.db import db
from caseapp.domain.access.queries import with_two_powers
from caseapp.domain.audit.backups import backup_problem
from caseapp.domain.audit.queries import last_backup, last_runs
from caseapp.domain.cases.queries.sealed import try_a_number
from caseapp.domain.documents.queries import all_digests
from caseapp.domain.verification.queries.heads import check_heads
from caseapp.kernel.clock import WRONG_BY
from caseapp.kernel.errors import N_, CaseappError
from caseapp.kernel.outage import Outage, first_line, outage_of
from caseapp.kernel.private import open_to_others

SMALLEST_DISK = 1024**3
MOST_NAMED = 20
HEARTBEAT = timedelta(minutes=30)


def _store() -> Store:
    return Store(current_app.extensions["caseapp"].files)


@click.command()
@click.option("--deep", is_flag=True, help="Recount too what is kept as rows, case by case.")
def check(*, deep: bool) -> None:
    """Configuration, database, disk, files, scheduler, pages, clock: one line each; exit 1 when any is bad."""
    bad = 0
    for name, good, what in (*_checks(), *(_recounted() if deep else ())):
        click.echo(f"{'ok ' if good else 'BAD'}  {name:<14}{what}")
        bad += not good
    if bad:
        sys.exit(1)


def _checks() -> Iterator[tuple[str, bool, str]]:
    settings = current_app.extensions["caseapp"]
    yield "configuration", True, f"instance {settings.instance}, production {'yes' if settings.production else 'no'}"
    try:
        with db.engine.connect() as connection:
            there = MigrationContext.configure(connection).get_current_revision()
        yield "database", True, db.engine.url.render_as_string()
    except DBAPIError as problem:
        yield "database", False, str(outage_of(problem) or first_line(problem))
        return
    wanted = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    yield "migrations", there == wanted, f"at {there or 'none'}, newest {wanted}"
    yield _privacy(settings)
    free = shutil.disk_usage(settings.instance).free
    yield "disk", free > SMALLEST_DISK, f"{free / 1024**3:.1f} GiB free"
    if there == wanted:
        looks = {"files": _files, "scheduler": _scheduler, "powers": _powers}
        yield from (told(name, look) for name, look in looks.items())
        yield told("backup", lambda: _backup(settings))
        yield told("marks", lambda: _marks(settings.audit_key))
        yield told("keys", _keys)
        yield from soundness()


def _recounted() -> Iterator[tuple[str, bool, str]]:
    """What is kept as rows is what it follows from."""
    for one in KEPT:
        unlike = list(one.unlike(reading()))
        told = f"{len(unlike)} {one.of} differ: {', '.join(unlike[:MOST_NAMED])}" if unlike else "as recounted"
        yield one.name, not unlike, told


@click.command()
def rebuild() -> None:
    """Make anew what is kept as rows: what cases add to figures, what is owed, what search looks up."""
    for one in KEPT:
        with acting() as ctx:
            count = make_anew(ctx, one, progress_bar(one.name))
        say(N_("%(name)s: %(count)d worked out anew"), name=one.name, count=count)


def _privacy(settings: Settings) -> tuple[str, bool, str]:
    """Nobody but who runs the program opens the instance folder, the database and the keys."""
    database = [Path(db.engine.url.database or "")] if db.engine.dialect.name == "sqlite" else []
    keys = [settings.instance / "secret_key", settings.instance / "audit_key", *filter(None, [settings.field_keys])]
    kept = [settings.instance, *keys, *database]
    bad = [str(path) for path in kept if open_to_others(path)]
    return "privacy", not bad, f"others may open {', '.join(bad)}: chmod go= them" if bad else "for its owner alone"


def _files() -> tuple[str, bool, str]:
    """Every photo and paper is there, and is what it was when it came in."""
    store, digests = _store(), set(all_digests(db.session))
    bad = sum(not store.is_whole(digest) for digest in digests)
    return "files", not bad, f"{len(digests)} of photos and papers" + (f", {bad} missing or changed" if bad else "")


def _scheduler() -> tuple[str, bool, str]:
    """The scheduler shows itself every five minutes by the job that sends messages."""
    ctx = reading()
    run = last_runs(ctx.session).get("post")
    alive = run is not None and -WRONG_BY < ctx.now - run.ran_at < HEARTBEAT
    return "scheduler", alive, f"last seen {run.ran_at.isoformat()}" if run else "never seen"


def _backup(settings: Settings) -> tuple[str, bool, str]:
    """The last backup was made, is whole and not too old; a real office has one."""
    run, now, nightly = last_backup(db.session), settings.clock(), settings.backups is not None
    made = run.ran_at if run else now
    told, wanted = run.result if run else None, nightly or settings.production
    problem = backup_problem(told, made, now, nightly=nightly, wanted=wanted)
    if problem or run is None:
        return "backup", problem is None, str(problem or "none was made so far")
    what = f"{run.result['path']}, {'locked' if run.result['locked'] else 'not locked'}" if run.result else "under way"
    return "backup", True, f"{made.isoformat()} {what}"


def _marks(key: str) -> tuple[str, bool, str]:
    """The ends of the logs bear the marks of the key that is here."""
    broken = check_heads(db.session, key)
    told = "the ends of the logs bear the marks of this installation's key"
    return "marks", not broken, "; ".join(str(one) for one in broken) or told


def _keys() -> tuple[str, bool, str]:
    """What is encrypted can be read."""
    if missing := missing_key(db.session):
        return "keys", False, str(Outage("keys", missing))
    try:
        there = try_a_number(db.session)
    except CaseappError as problem:
        return "keys", False, str(problem)
    return "keys", True, "telephone numbers can be read" if there else "no telephone number is there yet"


def _powers() -> tuple[str, bool, str]:
    """Nobody holds two of the three powers: accounts, case work, audit."""
    ctx = reading()
    both = with_two_powers(ctx.session, ctx.today)
    told = "; ".join(f"{username}: {' + '.join(powers)}" for username, powers in both.items())
    return "powers", not both, told or "accounts, case work and audit are nowhere one person's"
