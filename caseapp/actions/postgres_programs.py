"""PostgreSQL's own programs on our database. All goes through pipes that this process holds: when it is killed, the
pipes close, and the programs end with nothing done."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo
from sqlalchemy import Engine

from caseapp.kernel.errors import N_, CaseappError

BEGIN = b"BEGIN; SET LOCAL lock_timeout = '60s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"
COMMIT = b"COMMIT;\n"
PIECE = 1 << 20
TOLD = ("error:", "ERROR:", "detail:", "FATAL:")


def dump(engine: Engine, snapshot: str, out: IO[bytes]) -> None:
    """Write all there is in a snapshot, every row read. Raises CaseappError, OSError."""
    where, secret = _on(engine)
    words = ["pg_dump", where, "--format=custom", "--no-owner", f"--snapshot={snapshot}"]
    with _running(words, secret) as program:
        assert program.stdout is not None
        shutil.copyfileobj(program.stdout, out, PIECE)


def put_back(engine: Engine, dumped: Path) -> None:
    """Put a dump in the place of all there is, in one transaction: until it ends, what was there stands. Raises
    CaseappError."""
    where, secret = _on(engine)
    with _running(["psql", where, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"], secret, fed=True) as psql:
        assert psql.stdin is not None
        try:
            psql.stdin.write(BEGIN)
            with script_of(dumped) as script:
                shutil.copyfileobj(script, psql.stdin, PIECE)
            psql.stdin.write(COMMIT)  # not before: psql that is cut off commits nothing
            psql.stdin.flush()
        except BrokenPipeError:
            pass  # it ended before its time, and says why


@contextmanager
def script_of(dumped: Path) -> Iterator[IO[bytes]]:
    """The statements that a dump stands for, in the clear. Raises CaseappError."""
    with _running(["pg_restore", "--no-owner", "--file=-", str(dumped)], {}) as program:
        assert program.stdout is not None
        yield program.stdout


@contextmanager
def _running(words: list[str], secret: dict[str, str], *, fed: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is ``fed``, or whose output is read. Raises CaseappError when it is not there, or ends with an
    error."""
    program, *rest = words
    found = shutil.which(program) or next(iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))), None)
    if found is None:
        raise CaseappError(N_("%(program)s is needed for this and is not installed"), program=program)
    taken, given = (subprocess.PIPE, subprocess.DEVNULL) if fed else (subprocess.DEVNULL, subprocess.PIPE)
    with tempfile.TemporaryFile() as told:
        environ = {"PATH": "/usr/bin:/bin", **secret}
        child = subprocess.Popen(  # noqa: S603 - words of our own
            [str(found), *rest], env=environ, stdin=taken, stdout=given, stderr=told
        )
        try:
            yield child
        except BaseException:
            child.kill()
            raise
        finally:
            _let_go(child)
        if child.returncode:
            told.seek(0)
            raise CaseappError(N_("%(program)s says: %(why)s"), program=program, why=_why(told.read()))


def _let_go(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        try:
            if pipe is not None:
                pipe.close()
        except BrokenPipeError:
            pass  # it ended before it had read all
    child.wait()


def _on(engine: Engine) -> tuple[str, dict[str, str]]:
    """Where the database is, with several hosts too; the password goes through the environment."""
    _, told = engine.dialect.create_connect_args(engine.url)
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} - {"password"}
    where = {name: value for name, value in told.items() if name in known}
    return f"--dbname={make_conninfo(**where)}", {"PGPASSWORD": str(engine.url.password or "")}


def _why(told: bytes) -> str:
    """What is wrong, without the statements that a program adds."""
    lines = [line.strip() for line in told.decode(errors="replace").splitlines() if line.strip()]
    return "; ".join([line for line in lines if any(word in line for word in TOLD)][:2] or lines[-1:])
