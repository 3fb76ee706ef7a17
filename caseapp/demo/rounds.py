"""How the demo's villages make their rounds (排查): most in time, one after its day, one not at all."""

from __future__ import annotations

import random
from dataclasses import dataclass

from caseapp.demo.cast import GROUPS, HOME

UNDONE, LATE = "TH-WL", "TH-YT"  # the last round but this one; the one before it
SLOW = (HOME, "TH-QL", "TH-LY", "TH-SB")  # have not made the running one yet
COMPANIONS = ("组长两名", "老党员一名", "村妇联主席", "乡贤一名", "驻村辅警", "")
NOTES = ("两户无人在家，已电话了解。", "重点走访了独居老人和在外务工户。", "", "", "")
DAYS_LATE = 3


@dataclass(frozen=True)
class DemoRound:
    """A round as a village tells it. ``before_end``: how many days before its last day it was signed."""

    area: str
    households: int
    companions: str
    note: str
    before_end: int


def demo_round(seed: int, village: str, ago: int) -> DemoRound | None:
    """What a village tells of its round so many rounds ago, 0 for the running one; None when it has not made it."""
    if (village, ago) == (UNDONE, 1) or (ago == 0 and village in SLOW):
        return None
    rng = random.Random(f"{seed}/{village}/{ago}")
    groups = sorted(rng.sample(range(len(GROUPS)), rng.randint(2, len(GROUPS))))
    before_end = -DAYS_LATE if (village, ago) == (LATE, 2) else rng.randint(1, 6)
    return DemoRound(
        area="、".join(GROUPS[nth] for nth in groups), households=len(groups) * rng.randint(11, 24),
        companions=rng.choice(COMPANIONS), note=rng.choice(NOTES), before_end=before_end,
    )  # fmt: skip
