"""Taking turns at SQLite, which lets one write at a time."""

from __future__ import annotations

from time import sleep

OTHERS_TURN = 0.1
"""Seconds between two transactions of something long. Whoever waits for SQLite's lock looks again at least that
often."""


def pause() -> None:
    """Let others write."""
    sleep(OTHERS_TURN)
