"""What a post may do. A role holds permissions; a post gives them for the subtree of its unit (contract §2)."""

from __future__ import annotations

READ = "case:read"
REGISTER = "case:register"
WORK = "case:work"
ACCEPT = "case:accept"
SERVE = "case:serve"
REPLY = "case:reply"
DIRECT = "case:direct"
SEND_DOWN = "case:send_down"
STAFF = "case:staff"
FILE = "case:file"
APPROVE = "case:approve"
SEALED = "case:sealed"
REPORT = "report:read"
EXCHANGE = "case:exchange"
CONTACTS = "case:contacts"
TEAMS = "team:standing"
SUPERVISE = "case:supervise"
SETTINGS = "office:settings"
UNITS = "office:units"
FREEZE = "report:freeze"
ACCOUNTS = "account:manage"
DECIDE_ACCOUNTS = "account:decide"
AUDIT = "audit:read"
PRESSURE = "pressure:read"

_HANDLER = frozenset({READ, REGISTER, WORK, REPORT, CONTACTS})

GRANTS: dict[str, frozenset[str]] = {
    "grid": _HANDLER,
    "village": _HANDLER | {ACCEPT, STAFF, SEND_DOWN},
    "liaison": _HANDLER | {STAFF, SERVE},
    "station": _HANDLER | {ACCEPT, REPLY, SERVE},
    "leader": _HANDLER
    | {ACCEPT, SERVE, REPLY, DIRECT, SEND_DOWN, STAFF, APPROVE, TEAMS, SUPERVISE}
    | {DECIDE_ACCOUNTS},
    "office": _HANDLER
    | {ACCEPT, SERVE, REPLY, DIRECT, SEND_DOWN, STAFF, FILE, APPROVE, EXCHANGE, SEALED, TEAMS, SUPERVISE, SETTINGS}
    | {FREEZE, UNITS, DECIDE_ACCOUNTS},
    "discipline": frozenset({REGISTER, SEALED, PRESSURE}),
    "auditor": frozenset({READ, REPORT, AUDIT}),
    "admin": frozenset({ACCOUNTS, DECIDE_ACCOUNTS, SETTINGS}),
}
