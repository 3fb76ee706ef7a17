"""A copy of the database holds no telephone number, address or identity number in the clear."""

from __future__ import annotations

import tarfile
from pathlib import Path

from caseapp.actions.postgres_programs import script_of
from tests.cases.make import head, log, moment
from tests.sealing.test_sealed import CANARIES, PARTIES

TITLE = "水沟堵塞，请求清理"


def in_the_clear(database: Path) -> str:
    """What somebody reads in the database of a copy: the SQL that PostgreSQL's dump stands for, or SQLite's file."""
    if not database.read_bytes().startswith(b"PGDMP"):
        return database.read_bytes().decode("utf-8", "replace")
    with script_of(database) as script:
        return script.read().decode("utf-8")


def test_nobody_reads_personal_data_out_of_a_copy(run, as_user, tmp_path):
    log(as_user("grid"), head(parties=PARTIES, title=TITLE), moment(2026, 11, 2, 9))
    assert run("backup", tmp_path / "copy").exit_code == 0
    with tarfile.open(tmp_path / "copy") as archive:
        archive.extractall(tmp_path / "parts", filter="data")
    told = in_the_clear(tmp_path / "parts" / "database")
    assert TITLE in told, "the dump is read"
    assert [one for one in CANARIES if one in told or ascii(one)[1:-1] in told] == []
