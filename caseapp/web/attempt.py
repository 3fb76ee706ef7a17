"""One act of a page: kept whole, or not at all and with a sentence why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import flash

from caseapp.db import db, unit_of_work
from caseapp.kernel.errors import RuleViolation
from caseapp.web.page import said

Told = TypeVar("Told")


def attempt(act: Callable[[], Told], done: str = "") -> Told | None:
    """Do it in one transaction, and say ``done``. A broken rule is shown on the next page instead, nothing is changed,
    and None comes back."""
    try:
        with unit_of_work(db.session):
            told = act()
    except RuleViolation as problem:
        flash(said(problem), "danger")
        return None
    if done:
        flash(done, "success")
    return told
