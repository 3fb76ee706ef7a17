"""Records as a phone sends them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

LOG = {
    "track": "dispute", "story": "两家为水沟争执。已劝开。", "unit": "TH-SH-01", "category": "neighbour", "name": "周甲一",
    "phone": "000-0000-1234", "headcount": "2", "contact": "any", "channel": "screening", "risk": "green",
    "petition_class": "appeal",
}  # fmt: skip
ONE, TWO, THREE = ("0123456789abcdef" * 2, "f" * 32, "a1" * 16)


def record(kind: str, client_id: str = ONE, user: str = "grid", **values: Any) -> dict[str, Any]:
    """A record with what every record says of itself."""
    return {"kind": kind, "client_id": client_id, "user": user, "made_at": "1000", "sent_at": "1000", **values}


def logged(client_id: str = ONE, user: str = "grid", **values: Any) -> dict[str, Any]:
    """A log."""
    return record("log", client_id, user, **{**LOG, **values})


def photo(data: bytes, client_id: str = TWO, **values: Any) -> dict[str, Any]:
    """A photo."""
    return record("photo", client_id, photo=(BytesIO(data), "现场.jpg"), **values)
