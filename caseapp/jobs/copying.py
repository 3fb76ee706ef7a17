"""The copy of every night, in the folder that CASEAPP_BACKUPS names; the latest of them stay."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from caseapp.actions.backup import BackupMade, Holdings, back_up, note_backup
from caseapp.actions.context import Ctx
from caseapp.actions.store import Store
from caseapp.config import Settings
from caseapp.db import db, unit_of_work
from caseapp.domain.audit.backups import OFF
from caseapp.domain.audit.queries import last_backup
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_, CaseappError
from caseapp.kernel.keyfile import passphrase_in
from caseapp.kernel.private import make_private_folder
from caseapp.kernel.workplace import Occupied

WHOLE = (".tar", ".locked")
log = logging.getLogger(__name__)


def nightly_backup(_ctx: Ctx, _slot: datetime) -> dict[str, Any]:
    """The backup is made afterwards, where there is a folder for it; until then the run says nothing."""
    return {} if current_app.extensions["caseapp"].backups else OFF


def lay_copy(session: Session, settings: Settings) -> dict[str, Any]:
    """Make the copy of the last night that was asked for, unless it was made, and put down what became of it; also one
    that a process which was killed did not end."""
    run = last_backup(session)
    if settings.backups is None or run is None or run.result:
        session.rollback()  # nothing was written
        return {}
    slot = run.slot
    session.rollback()
    outcome = _tried(settings, settings.backups, slot)
    if outcome is None:
        return {}
    with unit_of_work(session):
        note_backup(session, slot, settings.clock(), outcome)
    if isinstance(outcome, CaseappError):
        log.error("no backup was made: %s", outcome)
        return {"backups": 0}
    return {"backups": 1, "lacking": len(outcome.lacking)}


def _holdings(settings: Settings) -> Holdings:
    return Holdings(db.engine, Store(settings.files), settings.instance)


def _tried(settings: Settings, folder: Path, slot: datetime) -> BackupMade | CaseappError | None:
    """None while another process is at it."""
    key = settings.backup_key
    path = folder / f"caseapp-{local_day(slot)}.{'locked' if key else 'tar'}"
    try:
        make_private_folder(folder)
        passphrase = passphrase_in(key, apart_from=folder) if key else ""
        made = back_up(_holdings(settings), path, settings.clock(), passphrase)
    except Occupied:
        return None
    except CaseappError as problem:
        return problem
    except OSError:
        return CaseappError(N_("%(path)s cannot be written"), path=folder)
    if not made.lacking:
        whole = [one for one in folder.glob("caseapp-????-??-??.*") if one.suffix in WHOLE]
        for old in sorted(whole)[: -settings.backups_kept]:
            old.unlink(missing_ok=True)
    return made
