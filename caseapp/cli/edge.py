"""What the commands share: the context, the progress bar, and how a problem is said."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import translation
from pathlib import Path

import click
from flask import current_app, g, has_app_context
from flask_babel import force_locale, gettext

from caseapp.actions.context import Ctx
from caseapp.actions.duties import turn_day
from caseapp.actions.journal import note
from caseapp.actions.org import bring_tree_in_line
from caseapp.actions.trail import note_refusal
from caseapp.cli.keyboard import system_user
from caseapp.db import db, unit_of_work
from caseapp.domain.access.actor import SYSTEM, Actor
from caseapp.domain.access.queries import actor_of
from caseapp.domain.org.queries import load_units
from caseapp.domain.people.queries import user_named
from caseapp.kernel.clock import Clock, local_day
from caseapp.kernel.errors import N_, CaseappError, NotAllowed, OutOfScope, RuleViolation, WrongPerson
from caseapp.kernel.private import create_private
from caseapp.labels import own_words

LANGUAGE = "zh_Hans_CN"
MANY_OBJECTS = 100_000
TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"

as_user = click.option("--as", "username", metavar="USER", help="Act with this user's scope.")


@contextmanager
def acting(username: str | None = None) -> Iterator[Ctx]:
    """One transaction of one command, as the system or as a user, by the tree and the duties of today."""
    _note_acting_as(username)
    with unit_of_work(db.session):
        ctx = _ctx(username)
        bring_tree_in_line(ctx)
        turn_day(ctx)
        yield _in_our_words(ctx)


@contextmanager
def taking_in(username: str | None = None) -> Iterator[Ctx]:
    """``acting()`` for a command that takes in much."""
    with keeping_much(), acting(username) as ctx:
        yield ctx


@contextmanager
def keeping_much() -> Iterator[None]:
    """What was read stays, and is not looked through for garbage after every few hundred objects, which took a fifth of
    the time."""
    before = gc.get_threshold()
    gc.set_threshold(MANY_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def reading(username: str | None = None) -> Ctx:
    """A context for a command that only reads."""
    _note_acting_as(username)
    return _in_our_words(_ctx(username))


def _ctx(username: str | None) -> Ctx:
    ctx = Ctx(db.session, _actor(username), _clock(), system_user=system_user())
    g.acting = ctx
    return ctx


def _clock() -> Clock:
    found: Clock = current_app.extensions["caseapp"].clock
    return found


def _note_acting_as(username: str | None) -> None:
    """Put down who acts as somebody else, before anything is done and whatever becomes of it. Once a command."""
    if username is None or username in g.get("acting_as", ()):
        return
    g.acting_as = (*g.get("acting_as", ()), username)
    with unit_of_work(db.session) as session:
        ctx = Ctx(session, SYSTEM, _clock(), system_user=system_user())
        note(ctx, "acted_as", username[:120], command=click.get_current_context().command_path.partition(" ")[2])


def note_refused(problem: CaseappError) -> None:
    """Put down that somebody whom a command acted as was refused something."""
    ctx = g.get("acting")
    if isinstance(problem, NotAllowed | OutOfScope | WrongPerson) and ctx is not None and not ctx.actor.is_system:
        with unit_of_work(db.session):
            note_refusal(ctx, "", problem, command=" ".join(sys.argv[1:3])[:60])


def _in_our_words(ctx: Ctx) -> Ctx:
    own_words.set(ctx.office.words(ctx.today))
    return ctx


def _actor(username: str | None) -> Actor:
    if username is None:
        return SYSTEM
    user = user_named(db.session, username)
    if user is None or not user.active:
        raise RuleViolation("as", N_("there is no active user %(username)s"), username=username)
    today = local_day(_clock()())
    return actor_of(user, load_units(db.session, today), today)


def note_taken(ctx: Ctx, unit: str, **detail: object) -> None:
    """Put down that a report of a unit was given out."""
    with unit_of_work(db.session):
        note(ctx, "report_taken", unit, **detail)


def sentence(problem: CaseappError) -> str:
    """A problem in the language of the office."""
    if not has_app_context():
        text = translation("messages", TRANSLATIONS, [LANGUAGE], fallback=True).gettext(problem.message)
        return text % problem.params if problem.params else text
    with force_locale(LANGUAGE):
        return gettext(problem.message) % problem.params if problem.params else gettext(problem.message)


def say(message: str, **params: object) -> None:
    """A line for the person at the keyboard, on standard error: standard output belongs to machines."""
    with force_locale(LANGUAGE):
        text = gettext(message)
    click.echo(text % params if params else text, err=True)


def say_problem(problem: CaseappError, line: int | None = None) -> None:
    """One problem, one sentence, on standard error."""
    if line is None:
        click.echo(sentence(problem), err=True)
    else:
        say(N_("line %(line)d: %(problem)s"), line=line, problem=sentence(problem))


def progress_bar(label: str) -> Callable[[int, int], None] | None:
    """A bar on standard error for long work, when that is a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        width = 30 * done // max(total, 1)
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r{label} [{'#' * width}{'.' * (30 - width)}] {done}/{total}{end}")
        sys.stderr.flush()

    return show


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises RuleViolation with a sentence when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        raise RuleViolation("file", N_("%(path)s cannot be read"), path=path) from None


def read_text(path: Path) -> str:
    """A file's text, UTF-8. Raises RuleViolation with a sentence when it is none."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RuleViolation("file", N_("%(path)s is not UTF-8 text"), path=path) from None


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all; a ``private`` one for its owner alone. Raises RuleViolation with a sentence
    when it cannot be written."""
    beside = path.with_name(path.name + ".part")
    try:
        if private:
            create_private(beside)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        raise RuleViolation("file", N_("%(path)s cannot be written"), path=path) from None
