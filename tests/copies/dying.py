"""A process that makes a copy or puts one back and is killed in the midst of it, as often as it is told to.

It forks for each try, so that the program is loaded once. A line on standard input is the part of the usual time after
which the try dies (1 and more: it may end); a line on standard output says what became of it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from sqlalchemy import create_engine

from caseapp.actions.backup import Holdings, back_up
from caseapp.actions.restoring import restore
from caseapp.actions.store import Store
from caseapp.db import prepare_engine
from tests.conftest import NOW


def once(what: str, instance: Path, url: str, copy: Path) -> None:
    """One whole backup or restore."""
    engine = create_engine(url)
    prepare_engine(engine)
    here = Holdings(engine, Store(instance / "files"), instance)
    if what == "backup":
        back_up(here, copy, NOW)
    else:
        restore(here, copy)
    engine.dispose()


def main(what: str, instance: str, url: str, copy: str) -> None:
    """Try after try."""
    usual = 0.0
    for line in sys.stdin:
        part, begun = float(line), time.monotonic()
        child = os.fork()
        if not child:
            if part < 1:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process where it is, as kill -9 does
                signal.setitimer(signal.ITIMER_REAL, max(usual * part, 0.0005))
            once(what, Path(instance), url, Path(copy))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not status:
            usual = time.monotonic() - begun
        sys.stdout.write("done\n" if not status else "killed\n" if os.WIFSIGNALED(status) else "failed\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
