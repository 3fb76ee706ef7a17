"""One of several senders of a test, by a clock that runs fast: sends until nothing is left to send."""

from __future__ import annotations

import os
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


def main(url: str, folder: Path, mail_url: str, began: float, now: datetime) -> None:
    """Send until nobody lets it."""
    settings = Settings(
        folder,
        url,
        "key",
        lambda: fast(now, began),
        production=False,
        mail_url=mail_url,
        field_keys=Path(os.environ["CASEAPP_FIELD_KEYS_FILE"]),
    )
    with create_app(settings).app_context():
        while True:
            post(db.session, settings)
            db.session.remove()
            time.sleep(0.05)
