"""caseapp backup, caseapp verify, caseapp restore: copies, and back from them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy.exc import DBAPIError

from caseapp.actions.backup import BackupMade, Holdings, back_up, note_backup
from caseapp.actions.restoring import look_through, put_files_back
from caseapp.actions.restoring import restore as put_back
from caseapp.actions.store import Store
from caseapp.cli.edge import say, say_problem
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM
from caseapp.domain.cases.queries import holds_cases
from caseapp.domain.documents.queries import where_they_lie
from caseapp.kernel.clock import show_instant
from caseapp.kernel.errors import N_, CaseappError, RuleViolation
from caseapp.kernel.keyfile import passphrase_in
from caseapp.kernel.workplace import Occupied

LACKS = N_(
    "it lacks something and does not replace an earlier copy; caseapp restore --files-only puts back what an earlier"
    " one has"
)
a_file = click.argument("file", type=click.Path(path_type=Path))


def with_key(command: Callable[..., Any]) -> Callable[..., Any]:
    """The two ways to say what locks a copy."""
    ask = click.option("--passphrase", "ask", is_flag=True, help="Ask for a passphrase that locks the copy.")
    key = click.option("--key", type=click.Path(path_type=Path),
        help="A file whose first line locks the copy; else what CASEAPP_BACKUP_KEY_FILE names.")  # fmt: skip
    return ask(key(command))


@click.command()
@a_file
@with_key
def backup(file: Path, key: Path | None, *, ask: bool) -> None:
    """A checked copy of the database and of the photos and papers into FILE, while it serves."""
    now = current_app.extensions["caseapp"].clock()
    passphrase = _passphrase(key, apart_from=file.parent, ask=ask, twice=True)
    try:
        made = back_up(_holdings(), file, now, passphrase)
    except Occupied:
        raise
    except CaseappError as problem:
        _put_down(now, problem)
        raise
    _put_down(now, made)
    _tell(made)


def _put_down(now: datetime, outcome: BackupMade | CaseappError) -> None:
    """For the administrator's desk, too; where the database takes nothing any more, whoever asked has been told."""
    with suppress(DBAPIError), unit_of_work(db.session) as session:
        note_backup(session, now, now, outcome)


def _tell(made: BackupMade) -> None:
    for digest in made.lacking:
        say(N_("files/%(digest)s is damaged or missing here, and is not in the copy"), digest=digest)
    _say_where(made.lacking)
    say(N_("%(path)s written"), path=made.path)
    if made.lacking:
        say(LACKS)
        sys.exit(1)


@click.command()
@a_file
@with_key
def verify(file: Path, key: Path | None, *, ask: bool) -> None:
    """Whether the copy in FILE is whole, without restoring it; what is damaged in it is named."""
    seen = look_through(file, _passphrase(key, ask=ask))
    for flaw in seen.flaws:
        say_problem(flaw)
    for digest in seen.lacking:
        say(N_("files/%(digest)s was damaged or missing already when the copy was made"), digest=digest)
    if seen.flaws:
        say(N_("%(path)s is damaged; all that is not named can be restored"), path=file)
        sys.exit(1)
    made = show_instant(seen.made) if seen.made else "—"
    said = N_("%(path)s is whole: made %(made)s, the database and %(files)d photos and papers")
    say(said, path=file, made=made, files=seen.files)


@click.command()
@a_file
@with_key
@click.option(
    "--although-damaged", is_flag=True, help="Put back a database that is not what it was, as far as it can be read."
)
@click.option(
    "--files-only", is_flag=True, help="Put back photos and papers that are missing or damaged here, no more."
)
def restore(file: Path, key: Path | None, *, ask: bool, although_damaged: bool, files_only: bool) -> None:
    """Put the copy in FILE into an empty database, its files into the instance; one that holds cases is refused."""
    if not file.is_file():
        raise RuleViolation("file", N_("%(path)s cannot be read"), path=file)
    if files_only:
        _put_files_back(file, _passphrase(key, ask=ask))
        return
    if _holds_cases():
        raise RuleViolation("file", N_("this database holds cases: restore into an empty one"))
    db.session.remove()
    flaws = put_back(_holdings(), file, _passphrase(key, ask=ask), although_damaged=although_damaged)
    for flaw in flaws:
        say_problem(flaw)
    _say_where(str(flaw.params.get("name", "")).removeprefix("files/") for flaw in flaws)
    say(N_("restored from %(path)s, but for what is named above") if flaws else N_("restored from %(path)s"), path=file)
    if flaws:
        sys.exit(1)


def _put_files_back(file: Path, passphrase: str) -> None:
    count, lacking = put_files_back(_holdings(), file, passphrase)
    for digest in lacking:
        say(N_("%(name)s is missing"), name=f"files/{digest}")
    _say_where(lacking)
    say(N_("%(count)d photos and papers are back from %(path)s"), count=count, path=file)
    if lacking:
        sys.exit(1)


def _say_where(digests: Iterable[str]) -> None:
    """Which papers of which cases these files are; of what nobody but its readers may know of, nothing."""
    for digest, number, nth, page in where_they_lie(db.session, SYSTEM, set(digests)):
        told = N_("files/%(digest)s belongs to page %(page)d of paper %(nth)d of %(number)s")
        say(told, digest=digest, page=page, nth=nth, number=number)


def _holdings() -> Holdings:
    settings = current_app.extensions["caseapp"]
    return Holdings(db.engine, Store(settings.files), settings.instance)


def _passphrase(key: Path | None, *, ask: bool, apart_from: Path | None = None, twice: bool = False) -> str:
    """What locks a copy; empty when nothing does."""
    if ask:
        told: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
        return told
    file = key or current_app.extensions["caseapp"].backup_key
    return passphrase_in(file, apart_from) if file else ""


def _holds_cases() -> bool:
    try:
        return holds_cases(db.session)
    except DBAPIError:  # no tables yet: as empty as can be
        db.session.rollback()
        return False
