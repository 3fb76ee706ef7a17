"""Which case may be merged into which (contract §4), asked of the lines themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.recount.one_case import instant


def lives(line: dict[str, Any], at: datetime) -> bool:
    """Whether a case can take in another one at an instant."""
    ends = [instant(event["at"]) for event in line["events"] if event["kind"] in ("merged", "voided")]
    begun = instant(line["events"][0]["at"]) < at
    return begun and all(at < end for end in ends) and line.get("petition_class") != "accusation"


def led_to(number: str, at: datetime, cases: dict[str, dict[str, Any]]) -> bool:
    """Whether another case was merged into this one at an instant or later."""
    merges = [event for line in cases.values() for event in line["events"] if event["kind"] == "merged"]
    return any(event["into"] == number and instant(event["at"]) >= at for event in merges)
