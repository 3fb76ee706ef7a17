"""What invented histories say of agreements, and what an agreement makes a case owe, read slowly from the events
(人民调解法 art. 31)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from caseapp.domain.cases import words
from caseapp.kernel.clock import SHANGHAI
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


def confirmations_of(line: dict[str, Any], limit: datetime) -> Iterator[dict[str, Any]]:
    """That a court was asked to confirm an agreement, what it came to, and that a subsidy was claimed; by dice of its own, so that the other
    histories of a seed stay as they are."""
    dice = random.Random(f"court of {line['number']}")
    for resolved in [event for event in line["events"] if event.get("method") == "mediation"]:
        session = _instant(resolved) - timedelta(minutes=1)
        yield _entered(dice, "mediated", session, limit, {"result": "agreed"})
        claim = {"grade": dice.choice(words.GRADES), "mediator": "王丙三"}
        yield _entered(dice, "subsidy_claimed", _instant(resolved) + timedelta(minutes=1), limit, claim)
    for agreed in [event for event in line["events"] if event["kind"] == "agreed"]:
        at = _instant(agreed)
        asked = at + timedelta(days=dice.choice((0, 0, 3, 20, 40)), minutes=dice.choice((1, 30)))
        said = {"court": "平安县人民法院", "asked_on": asked.astimezone(SHANGHAI).date().isoformat()}
        yield _entered(dice, "confirmation_asked", asked, limit, said)
        decided = asked + timedelta(days=dice.choice((0, 5, 15)), minutes=1)
        result = dice.choice((*words.CONFIRMATION_RESULTS, "confirmed"))
        yield _entered(dice, "confirmation_decided", decided, limit, {"result": result})


def _instant(event: dict[str, Any]) -> datetime:
    at = datetime.fromisoformat(event["at"])
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _entered(dice: random.Random, kind: str, at: datetime, limit: datetime, said: dict[str, Any]) -> dict[str, Any]:
    recorded_at = min(at + dice.choice((timedelta(0), timedelta(0), timedelta(days=9))), limit)
    return {"kind": kind, **said, "at": min(at, limit).isoformat(), "recorded_at": recorded_at.isoformat()}


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
