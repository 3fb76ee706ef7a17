"""caseapp keys: the keys that personal data are encrypted with in the database."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from caseapp.actions.sealing import forget_what_was, seal_with_a_new_key
from caseapp.cli.edge import acting, say
from caseapp.db import db
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.field_keys import SIZES, keys_in


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
    """Make a new key, and encrypt everything with it; then copy the file of keys again. A service that runs learns of
    the key by itself, but its pages wait while PostgreSQL writes the tables anew: best when nobody works."""
    file = _file()
    with acting() as ctx:
        made, changed = seal_with_a_new_key(ctx, file, cipher)
    forget_what_was(db.session)
    say(N_("%(rows)d rows are encrypted with the new key %(name)s; keep a copy of %(path)s apart from the backups"),
        rows=changed, name=made.name, path=file)  # fmt: skip


def _file() -> Path:
    file: Path | None = current_app.extensions["caseapp"].field_keys
    if file is None:
        raise RuleViolation("keys", N_("this installation encrypts nothing: it has no file of field keys"))
    return file
