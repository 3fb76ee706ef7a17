"""Whom anchors of the record are mailed to: addresses outside the office, one a line. Pure."""

from __future__ import annotations

import re

from caseapp.kernel.errors import N_, RuleViolation

ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
MOST, LONGEST = 10, 200


def read_addresses(value: str) -> list[str]:
    """Mail addresses, one a line. Raises RuleViolation."""
    addresses = [line.strip() for line in value.splitlines() if line.strip()]
    for address in addresses:
        if not (ADDRESS.fullmatch(address) and address.isascii() and len(address) <= LONGEST):
            raise RuleViolation("value", N_("%(text)s is no mail address"), text=address[:60])
    if len(addresses) > MOST:
        raise RuleViolation("value", N_("anchors are mailed to %(most)d addresses at most"), most=MOST)
    return list(dict.fromkeys(addresses))
