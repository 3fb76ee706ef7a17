"""Hostile requests, thought up from what the program itself says it takes: every route of the URL map, every field of a
form and every name that a view reads, filled with what no page sends."""

from __future__ import annotations

import ast
import importlib
import io
import json
import pkgutil
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.routing import BuildError, Rule

import caseapp.web
from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.states import EVENT_OF
from caseapp.domain.cases.words import AMENDABLE, SEATS

ROLES = ("grid", "village", "liaison", "office", "leader", "discipline", "auditor", "admin", "outsider", "")
CALM = {"GET", "POST"}
NASTY: tuple[str, ...] = (
    "", " ", "\u3000", "\t\r\n", "。。。", "\x00", "水\x00沟", "\x07\x1b[0m", "😀👨‍👩‍👧", "𠮷" * 50, "\ufeff", "\u202eabc", "\ufffe",
    "0", "-1", "1e9", "NaN", "Infinity", "0x10", "²", "१२", "1_000", str(2**31), str(2**63), str(-(2**63) - 1), "9" * 400,
    "9" * 5000, "0001-01-01", "1900-01-01", "1948-12-31", "2999-12-31", "9999-12-31", "10000-01-01", "2026-02-30",
    "2026-11-23T25:00", "2026-11-23", "2026-11-23T09:00", "2026-11", "2026-13", "2026-Q9", "0000", "None", "null", "true",
    "[]", "{}", "'", "\"><script>alert(1)</script>", "'; DROP TABLE case_file; --", "%", "%s%(x)s", "{{7*7}}", "${x}",
    "../../etc/passwd", "..", ".", "/", "//", "\\", "?", "#", "a" * 81, "a" * 201, "长" * 501, "长" * 20_001, "TH", "TH-SH-01",
    "TH-XX", "XT", "grid", "office", "on", "1", "2", "yes", "_", "1_1", "9" * 20 + "_" + "9" * 20, "-1_-1", "*", "％",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """A request as it is sent, and as it is told when it finds a fault."""

    role: str
    method: str
    path: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.role or 'nobody'} {self.method} {self.path!r:.200} {self.options!r:.400}"


def fields_by_room() -> dict[str, set[str]]:
    """The fields of every form, and every name that the views read, by the package of ``caseapp/web``."""
    found: dict[str, set[str]] = defaultdict(set)
    for module in pkgutil.walk_packages(caseapp.web.__path__, "caseapp.web."):
        loaded = importlib.import_module(module.name)
        room = module.name.split(".")[2]
        for value in vars(loaded).values():
            if isinstance(value, type) and issubclass(value, FlaskForm):
                found[room] |= {name for name in dir(value) if hasattr(getattr(value, name), "field_class")}
        found[room] |= set(_read_names(Path(str(loaded.__file__))))
    for fields in EVENT_FIELDS.values():
        found["cases"] |= set(fields)
    found["queue"] |= found["cases"] | {"made_at", "sent_at"}
    return found


def _read_names(file: Path) -> Iterator[str]:
    """The names that are read as in ``request.form.get("name")`` or ``args["name"]``."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("get", "getlist"):
            yield from (
                one.value for one in node.args[:1] if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            yield str(node.slice.value)


class Attacker:
    """Thinks up requests. ``dice`` decides everything, so that a seed gives the same requests."""

    def __init__(self, app: Flask, dice: random.Random, known: dict[str, list[str]]) -> None:
        self.app, self.dice = app, dice
        self.rules = sorted((rule for rule in app.url_map.iter_rules() if CALM & (rule.methods or set())), key=str)
        self.fields = fields_by_room()
        self.known = {
            "action": [*EVENT_OF, "fly"], "field": list(AMENDABLE), "seat": list(SEATS), "day": ["2026-11-23", "2026-11-16"],
            "period": ["2026-11", "2026-Q4", "2026", "2026-10"], "month": ["2026-11", "2026-10"], "unit": ["TH", "TH-SH", "TH-SH-01"],
            "username": ["grid", "office"], "act": ["post", "end-post", "password", "disable", "enable"], "kind": ["handle", "pdf", "svg"],
            "step": ["issue", "drop", "answer", "close", "1", "note"], "variant": ["thumb", "small", "original"], "channel": ["mail", "push"],
            "figure": ["open", "lines.open", "rates.net.n"], "paper": ["receipt", "notice", "opinion"], "key": ["screening.rhythm", "limits.notice"],
        }  # fmt: skip
        self.known |= {
            "after": ["1790000000000000_1", f"1790000000000000_{2**63}", f"2026-11-23_{2**63}", "2026-11-23_1"]
        }
        self.known |= known

    def value(self, name: str) -> str:
        """Something for a field: often what it might hold, more often what it might not."""
        likely = self.known.get(name)
        if likely and self.dice.random() < 0.5:
            return self.dice.choice(likely)
        return self.dice.choice(NASTY)

    def path(self, rule: Rule) -> str | None:
        """An address of a route."""
        values: dict[str, Any] = {}
        for name in rule.arguments:
            converter = rule._converters[name]
            number = type(converter).__name__ in ("Key", "Number")
            given = (
                self.dice.choice(("1", "2", "3", "1", "2", str(2**31), str(2**63), "9" * 30))
                if number
                else self._in_path(name)
            )
            values[name] = int(given) if number else given
        try:
            built = rule.build(values)
        except (BuildError, ValueError):
            return None
        return built[1] if built else None

    def _in_path(self, name: str) -> str:
        likely = self.known.get(name)
        if likely and self.dice.random() < 0.75:
            return self.dice.choice(likely)
        return self.dice.choice(NASTY)[:300] or "-"

    def fill(self, room: str) -> dict[str, Any]:
        """A form: half of the time one that a page might send but for a field or two, else any fields with anything;
        some of them more than once, some that nobody knows."""
        dice, names = self.dice, sorted(self.fields[room])
        told: dict[str, Any] = {}
        if dice.random() < 0.5:
            told = {name: dice.choice(self.known.get(name, ("", "", "1"))) for name in names}
            names = dice.sample(names, min(len(names), dice.choice((0, 1, 1, 2))))
        elif dice.random() < 0.5:
            names = dice.sample(names, min(len(names), dice.randint(0, 5)))
        for name in names:
            told[name] = [self.value(name), self.value(name)] if dice.random() < 0.08 else self.value(name)
        for nth in (1, 2, 30, 99):
            if dice.random() < 0.1:
                told[f"{dice.choice(names or ['x'])}-{nth}"] = self.value("")
        return told

    def body(self, room: str) -> dict[str, Any]:
        """What is sent, and how."""
        dice, told = self.dice, self.fill(room)
        way = dice.random()
        if way < 0.6:
            return {"data": told}
        if way < 0.72:
            name = dice.choice(("photos", "photo", "file", "paper"))
            content = dice.choice(
                (b"", b"\x00", b"%PDF-1.4", b"\xff\xd8\xff", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"GIF89a")
            )
            sent = (io.BytesIO(content * dice.choice((1, 1000))), dice.choice(NASTY)[:90] or "x")
            return {"data": {**told, name: sent}, "content_type": "multipart/form-data"}
        if way < 0.82:
            kind = dice.choice(
                ("application/json", "text/plain", "application/octet-stream", "", "x", "multipart/form-data")
            )
            return {"data": json.dumps(told).encode(), "content_type": kind}
        if way < 0.9:
            return {
                "data": b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
                "content_type": "multipart/form-data; boundary=b",
            }
        if way < 0.95:
            odd = b"&".join(b"%s=%%ff%%fe%%00%%ed%%a0%%80" % name.encode() for name in told)
            return {"data": odd, "content_type": "application/x-www-form-urlencoded; charset=utf-16"}
        return {"data": b"a=1&" * dice.choice((1, 2000)), "content_type": "application/x-www-form-urlencoded"}

    def headers(self) -> dict[str, str]:
        """Now and then a header that no browser sends."""
        dice = self.dice
        if dice.random() < 0.85:
            return {}
        name = dice.choice(
            (
                "Accept-Language",
                "Range",
                "If-None-Match",
                "If-Modified-Since",
                "Referer",
                "Cookie",
                "X-Forwarded-For",
                "Accept",
            )
        )
        return {
            name: dice.choice(
                ("", "\xff\xfe", "a" * 3000, "bytes=9-1", "bytes=-", "caseapp=x.y.z", "zh;q=x", "caseapp=;;;=", "*")
            )
        }

    def request(self) -> Request | None:
        """One request."""
        dice = self.dice
        rule = dice.choice(self.rules)
        path = self.path(rule)
        if path is None or path == "/logout":
            return None
        room = rule.endpoint.split(".")[0]
        view = self.app.view_functions[rule.endpoint]
        place = view.__module__.split(".")
        package = place[2] if view.__module__.startswith("caseapp.web.") else room
        method = dice.choice(sorted(CALM & (rule.methods or set())))
        options: dict[str, Any] = {"headers": self.headers()}
        if method == "POST":
            options |= self.body(package)
        if method == "GET" or dice.random() < 0.1:
            options["query_string"] = self.fill(package)
        return Request(dice.choice(ROLES), method, path, options)
