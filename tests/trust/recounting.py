"""Reports over invented histories, held line by line, rate by rate and case by case against a recount written from
rates.md alone (``python -m tests.trust.recounting HISTORIES``): a line for every batch, as a test runner prints one."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.recount.pure import compare

BATCH, FIRST_SEED = 100, 10_000


def main(histories: int) -> int:
    """Compare so many; 1 when any differed."""
    batches, failed = range(FIRST_SEED, FIRST_SEED + histories // BATCH), False
    with ProcessPoolExecutor() as pool:
        for seed, (held, found) in zip(batches, pool.map(partial(compare, size=BATCH), batches), strict=True):
            print(
                f"PASSED {held - len(found)} of seed {seed}", *(f"FAILED seed {seed}: {one}" for one in found), sep="\n"
            )
            sys.stdout.flush()
            failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
