"""The long trials (``./run trust``), printed as one table: what was tried, how many, how many failed, how long it took.

Stopped, it goes on where it was when it is called again on the same commit; ``--short`` takes five minutes; ``--anew``
forgets what was kept; a number of the table tries that row alone.
"""

from __future__ import annotations

import argparse
import sys

from tests.trust.running import KEPT, Outcome, keep, kept, run, state
from tests.trust.trials import TRIALS, Trial


def chosen(rows: list[int], *, short: bool) -> list[tuple[int, Trial]]:
    """The rows to try, by their numbers in the table."""
    numbered = [(nth, one) for nth, one in enumerate(TRIALS, start=1) if one.short or not short]
    return [(nth, one) for nth, one in numbered if not rows or nth in rows]


def show(nth: int, trial: Trial, outcome: Outcome) -> None:
    """One row."""
    figures = f"{outcome.tried:>9,}{len(outcome.failed):>8,}{outcome.seconds:>9.0f}"
    print(f"{nth:>3}  {trial.bar:<7}{trial.what:<84}{figures}", flush=True)


def main() -> int:
    """Try every row; 1 when anything failed."""
    reader = argparse.ArgumentParser(prog="run trust", description=__doc__)
    reader.add_argument("rows", nargs="*", type=int, help="numbers of rows; without any, all")
    reader.add_argument("--short", action="store_true", help="five minutes of it")
    reader.add_argument("--anew", action="store_true", help="forget what was kept")
    asked = reader.parse_args()
    if asked.anew:
        KEPT.unlink(missing_ok=True)
    now = state(short=asked.short)
    before, failed = kept(now), []
    print(f"{'':>3}  {'bar':<7}{'tried':<84}{'how many':>9}{'failed':>8}{'seconds':>9}", flush=True)
    for nth, trial in chosen(asked.rows, short=asked.short):
        outcome = before.get(trial.what) or run(trial, now, short=asked.short)
        if trial.what not in before:
            keep(outcome)
        show(nth, trial, outcome)
        failed += [outcome] if outcome.failed else []
    for outcome in failed:
        print(f"\n== {outcome.what}", *outcome.failed[:20], outcome.causes, sep="\n", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
