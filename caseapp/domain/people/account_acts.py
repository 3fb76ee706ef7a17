"""What is done to somebody's account, and where it stands. Pure."""

from __future__ import annotations

ACCOUNT_ACTS = ("post", "end_post", "reset", "enable", "disable", "end_factor")
ACT_STATES = ("waiting", "done", "refused")
ALWAYS_TWO = ("end_factor",)
"""What needs a second person whoever it is about; the rest does when the account is a protected one."""
