"""One matter, many people (涉众群体): buyers of flats that are not handed over, and one case that is handled for all.

It is told by no dice, and in the demo's last week, so that the rest of the township stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from caseapp.demo.cast import Cast
from caseapp.demo.pace import instant

Line = dict[str, Any]
UNIT, OFFICE, LEADER = "TH-SQ", "office", "leader"
BUYERS = 9
TITLE = "反映锦绣家园二期逾期交房"
SAID = "购买锦绣家园二期商品房，合同约定的交房日已过，至今没有交房，没有说明原因。请求督促交房并按合同支付违约金。"
PLAN = "由分管领导牵头，约谈开发企业，查清资金和工期，形成交房时间表，每周向信访人代表通报一次。"


def workdays(today: date) -> list[date]:
    """The last five days before a day on which the office was open, the first one first."""
    days = [today - timedelta(days=back) for back in range(1, 9)]
    return sorted([day for day in days if day.weekday() < 5][:5])


def registered_at(today: date) -> list[datetime]:
    """When each of the buyers came: the matter first, the others on the days after, in their order."""
    first, *later = workdays(today)
    others = [instant(later[nth % len(later)], 9 * 60 + 31 + 13 * nth) for nth in range(BUYERS - 1)]
    return [instant(first, 9 * 60 + 7), *sorted(others)]


def buyers(people: Cast, today: date, numbers: list[str]) -> list[Line]:
    """The case that is handled and the petitions that are handled with it, in the order of ``registered_at``."""
    times = registered_at(today)
    names = people.names[-BUYERS - 2 :]
    first, speaker, other = names[0], names[1], names[2]
    accepted = times[0] + timedelta(hours=5, minutes=20)
    roles = (("petitioner", first), ("representative", speaker), ("representative", other))
    parties = [{"role": role, "name": name} for role, name in roles]
    matter = _line(parties, times[0], list(_handled(people, times[0], accepted)))
    joined = [
        _line([{"role": "petitioner", "name": name}], at, list(_joins(at, numbers[0])))
        for name, at in zip(names[3:], times[1:], strict=True)
    ]
    return [matter, *joined]


def _line(parties: list[dict[str, str]], at: datetime, events: list[Line]) -> Line:
    return {
        "track": "petition", "petition_class": "appeal", "channel": "visit", "unit": UNIT, "category": "contract",
        "title": TITLE, "description": SAID, "headcount": 1, "risk": "green", "parties": parties, "about": [],
        "events": [_event("registered", at), *events],
    }  # fmt: skip


def _event(kind: str, at: datetime, by: str = OFFICE, **said: object) -> Line:
    return {"kind": kind, "at": at.isoformat(), "by": by, **said}


def _handled(people: Cast, at: datetime, accepted: datetime) -> Iterator[Line]:
    """What is done to the matter: five seats, a first contact, accepted, told, and a plan."""
    seats = people.teams[UNIT].seats
    lead, hour = seats["lead"][0], timedelta(hours=1)
    for seat, (holder, deputy) in seats.items():
        pair = {"holder": holder, **({"deputy": deputy} if deputy else {})}
        yield _event("seat_filled", at + hour / 2, seat=seat, **pair)
    note = "约谈开发企业负责人，查看工地。"
    yield _event("followed_up", at + 3 * hour, lead, by_seat="lead", method="meeting", note=note)
    yield _event("accepted", accepted, route=6)
    yield _told(accepted + hour / 2, "信访人代表")
    yield _event("plan_filed", accepted + hour, lead, text=PLAN)


def _told(at: datetime, by_whom: str) -> Line:
    return _event("notice_served", at, notice="accepted", method="in_person", received_by=by_whom)


def _joins(at: datetime, number: str) -> Iterator[Line]:
    """One more petition: with the matter it is handled, and accepted as that is; its petitioner is told."""
    yield _event("joined_matter", at + timedelta(minutes=30), of=number, approved_by=LEADER)
    yield _event("accepted", at + timedelta(minutes=31))
    yield _told(at + timedelta(minutes=45), "本人")
