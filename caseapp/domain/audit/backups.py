"""Whether an installation is backed up, by what became of the last backup."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_, CaseappError

OFF = {"off": True}
NIGHTLY, BY_HAND, AT_WORK = timedelta(days=2), timedelta(days=8), timedelta(hours=12)


def backup_problem(
    result: Mapping[str, Any] | None, made: datetime, now: datetime, *, nightly: bool, wanted: bool
) -> CaseappError | None:  # fmt: skip
    """What the administrator must know of the last backup, which began at ``made``; ``result`` is None when there was
    none, and empty while it is under way. ``nightly``: the program itself makes one every night; ``wanted``: there has
    to be one."""
    if result is None:
        return CaseappError(N_("no backup was ever made")) if wanted else None
    age, day = now - made, local_day(made)
    if not result:
        return CaseappError(N_("the backup begun on %(day)s did not end"), day=day) if age > AT_WORK else None
    if "problem" in result:
        return CaseappError(result["problem"], **result["with"])
    if result["lacking"]:
        told = N_("the backup of %(day)s lacks %(count)d photos and papers that are damaged or missing here")
        return CaseappError(told, day=day, count=result["lacking"])
    old = age > (NIGHTLY if nightly else BY_HAND)
    return CaseappError(N_("the last backup is of %(day)s"), day=day) if old else None
