"""What a command said and what it changed, as a person at the keyboard sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from click.testing import Result

from caseapp.db import db

LOGS = ("audit_entry", "stray_tries", "login_attempt", "login_session")
AUDIT_CHAIN = "audit"
REGISTERED = {"kind": "registered", "at": "2026-10-05T09:00:00+08:00"}
LATER = "2026-10-06T09:00:00+08:00"


def contents() -> dict[str, list[str]]:
    """Every row of every table but the logs of who came and what was tried."""
    with db.engine.connect() as connection:
        found = {
            name: sorted(str(tuple(row)) for row in connection.execute(sa.select(table)))
            for name, table in db.metadata.tables.items()
            if name not in LOGS
        }
    return found | {"chain_head": [row for row in found["chain_head"] if f"'{AUDIT_CHAIN}'" not in row]}


def lines_of(outcome: Result) -> list[str]:
    """The sentences on standard error."""
    return [line for line in outcome.stderr.splitlines() if line.strip()]


def assert_told(outcome: Result, *fragments: str) -> None:
    """It ended with status 1, said nothing to machines, and one sentence on standard error for each fragment."""
    assert isinstance(outcome.exception, SystemExit), repr(outcome.exception)
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    said = lines_of(outcome)
    assert len(said) == len(fragments), said
    for sentence, fragment in zip(said, fragments, strict=True):
        assert fragment in sentence, said
        assert "%(" not in sentence


def count(added: int = 0, unchanged: int = 0, refused: int = 0) -> str:
    """The last sentence of an import."""
    return f"新增 {added} 件，续记 0 件，未变 {unchanged} 件，拒收 {refused} 件"


def case(*events: dict[str, Any], **head: Any) -> str:
    """A line of a file of histories: a dispute, registered, and what then happened."""
    line = {"track": "dispute", "unit": "TH-SH-01", "title": "两家排水沟纠纷", "events": [REGISTERED, *events]}
    return json.dumps(line | head, ensure_ascii=False)


def then(kind: str, **fields: Any) -> dict[str, Any]:
    """Something that happened a day after the registration."""
    return {"kind": kind, "at": LATER, **fields}


def written(folder: Path, content: str | bytes, name: str = "file") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
