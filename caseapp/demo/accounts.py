"""The demo accounts of the contract (§2): one a role, one password, in the demo database alone."""

from __future__ import annotations

DEMO_PASSWORD = "demo-2026"
DEMO_ACCOUNTS = ("grid", "village", "liaison", "station", "leader", "office", "discipline", "auditor", "admin")
