"""What invented histories say of agreements, and what an agreement makes a case owe, read slowly from the events
(人民调解法 art. 31)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from tests.recount.one_case import Story

OF_AGREEMENTS = {"undertaken": 25.0, "performed": 25.0, "breached": 20.0}
"""How often what was agreed goes on, once something was."""


def said(kind: str, dice: random.Random, on: date, agreed: int) -> dict[str, Any]:
    """What an event about an agreement says, of which so many things are undertaken already."""
    if kind == "agreed":
        return {
            "form": dice.choice(("written", "oral")),
            "effective_on": (on - timedelta(dice.choice((0, 0, 1, 4)))).isoformat(),
        }
    if kind == "undertaken":
        amount = dice.choice((None, "3000", "0.50", "12500.05"))
        by = on + timedelta(dice.choice((-1, 0, 3, 7, 30, 120)))
        nth = agreed + dice.choice((1, 1, 1, 2, 0))
        return {
            "nth": nth,
            "who": "周甲一",
            "what": "付清修缮款",
            "due_on": by.isoformat(),
            **({"amount": amount} if amount else {}),
        }
    nth = dice.choice((1, 1, 1, 2, 3))
    if kind == "performed":
        return {"nth": nth, "note": "收条一张"}
    return {"nth": nth, "then": dice.choice(("reopen", "enforce", "waived")), "reason": "到期未付"}


def owed_of_the_agreement(one: Story, day: date) -> list[tuple[str, date]]:
    """Everything undertaken since the last agreement that was neither performed nor broken, while the case is open or
    resolved, and not archived. A case that was reopened, or is taken up again, has no agreement, nor has one whose agreement is not known yet."""
    if one.category(day) not in ("open", "resolved") or one.archived(day):
        return []
    days: dict[int, str] = {}
    agreed = False
    for turn in one.up_to(day, "agreed", "undertaken", "performed", "breached", "reopened"):
        if turn.kind in ("agreed", "reopened") or turn.data.get("then") == "reopen":
            days, agreed = {}, turn.kind == "agreed"
        elif turn.kind == "undertaken" and agreed:
            days[turn.data["nth"]] = turn.data["due_on"]
        elif turn.kind != "undertaken":
            days.pop(turn.data["nth"], None)
    return [("undertaking", date.fromisoformat(due)) for due in days.values()]
