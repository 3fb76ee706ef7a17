"""How much the heaviest tests try: enough to fail in the suite, all of it in the long trials (``./run trust``)."""

from __future__ import annotations

import os

LONG = bool(os.environ.get("CASEAPP_TEST_LONG"))


def many(usually: int, in_the_long_trials: int) -> int:
    """How many of something are tried."""
    return in_the_long_trials if LONG else usually
