"""The long trials (``./run trust``), printed as one table: what was tried, how many, how many failed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from tests.recount.pure import compare

HISTORIES, BATCH, FIRST_SEED = 10_000, 100, 10_000


class Outcome(NamedTuple):
    """What was tried how often, and what failed."""

    what: str
    tried: int
    failed: list[str]


def reports_against_the_recount() -> Outcome:
    """Months, quarters and years over ten thousand invented histories, whole and narrowed, held line by line, rate by
    rate and case by case against a recount written from rates.md alone."""
    seeds = range(FIRST_SEED, FIRST_SEED + HISTORIES // BATCH)
    with ProcessPoolExecutor() as pool:
        results = list(pool.map(compare, seeds, [BATCH] * len(seeds)))
    failed = [f"seed {seed}: {one}" for seed, (_held, found) in zip(seeds, results, strict=True) for one in found]
    what = f"reports over {HISTORIES:,} invented histories, against a recount"
    return Outcome(what, sum(held for held, _found in results), failed)


def tests_of(what: str, *places: str) -> Callable[[], Outcome]:
    """The tests of some places at their full length (``tests/sizes.py``), on both databases where there are both."""

    def run() -> Outcome:
        command = [sys.executable, "-m", "pytest", "-q", *places]
        at_length = os.environ | {"CASEAPP_TEST_LONG": "1"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=at_length)
        counts = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
        failed = re.findall(r"^(?:FAILED|ERROR) .*$", done.stdout, re.MULTILINE)
        if done.returncode and not failed:
            failed = [done.stdout[-2000:] + done.stderr[-2000:]]
        return Outcome(what, sum(counts.values()), failed)

    return run


TRIALS = (
    reports_against_the_recount,
    tests_of(
        "frozen months of invented histories, worked out again and revised", "tests/reports/test_frozen_histories.py"
    ),
    tests_of("a thousand invented histories on each database, months, periods and trees that change", "tests/recount"),
    tests_of("what pages and papers say, on both databases", "-m", "one_database", "tests"),
    tests_of("figures that the database adds up, against the rules", "tests/rates/test_twins.py"),
    tests_of(
        "who owes what today, recounted after every step of random walks", "tests/deadlines/test_rows_of_today.py"
    ),
    tests_of("seats handed over", "tests/teams/test_handover.py"),
    tests_of("case numbers and slots over many and dying processes", "tests/jobs"),
    tests_of("notices through refusing servers and killed processes", "tests/notices"),
    tests_of("who is out of a case, at every address", "tests/access"),
    tests_of("near-copies of real petitions, hinted at or not", "tests/search"),
    tests_of("what the public version hides, looked for by an attacker", "tests/reports/test_public_figures.py"),
    tests_of("guessed receipts", "tests/receipts"),
    tests_of("records kept in a phone, sent to a server that fails", "tests/web/test_queue.py"),
    tests_of("a dispute logged on a bad line", "tests/web/test_quick_log.py"),
    tests_of("every page under axe, for every role", "tests/web/test_accessibility.py"),
    tests_of("buttons of the demo, each pressed by each who sees it", "tests/web/test_button_walk.py"),
    tests_of("hostile uploads", "tests/documents"),
    tests_of("the audit log: a thousand tamperings, anchors, ten thousand stray logins", "tests/audit"),
    tests_of("bad input on the command line", "tests/cli"),
    tests_of("hostile requests, by the two hundred", "tests/web/test_hostile_requests.py"),
)


def main() -> int:
    """Run every trial; 1 when anything failed."""
    outcomes = []
    for trial in TRIALS:
        outcome = trial()
        outcomes.append(outcome)
        print(f"{outcome.what:<80}{outcome.tried:>8}{len(outcome.failed):>8}", flush=True)
    for outcome in outcomes:
        for told in outcome.failed[:20]:
            print(told, file=sys.stderr)
    return 1 if any(outcome.failed for outcome in outcomes) else 0


if __name__ == "__main__":
    print(f"{'tried':<80}{'how many':>8}{'failed':>8}")
    sys.exit(main())
