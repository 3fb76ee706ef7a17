"""Words of figures: lines, rates with their formulas, periods, parts."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

FIGURE_WORDS: dict[str, dict[str, LazyString]] = {
    "line": {
        "stock": _("Carried over"),
        "new": _("New"),
        "returned": _("Came back"),
        "inflow": _("To be dealt with"),
        "resolved": _("Resolved"),
        "closed_unresolved": _("Closed, not resolved"),
        "left": _("Left for elsewhere"),
        "open": _("Open"),
        "workload": _("Workload"),
        "workload_verified": _("Workload for verification"),
    },
    "rate": {
        "net": _("Resolution rate"),
        "verified": _("Verified resolution rate"),
        "cohort": _("Resolution rate of the new"),
        "naive": _("As often reported (for comparison only)"),
        "closed": _("Closing rate"),
        "notice": _("Timely notice rate"),
        "ontime": _("On-time closing rate"),
        "evaluated": _("Share rated"),
        "satisfied": _("Satisfied, of those rated"),
        "satisfied_all": _("Satisfied, of all to be rated"),
        "visit": _("Timely return visit rate"),
        "visit_ok": _("Confirmed by return visit"),
        "repeat": _("Repeat petition rate"),
        "seats": _("Five seats filled"),
        "lead": _("Lead at work"),
        "tier_group": _("Resolved at group"),
        "tier_village": _("Resolved at village"),
        "tier_town": _("Resolved at town"),
    },
    "window": {
        "year_to_date": _("Year to date"),
        "previous_month": _("Month before"),
        "same_month_last_year": _("Same month last year"),
        "previous_period": _("Period before"),
        "same_period_last_year": _("Same period last year"),
    },
    "week": {
        "new": _("New"),
        "resolved": _("Resolved"),
        "verified": _("Verified"),
        "returned": _("Came back"),
        "open": _("Open"),
        "overdue": _("Overdue"),
    },
    "period": {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year"), "days": _("Days")},
    "part": {
        "village": _("Village or community"),
        "category": _("Category"),
        "tier": _("Tier at the end"),
        "lead": _("Lead seat at the end"),
        "channel": _("Channel"),
        "track": _("Track"),
        "cohort": _("Cohort"),
    },
    "cohort": {
        "first": _("First petitions"),
        "repeat": _("Repeat petitions"),
        "backlog": _("Backlog of a year and more"),
        "dispute": _("Disputes"),
    },
    "age": {
        "under_30": _("under 30 days"),
        "under_90": _("30 to 89 days"),
        "under_180": _("90 to 179 days"),
        "under_365": _("180 to 364 days"),
        "year_and_more": _("a year and more"),
    },
    "formula": {
        "net": _("of the workload, resolved at the end"),
        "verified": _("of the workload for verification, resolved and confirmed by a return visit at the end"),
        "cohort": _("of the cases registered in the window, resolved at the end"),
        "naive": _("cases with a resolution in the window, over the new ones"),
        "closed": _("of all to be dealt with, no longer open at the end"),
        "notice": _("of petitions whose notice fell due in the window, told by the due date"),
        "ontime": _(
            "of cases whose handling fell due in the window, settled or replied to in writing by the due date, whatever the reply says"
        ),
        "evaluated": _("of cases resolved or replied to in the window, rated afterwards"),
        "satisfied": _("of those rated, satisfied or mostly satisfied"),
        "satisfied_all": _("of cases resolved or replied to in the window, rated satisfied or mostly"),
        "visit": _("of resolutions whose first visit fell due in the window, visited by then"),
        "visit_ok": _("of return visits made in the window, fulfilled or being performed"),
        "repeat": _("of petitions registered in the window, repeating or merged into another"),
        "seats": _("of the workload that needs a team, all five seats filled at the end"),
        "lead": _("of the workload that needs a team, seats filled and the lead personally at work in the window"),
        "tier_group": _("of the resolved, held by a group at the resolution"),
        "tier_village": _("of the resolved, held by a village at the resolution"),
        "tier_town": _("of the resolved, held by the town at the resolution"),
        "voided": _("registered in the window, struck out as a mistake"),
        "merged": _("registered in the window, carried on as part of another case"),
        "withdrawn": _(
            "of all to be dealt with, closed at the end because the petitioner took it back; they count as closed, not resolved"
        ),
        "suggestions": _(
            "suggestions registered in the window: they are answered, not resolved, and are in no resolution rate"
        ),
        "suggestions_answered": _("suggestions answered in writing in the window"),
        "late_entered": _("events of the window entered more than 72 hours after they happened"),
        "accusations": _("registered in the window; they are in no other figure"),
    },
    "county": {
        "items": _("Petitions (items)"),
        "people": _("Petitions (people)"),
        "group_items": _("Group visits (items)"),
        "group_people": _("Group visits (people)"),
        "first_items": _("First petitions (items)"),
        "repeat_items": _("Repeat petitions (items)"),
        "accepted_in_time": _("Received in time"),
        "answered_in_time": _("Answered in time"),
        "pet_evaluated": _("Petitions rated"),
        "pet_satisfied": _("Petitions, satisfied of those rated"),
        "once": _("Resolved for good at once"),
        "disputes": _("Disputes taken in"),
        "dispute_people": _("People in these disputes"),
        "screened": _("Found by screening"),
        "mediated_disputes": _("Disputes mediated"),
        "mediation_success": _("Mediation success rate"),
    },
    "county_formula": {
        "items": _("petitions registered in the window, suggestions and merged ones too, without accusations"),
        "people": _("the headcounts of these at the end, added up"),
        "group_items": _("of these, visits of five people and more"),
        "group_people": _("their headcounts, added up"),
        "first_items": _("of these, neither merged into another case nor repeating one by the end"),
        "repeat_items": _("of these, merged into another case or repeating one by the end"),
        "accepted_in_time": _(
            "of petitions whose 15 days from receipt ended in the window: accepted, redirected, refused, transferred, replied to or resolved by then; merged ones left out"
        ),
        "answered_in_time": _(
            "of accepted appeals whose handling fell due in the window and that had not left: replied to, resolved or withdrawn by the due date; merged ones left out"
        ),
        "pet_evaluated": _("of petitions resolved or replied to in the window, suggestions too, rated afterwards"),
        "pet_satisfied": _("of those, satisfied or mostly satisfied"),
        "once": _("of cases first resolved in the window, not reopened afterwards by the end"),
        "disputes": _("disputes registered in the window; merged ones left out"),
        "dispute_people": _("the headcounts of these disputes at the end, added up"),
        "screened": _("of these disputes, found on a screening round"),
        "mediated_disputes": _("disputes with a mediation in the window; merged ones left out"),
        "mediation_success": _(
            "of disputes resolved by mediation or with a mediation terminated in the window, those resolved by mediation"
        ),
    },
    "apart": {
        "voided": _("Voided"),
        "merged": _("Merged"),
        "withdrawn": _("Withdrawn"),
        "suggestions": _("Suggestions received"),
        "suggestions_answered": _("Suggestions answered"),
        "late_entered": _("Entered more than 72 hours late"),
        "accusations": _("Accusations received"),
    },
}
