"""What stands in rows of its own and follows from no event is held fast by a chain: of each row a digest, whenever it
is written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from caseapp.domain.audit.chain import canonical, stamp, text_digest

HELD: Mapping[str, frozenset[str]] = {
    "absence": frozenset(),
    "account_act": frozenset({"told_at"}),
    "calendar_day": frozenset(),
    "callback": frozenset(),
    "co_handler": frozenset(),
    "county_form": frozenset(),
    "document": frozenset(),
    "document_page": frozenset(),
    "entry_code": frozenset(),
    "erasing_proposal": frozenset(),
    "flag": frozenset(),
    "frozen_report": frozenset(),
    "handover": frozenset(),
    "handover_item": frozenset(),
    "interest": frozenset(),
    "known_device": frozenset(),
    "letter": frozenset(),
    "letter_file": frozenset(),
    "letter_service": frozenset(),
    "login_session": frozenset({"seen_at"}),
    "meeting_decision": frozenset(),
    "month_note": frozenset(),
    "number_series": frozenset(),
    "office_setting": frozenset(),
    "paper_template": frozenset(),
    "post": frozenset(),
    "pressure_note": frozenset(),
    "pressure_report": frozenset(),
    "proposal": frozenset(),
    "reach": frozenset(),
    "receipt": frozenset({"token_digest"}),
    "reception": frozenset(),
    "reception_day": frozenset(),
    "recovery_code": frozenset(),
    "screening_correction": frozenset(),
    "screening_finding": frozenset(),
    "screening_member": frozenset(),
    "screening_round": frozenset(),
    "second_factor": frozenset({"last_step"}),
    "signing": frozenset(),
    "standing_seat": frozenset(),
    "supervision_sheet": frozenset(),
    "supervision_step": frozenset(),
    "transfer_duty": frozenset(),
    "unit_request": frozenset(),
    "user_account": frozenset(),
}
"""The tables whose rows are held, each with the columns that are left out: marks of what was shown or used, which
change with looking. A column that a later migration adds has to be empty at first: what is empty is not covered."""
SECRET_KEYS = frozenset({"login_session"})
"""The tables whose keys open something: the chain, and what is said of a broken row, hold a digest of theirs."""
LONGEST_KEY = 120
BEGUN = ""
"""The key of the link that says from where on a table is held."""


def key_text(table: str, key: Iterable[object]) -> str:
    """The primary key of a row as one text."""
    told = "/".join(str(_plain(part)) for part in key)
    return sha256(told.encode()).hexdigest() if table in SECRET_KEYS else told


def row_digest(salt: str, table: str, key: str, row: Mapping[str, Any]) -> str:
    """The salted digest of a row: once its words are erased and the salt with them, nobody can try what they were."""
    left_out = HELD[table]
    told = {name: _plain(value) for name, value in row.items() if value is not None and name not in left_out}
    return text_digest(salt, {"table": table, "key": key, "row": told})


def held_content(table: str, key: str, covered: str | None) -> dict[str, Any]:
    """What the chain covers of a row as it is from now on; ``covered`` is None when the row is gone."""
    return {"table": table, "key": key, "covered": covered}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    return value if isinstance(value, str | int | bool) else canonical(value)
