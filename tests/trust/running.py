"""Runs one trial, says how far it is, and keeps what came of it, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.trust.trials import RECOUNT, Trial

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".trust.jsonl"
RESULT = re.compile(r"^(?:\[gw\d+\] \[ *\d+%\] |(?=PASSED \d|FAILED seed))(PASSED|FAILED|ERROR) (?:(\d+) of )?")
"""A test of a process of pytest, not told again at the end, with how much it tried where it says so; a batch of the
recount; what differed in one."""
SAID_EVERY, LAST_LINES = 15.0, 60
HISTORIES, FEW_HISTORIES = 10_000, 400


@dataclass
class Outcome:
    """What was tried how often in how many seconds, and what failed, with its cause."""

    what: str
    state: str
    tried: int = 0
    seconds: float = 0.0
    failed: list[str] = field(default_factory=list)
    causes: str = ""


def state(*, short: bool) -> str:
    """What was tried: the commit, whether the files are as it has them, and the length."""
    words = ("git", "describe", "--always", "--dirty", "--abbrev=12")
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return f"{done.stdout.strip()} {'short' if short else 'whole'}"


def kept(now: str) -> dict[str, Outcome]:
    """What an earlier run of the same state found. Of files that were changed nothing is kept."""
    if not KEPT.exists() or "-dirty" in now:
        return {}
    found = (Outcome(**json.loads(line)) for line in KEPT.read_text(encoding="utf-8").splitlines())
    return {one.what: one for one in found if one.state == now}


def keep(outcome: Outcome) -> None:
    """Keep what came of a trial."""
    with KEPT.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")


def run(trial: Trial, now: str, *, short: bool) -> Outcome:
    """Try it. One that dies failed, and the last lines that it said are the cause."""
    environ = os.environ | {"CASEAPP_TEST_LONG": "" if short else "1", "PYTHONUNBUFFERED": "1"}
    outcome, begun = Outcome(trial.what, now), time.monotonic()
    last: deque[str] = deque(maxlen=LAST_LINES)
    with subprocess.Popen(
        _command(trial, short=short), cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    ) as process:  # fmt: skip
        try:
            for line in _said(process, outcome, begun):
                last.append(line)
                _count(line, outcome)
        except BaseException:  # Ctrl-C: it ends too
            process.terminate()
            raise
    outcome.seconds = time.monotonic() - begun
    if process.returncode and not outcome.failed:
        ended = f"signal {-process.returncode}" if process.returncode < 0 else f"status {process.returncode}"
        outcome.failed.append(f"it ended with {ended}")
    if outcome.failed:
        outcome.causes = "".join(last)
    return outcome


def _command(trial: Trial, *, short: bool) -> Sequence[str]:
    if trial is RECOUNT:
        return (sys.executable, "-m", "tests.trust.recounting", str(FEW_HISTORIES if short else HISTORIES))
    places = trial.short if short else trial.places
    marked = ("-m", trial.marked) if trial.marked else ()
    return (sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "worksteal", "--tb=short", *marked, *places)


def _count(line: str, outcome: Outcome) -> None:
    found = RESULT.search(line)
    if found is None:
        return
    if found[1] == "PASSED":
        outcome.tried += int(found[2] or 1)
    else:
        outcome.tried += 1
        outcome.failed.append(line.strip())


def _said(process: subprocess.Popen[str], outcome: Outcome, begun: float) -> Iterator[str]:
    """What it says, line by line; now and then how far it is."""
    assert process.stdout
    told = begun
    for line in process.stdout:
        yield line
        if time.monotonic() - told > SAID_EVERY:
            told = time.monotonic()
            far = f"{outcome.tried:,} tried, {len(outcome.failed):,} failed, {told - begun:.0f} s"
            print(f"    {outcome.what}: {far}", file=sys.stderr, flush=True)
