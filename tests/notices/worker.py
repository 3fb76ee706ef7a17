"""One of several senders of a test, by a clock that runs fast: sends until nothing is left to send."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from caseapp import create_app
from caseapp.config import Settings
from caseapp.db import db
from caseapp.jobs.post import post

FASTER = 120


def fast(now: datetime, began: float) -> datetime:
    """The time of the test: two minutes a second from when it began."""
    return now + timedelta(seconds=(time.time() - began) * FASTER)


def main() -> None:
    url, folder, mail_url, began, now = sys.argv[1:6]
    start = datetime.fromisoformat(now)
    settings = Settings(
        Path(folder), url, "key", lambda: fast(start, float(began)), production=False, mail_url=mail_url
    )  # fmt: skip
    with create_app(settings).app_context():
        while True:
            post(db.session, settings)
            db.session.remove()
            time.sleep(0.05)


if __name__ == "__main__":
    main()
