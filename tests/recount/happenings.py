"""Cases and events written briefly, for histories made by hand."""

from __future__ import annotations

from typing import Any

DISPUTE: dict[str, Any] = {"track": "dispute", "unit": "TH-SH-01", "title": "界址"}
PETITION: dict[str, Any] = {
    "track": "petition", "petition_class": "appeal", "unit": "TH-SH", "title": "诉求", "channel": "visit",
    "parties": [{"role": "petitioner", "name": "周甲一"}],
}  # fmt: skip
SUGGESTION: dict[str, Any] = {**PETITION, "petition_class": "suggestion", "title": "建议"}


def happens(text: str, recorded: str = "", **data: Any) -> dict[str, Any]:
    """An event written ``kind 2024-05-01T09:00``."""
    kind, at = text.split()
    return {"kind": kind, "at": at, **({"recorded_at": recorded} if recorded else {}), **data}


def resolved(at: str, recorded: str = "") -> dict[str, Any]:
    """A resolution."""
    return happens(f"resolved {at}", recorded, method="mediation", evidence="协议")


def visited(at: str, result: str, recorded: str = "") -> dict[str, Any]:
    """A return visit."""
    return happens(f"return_visited {at}", recorded, result=result)


def reopened(at: str, recorded: str = "") -> dict[str, Any]:
    """A reopening."""
    return happens(f"reopened {at}", recorded, reason="反弹")


def extended(at: str, to: str, recorded: str = "") -> dict[str, Any]:
    """An extension."""
    return happens(f"extended {at}", recorded, to=to, reason="案情复杂")


def amended(at: str, field: str, to: Any, recorded: str = "") -> dict[str, Any]:
    """An amendment."""
    return happens(f"amended {at}", recorded, field=field, to=to, reason="更正")


def replied(at: str, outcome: str, **data: Any) -> dict[str, Any]:
    """A written opinion."""
    return happens(f"replied {at}", outcome=outcome, **data)


def accepted(at: str) -> dict[str, Any]:
    """An acceptance."""
    return happens(f"accepted {at}")


def rated(at: str, score: str) -> dict[str, Any]:
    """A rating."""
    return happens(f"rated {at}", score=score)


def assigned(at: str, due: str, *, report: bool = True) -> dict[str, Any]:
    """A matter assigned from above, received on the day it is put down."""
    said = {"sender": "县信访局", "letter_no": "县信交〔2024〕1号", "received_on": at[:10], "answer_due": due}
    return happens(f"assigned {at}", **said, **({"report_wanted": True} if report else {}))


START = happens("registered 2024-01-01T00:00:00")
