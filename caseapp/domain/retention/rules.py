"""How long contacts of parties are kept: no longer than their purpose needs (个人信息保护法 art. 19). Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from caseapp.domain.org.office import OfficeRules
from caseapp.kernel.periods import Month

KEPT = "retention.contacts"
"""The setting of the office that says for how many months."""
AT_ONCE = 50
"""So many cases a list shows, and so many are erased by one signature."""
A_YEAR = 12


def archived_by(today: date, office: OfficeRules) -> date:
    """The last day on which a case was archived whose contacts have been kept for long enough today."""
    return months_before(today, office.settings.days(KEPT, today))


def months_before(day: date, count: int) -> date:
    """The same day of an earlier month, or its last day; a later one when ``count`` is negative."""
    month = Month.of(day).back(count)
    return date(month.year, month.month, min(day.day, monthrange(month.year, month.month)[1]))
