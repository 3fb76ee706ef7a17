"""What the entries of the log are asked for by: a family of acts, or one of them. Pure."""

from __future__ import annotations

FAMILIES: dict[str, tuple[str, ...]] = {
    "refusals": ("refused", "login_failed"),
    "looks": ("code_seen", "contacts_revealed", "number_looked_up", "paper_opened", "letter_taken"),
    "exports": ("cases_exported", "ledger_exported", "report_taken", "log_exported"),
    "imports": ("cases_imported", "case_imported", "ledger_imported", "units_loaded"),
    "accounts": (
        "user_added", "user_enabled", "user_disabled", "password_set", "post_added", "post_ended", "handed_over",
    ),
    "settings": (
        "setting_changed", "official_days_entered", "template_put", "template_dropped", "unit_changed",
        "county_form_put", "county_form_dropped", "standing_team_set",
    ),
    "second_person": (
        "proposed", "decided", "request_taken_back", "struck_out", "circle_settled", "interest_declared",
        "interest_undo_asked", "interest_undone", "account_asked", "account_decided",
        "unit_change_asked", "unit_change_decided", "erasing_asked", "erasing_sent_back", "contacts_kept",
        "contacts_erased",
    ),
    "outside": ("transfer_sheet_printed", "handing_over_said", "handed_outside", "handing_over_denied"),
    "command_line": ("acted_as",),
    "logins": ("login", "logout", "login_failed"),
    "reports": ("report_frozen", "anchored", "heads_keyed", "data_sealed", "month_submitted", "month_returned"),
}  # fmt: skip


def actions_of(asked: str) -> tuple[str, ...]:
    """The acts that a family or a single act stands for; none for nothing."""
    return FAMILIES.get(asked) or ((asked,) if asked else ())
