"""The roles a post can have (contract §2). What each may do is ``access/permissions.py``."""

from __future__ import annotations

ROLES = ("grid", "village", "liaison", "station", "leader", "office", "discipline", "auditor", "admin")
AT_WORK = {"group": "grid", "village": "village", "town": "office"}
"""Which posts are at work in a unit of a tier: what is charged or sent to a unit, is theirs."""
VILLAGE_ROLES = ("village", "liaison", "grid")
ABSENCE_KINDS = ("leave", "training", "illness", "other")
WITH_SECOND_FACTOR = ("leader", "office", "discipline", "auditor", "admin")
"""Who logs in with a second factor, from the day on that the office sets."""
