"""Requests in which an identifier of one's own case is swapped for one of a case that one may not see: in an address, in
a form, in what is asked of a list or an export."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from flask import Flask
from werkzeug.routing import Rule

from caseapp.domain.cases.states import EVENT_OF
from caseapp.domain.cases.words import AMENDABLE, SEATS
from tests.web.hostile import fields_by_room

OF_A_CASE = ("number", "proposal", "sheet_id", "helper", "interest", "notice_id", "decision", "document", "letter")
NOBODYS: dict[str, Any] = {**dict.fromkeys(OF_A_CASE, 989898), "number": "太信〔2026〕9898号"}
NAMES_A_CASE = ("into", "of", "number", "case", "q", "subject", "after", "before")
"""Fields of forms and of addresses in which a case is named."""
FILLED = {
    "action": list(EVENT_OF), "field": list(AMENDABLE), "seat": list(SEATS), "kind": ["handle", "pdf", "png", "svg", "csv", "voucher"],
    "step": ["issue", "drop", "answer", "accept", "return"], "variant": ["thumbnail", "1", "file"], "day": ["2026-11-23"],
    "unit": ["TH", "TH-SH", "TH-SH-01", "TH-DS"], "month": ["2026-11"], "period": ["2026-11", "2026-Q4"], "nth": ["1"],
    "username": ["grid", "village"], "figure": ["new", "open"], "answer": ["approve"], "paper": ["1", "month"],
    "reason": ["需要"], "text": ["情况属实"], "note": ["到场"], "task": ["协助"], "word": ["情况属实"], "method": ["visit", "mediation", "phone"],
    "evidence": ["协议"], "result": ["agreed", "fulfilled"], "to": ["TH-SH", "2026-12-30", "县局"], "length": ["1", "5", "9"],
    "decision": ["approve", "refuse"], "holder": ["grid", "village"], "due_on": ["2026-12-01"], "story": ["两家为排水沟争执。"],
    "track": ["dispute"], "category": ["neighbour"], "risk": ["green"], "channel": ["visit"], "contact": ["any"], "sure": ["1"],
    "headcount": ["2"], "name": ["王丁某"], "phone": ["000-0000-1111"], "ground": ["raised_again"], "answer_on": ["2026-12-01"],
    "responsible": ["leader", "grid"], "successor": ["station"], "leaver": ["grid"], "told_how": ["phone"], "told_on": ["2026-11-23"],
    "which": ["original", "copy"], "form": ["docx"], "matters": ["排水沟"], "way": ["post"], "receiver": ["钱乙"], "on": ["2026-11-23"],
    "into": [""], "of": [""], "case": [""], "q": [""], "subject": [""], "after": [""], "before": [""], "number": [""],
}  # fmt: skip
"""What fields of forms and parts of addresses may hold, nearly always something that is taken."""
SPARED = {
    "static",
    "bootstrap.static",
    "assets.bundle",
    "entry.logout",
    "own.end_session",
    "own.end_sessions",
    "own.password",
}


@dataclass(frozen=True)
class Swap:
    """One request. ``place`` is where the identifier stands."""

    rule: Rule
    method: str
    values: dict[str, Any]
    fields: dict[str, str]
    place: str
    in_address: bool

    def of(self, case: dict[str, Any]) -> Swap:
        """The same request with an identifier of another case in the place."""
        kept = self.values if self.in_address else self.fields
        changed = kept | {self.place: identifier(case, self.place)}
        return replace(self, **{"values" if self.in_address else "fields": changed})

    def fits(self, case: dict[str, Any]) -> bool:
        """Whether the case has what the place names."""
        return not self.in_address or self.place in case

    def path(self, app: Flask) -> str:
        """The address, as a person types it."""
        built = app.url_map.bind("localhost").build(self.rule.endpoint, self.values)
        return unquote(built)

    def send(self, app: Flask, client: Any) -> Any:
        """Send it; returns the answer."""
        sent = "query_string" if self.method == "GET" else "data"
        return client.open(self.path(app), method=self.method, **{sent: self.fields})

    def __str__(self) -> str:
        return f"{self.method} {self.rule} {self.values} {self.fields}, swapped: {self.place}"


def identifier(case: dict[str, Any], place: str) -> Any:
    """What names the case in a place: its number where none of its own kind does."""
    return case.get(place, case["number"])


def swaps(app: Flask, dice: random.Random, mine: dict[str, Any], filled: dict[str, list[str]]) -> Iterator[Swap]:
    """Requests about one's own case without end, each with a place for an identifier. ``filled`` says what forms hold."""
    fields = fields_by_room()
    rules = sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint not in SPARED), key=str)
    while True:
        rule = dice.choice(rules)
        method = dice.choice(sorted((rule.methods or set()) & {"GET", "POST"}))
        named = [name for name in OF_A_CASE if name in rule.arguments]
        room = sorted(fields[app.view_functions[rule.endpoint].__module__.split(".")[2]])
        form = {name: dice.choice(filled[name]) for name in room if name in filled}
        asked = [name for name in NAMES_A_CASE if name in room]
        if not named and not asked:
            continue
        if asked and (not named or dice.random() < 0.3):
            place, in_address = dice.choice(asked), False
        else:
            place, in_address = dice.choice(named), True
        values = {
            name: identifier(mine, name) if name in OF_A_CASE else dice.choice(filled.get(name, ["1"]))
            for name in rule.arguments
        }
        yield Swap(rule, method, values, form, place, in_address)
