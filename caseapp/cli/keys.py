"""caseapp keys: the keys that personal data are encrypted with in the database."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from caseapp.actions.sealing import forget_what_was, seal_what_is_there
from caseapp.cli.edge import acting, say
from caseapp.db import db
from caseapp.db.sealed import use_seal
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.field_keys import SIZES, keys_in, new_key


@click.group()
def keys() -> None:
    """The keys that personal data are encrypted with."""


@keys.command("list")
def listing() -> None:
    """Each key's name and cipher, the newest last; never the key itself."""
    for key in keys_in(_file()):
        click.echo(f"{key.name} {key.cipher}")


@keys.command()
@click.option("--cipher", type=click.Choice(sorted(SIZES)), default="aes", show_default=True)
def new(cipher: str) -> None:
    """Make a new key, and encrypt everything with it. Stop the service first; then copy the file of keys again."""
    file = _file()
    there = keys_in(file)
    made = new_key(cipher, len(there) + 1)
    with file.open("a", encoding="ascii") as written:
        written.write(made.line)
    use_seal(db.engine, (*there, made))
    with acting() as ctx:
        changed = seal_what_is_there(ctx)
    forget_what_was(db.session)
    say(N_("%(rows)d rows are encrypted with the new key %(name)s; keep a copy of %(path)s apart from the backups"),
        rows=changed, name=made.name, path=file)  # fmt: skip


def _file() -> Path:
    file: Path | None = current_app.extensions["caseapp"].field_keys
    if file is None:
        raise RuleViolation("keys", N_("this installation encrypts nothing: it has no file of field keys"))
    return file
