"""A process that serves the small world and is killed over and over, as kill -9 does, after as many seconds as a line
on standard input says (0: until it is told to end). It forks for each, so that the program is loaded once."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from flask import Flask

from caseapp.cli.listening import bound, listen
from caseapp.db import db
from tests.conftest import HandClock, make_app

THREADS = 2


def warmed_up(app: Flask) -> None:
    """Load what the first request loads, and let go of the database."""
    with app.app_context():
        app.test_client().get("/login")
        db.session.remove()
        db.engine.dispose()


def say(told: object) -> None:
    """A line to who began this."""
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()


def main(url: str, folder: str) -> None:
    """Server after server at one port, which is the first line said; what became of each is a line."""
    app, at = make_app(url, Path(folder), HandClock()), bound("127.0.0.1", 0)
    warmed_up(app)
    say(at.getsockname()[1])
    for line in sys.stdin:
        child = os.fork()
        if not child:
            if seconds := float(line):
                signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process where it is, as kill -9 does
                signal.setitimer(signal.ITIMER_REAL, seconds)
            else:
                say(os.getpid())
            listen(app, at, THREADS).run()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say("killed" if os.WIFSIGNALED(status) else "ended")


if __name__ == "__main__":
    main(*sys.argv[1:])
