"""The roles a post can have (contract §2). What each may do is ``access/permissions.py``."""

from __future__ import annotations

ROLES = ("grid", "village", "liaison", "station", "leader", "office", "discipline", "auditor", "admin")
VILLAGE_ROLES = ("village", "liaison", "grid")
ABSENCE_KINDS = ("leave", "training", "illness", "other")
