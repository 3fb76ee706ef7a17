"""Cases for tests, in the fewest words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from caseapp.actions.cases import Act, RegisterCase, decide, propose, record, register
from caseapp.actions.context import Ctx
from caseapp.db import unit_of_work
from caseapp.domain.cases.events import Head, Party, names_petitioner
from caseapp.kernel.clock import SHANGHAI

COUNT = iter(range(10**9))
REPLY = {"text": "经查，所述情况已核实，意见如下。", "ground": "信访工作条例第三十二条"}


def head(**values: Any) -> Head:
    """A neighbours' dispute in the first group of Shuanghe, or what ``values`` make of it."""
    base: dict[str, Any] = {
        "track": "dispute", "unit": "TH-SH-01", "title": "两家排水沟纠纷", "category": "neighbour",
        "parties": (Party("party", "周甲一", "000-0000-1234"),),
    }  # fmt: skip
    base |= values
    return Head(**base, named=names_petitioner(base["parties"]))


def petition(**values: Any) -> Head:
    """A petition of class appeal with a named petitioner."""
    base: dict[str, Any] = {
        "track": "petition", "petition_class": "appeal", "parties": (Party("petitioner", "李乙二", "000-0000-5678"),),
        "category": "welfare", "title": "低保待遇核定",
    }  # fmt: skip
    return head(**(base | values))


def log(ctx: Ctx, what: Head | None = None, at: datetime | None = None) -> str:
    """Register a case; returns its number."""
    with unit_of_work(ctx.session):
        return register(ctx, RegisterCase(what or head(), f"token-{next(COUNT)}", at)).number


def do(ctx: Ctx, number: str, action: str, at: datetime | None = None, **data: Any) -> None:
    """Record one act; a written reply with a text and a ground in law."""
    data = REPLY | data if action == "reply" else data
    data = {"agreed_to": True} | data if action == "mediate" else data
    with unit_of_work(ctx.session):
        record(ctx, Act(number, action, data, at))


CALL = {"called": "信访人本人", "said": "确认是自己要求撤回"}


def by_two(asks: Ctx, decides: Ctx, number: str, action: str, **data: Any) -> None:
    """Do what needs a second person: one asks, another agrees, who called the petitioner before a withdrawal."""
    told = CALL | {"called_on": decides.today.isoformat()} if action == "withdraw" else {}
    with unit_of_work(asks.session):
        asked = propose(asks, Act(number, action, data)).id
    with unit_of_work(decides.session):
        decide(decides, asked, approved=True, told=told)


def name(asks: Ctx, decides: Ctx, number: str, *about: str) -> None:
    """Let others be those who are complained of: asked for by one, approved by another."""
    by_two(asks, decides, number, "name_accused", field="about", to=list(about), reason="来访人反映")


def moment(*when: int) -> datetime:
    """A wall-clock time in Shanghai."""
    return datetime(*when, tzinfo=SHANGHAI)  # type: ignore[misc, arg-type]
