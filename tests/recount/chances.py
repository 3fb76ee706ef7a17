"""What an invented history is made of, and how often: days, hours, names, and the kinds of event by where a case stands."""

from __future__ import annotations

from datetime import time, timedelta

HOURS = (time(0, 0), time(0, 30), time(7, 59), time(8, 0), time(9, 15), time(15, 40), time(23, 59), time(23, 59, 59))
WAITS = {
    "quick": (0, 0, 0, 1, 1, 2, 3, 4, 5, 7),
    "steady": (0, 0, 1, 2, 3, 6, 7, 8, 14, 15, 16, 30),
    "slow": (0, 1, 7, 15, 16, 30, 31, 45, 60, 61, 90, 91, 180, 181, 365),
}
SPANS = (1, 7, 8, 14, 15, 16, 30, 31, 60, 75, 90, 180)
LATENESS = (
    *(timedelta(0),) * 8, timedelta(hours=3), timedelta(hours=72), timedelta(hours=72, seconds=1), timedelta(days=4),
    timedelta(days=9), timedelta(days=25), timedelta(days=70),
)  # fmt: skip
UNITS = ("TH", "TH-SH", "TH-SH", "TH-SH-01", "TH-SH-01", "TH-SH-02", "TH-DS", "TH-DS-01", "XT-AA")
USERS = (None, "grid", "village", "station", "office", "office2", "不在册的人")
NAMES = ("周甲一", "李乙二", "王丙三", "赵丁四", "钱戊五", "", " ")
ALWAYS = {
    "rated": 5, "notice_served": 4, "amended": 4, "seat_filled": 2, "seat_cleared": 1.5, "team": 4,
    "followed_up": 3, "repeated": 1, "voided": 0.5, "assigned": 3,
}  # fmt: skip
WEIGHTS: dict[str, dict[str, float]] = {
    "open": ALWAYS | {
        "followed_up": 8, "mediated": 6, "resolved": 15, "accepted": 20, "replied": 24, "extended": 12, "escalated": 4,
        "agreed": 5, "sent_down": 4, "plan_filed": 2, "withdrawn": 2, "terminated": 4, "transferred_out": 1.7, "redirected": 1.7,
        "refused": 1.7,
    },
    "resolved": ALWAYS | {"agreed": 3, "return_visited": 25, "rated": 9, "reopened": 12, "archived": 4},
    "closed_unresolved": ALWAYS | {"review_asked": 35, "rated": 12, "reopened": 10, "resolved": 5, "archived": 3},
    "left": ALWAYS | {"reopened": 8, "resolved": 4, "archived": 2},
}  # fmt: skip
OF_ASSIGNMENTS: dict[str, dict[str, float]] = {
    "": {"objected": 20, "reported": 10}, "waiting": {"objection_answered": 60, "reported": 5},
    "refused": {"reported": 15}, "agreed": {}, "reported": {"report_returned": 15},
}  # fmt: skip
DECIDED = {"reviewed": 70.0}
"""Of a review that waits."""
OF_PETITIONS = ("accepted", "replied")
