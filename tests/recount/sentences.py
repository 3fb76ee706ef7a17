"""What ``rates.md`` and contract §6 make a difference of, sentence by sentence: whether a case meets it in a month.

A difference nobody's history meets is a difference nobody has tested: ``test_sentences.py`` counts them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.recount.one_case import Happened, Story, days
from tests.recount.overdue import owed
from tests.recount.rates import Window

Met = Callable[[Story, Window], bool]


def owes(kind: str) -> Met:
    """It owes something of a kind at the end of the month, and it is late."""
    return lambda one, window: any(item == kind and due < window.end for item, due in owed(one, window.end))


def ends(one: Story, window: Window, kind: str) -> bool:
    """The last state-changing event up to the end of the month is of a kind."""
    last = one.last_state(window.end)
    return last is not None and last.kind == kind


def due_here(one: Story, window: Window) -> bool:
    """It stands among those due in the month."""
    return not one.is_suggestion and one.due_in_a_rate() in window and one.category(one.due_in_a_rate()) != "left"


def at_due(one: Story) -> str | None:
    """Its category on the due date."""
    return one.category(one.due_in_a_rate())


def extensions(one: Story, *, again: bool) -> list[Happened]:
    """Its extensions before, or from, the first reopening on."""
    turns = [one.place_of(turn) for turn in one.all_of("reopened")] or [len(one.events)]
    return [ext for ext in one.all_of("extended") if (one.place_of(ext) > turns[0]) == again]


def last_act(one: Story, window: Window) -> Happened | None:
    """Its last resolution or reply in the month."""
    acts = one.within(window.start, window.end, "resolved", "replied")
    return acts[-1] if acts else None


def rated_after(one: Story, window: Window) -> list[Happened]:
    """The ratings after that, whenever."""
    act = last_act(one, window)
    return [said for said in one.after(act) if said.kind == "rated"] if act else []


def lamp_steps(one: Story, window: Window) -> list[tuple[date, date]]:
    """For each reopening of the month: the date that stood, and thirty days after it."""
    found = []
    for turn in one.within(window.start, window.end, "reopened"):
        before = [step for step in one.with_all_before(turn)[:-1] if step.kind in ("extended", "reopened")]
        stood = one.first_due(one.with_all_before(turn))
        for step in before:
            stood = date.fromisoformat(step.data["to"]) if step.kind == "extended" else max(stood, step.on + days(30))
        found.append((stood, turn.on + days(30)))
    return found


RATES: dict[str, Met] = {
    "resolved, but visits said nothing": lambda one, w: (
        one.category(w.end) == "resolved"
        and not one.verified(w.end)
        and bool(one.visits_since(one.up_to(w.end, "resolved")[-1], w.end))
    ),
    "verified, though the last visit was refused or met nobody": lambda one, w: (
        one.verified(w.end) and one.up_to(w.end, "return_visited")[-1].data["result"] in ("refused", "unreachable")
    ),
    "resolved more than 180 days before": lambda one, w: (
        one.category(w.eve) == "resolved"
        and not one.verified(w.eve)
        and one.up_to(w.eve, "resolved")[-1].on < w.start - days(180)
    ),
    "archived, then reopened": lambda one, w: bool(one.up_to(w.end, "archived")) and not one.archived(w.end),
    "returned by a resolution without a reopening": lambda one, w: (
        one.category(w.eve) in ("closed_unresolved", "left")
        and bool(one.within(w.start, w.end, "resolved"))
        and not one.within(w.start, w.end, "reopened")
    ),
    "a suggestion, due to be told of": lambda one, w: (
        one.is_suggestion and one.names_a_petitioner and one.received + days(15) in w
    ),
    "told too late": lambda one, w: (
        one.is_petition
        and one.received + days(15) in w
        and not one.up_to(one.received + days(15), "notice_served")
        and bool(one.all_of("notice_served"))
    ),
    "on time by a reply that supports": lambda one, w: (
        due_here(one, w)
        and at_due(one) == "open"
        and any(said.data["outcome"] == "supported" for said in one.up_to(one.due_in_a_rate(), "replied"))
    ),
    "on time by a reply, reopened since": lambda one, w: (
        due_here(one, w)
        and at_due(one) == "open"
        and any(said.data["outcome"] != "supported" for said in one.up_to(one.due_in_a_rate(), "replied"))
    ),
    "resolved in time, open again on the due date": lambda one, w: (
        due_here(one, w)
        and at_due(one) == "open"
        and bool(one.up_to(one.due_in_a_rate(), "resolved"))
        and not one.up_to(one.due_in_a_rate(), "replied")
    ),
    "left on the due date": lambda one, w: one.due_in_a_rate() in w and at_due(one) == "left",
    "an extension after a reopening, not counted": lambda one, w: (
        due_here(one, w) and bool(extensions(one, again=True))
    ),
    "an extension entered too late": lambda one, w: (
        due_here(one, w)
        and any(
            ext.recorded_on > one.first_due(one.events) and one.due_in_a_rate().isoformat() != ext.data["to"]
            for ext in extensions(one, again=False)
        )
    ),
    "extended twice": lambda one, w: due_here(one, w) and len(extensions(one, again=False)) > 1,
    "extended before and after a reopening": lambda one, w: (
        due_here(one, w) and bool(extensions(one, again=False)) and bool(extensions(one, again=True))
    ),
    "accepted after the day it should have been": lambda one, w: (
        due_here(one, w) and any(said.on > one.received + days(15) for said in one.all_of("accepted"))
    ),
    "a reply that was rated": lambda one, w: (
        (act := last_act(one, w)) is not None
        and act.kind == "replied"
        and any(said.on <= w.end for said in rated_after(one, w))
    ),
    "rated before the last act, not after it": lambda one, w: (
        bool(one.within(w.start, w.end, "rated")) and last_act(one, w) is not None and not rated_after(one, w)
    ),
    "rated after the month": lambda one, w: (
        bool(rated_after(one, w)) and all(said.on > w.end for said in rated_after(one, w))
    ),
    "rated twice, the second time otherwise": lambda one, w: (
        len({said.data["score"] for said in rated_after(one, w) if said.on <= w.end}) > 1
    ),
    "reopened before the first visit was due": lambda one, w: any(
        turn.on < said.on + days(7)
        for said in one.all_of("resolved")
        for turn in one.after(said)
        if said.on + days(7) in w and turn.kind == "reopened"
    ),
    "merged in a later month": lambda one, w: (
        one.registered in w and any(said.on > w.end for said in one.all_of("merged"))
    ),
    "of a lead, in the month": lambda one, w: (
        one.five_seats(w.end)
        and any(
            said.data.get("by_seat") == "lead" and not said.data.get("acting")
            for said in one.within(w.start, w.end, "followed_up", "mediated")
        )
    ),
    "of a lead's deputy alone": lambda one, w: (
        one.five_seats(w.end)
        and {
            said.data.get("acting", False)
            for said in one.within(w.start, w.end, "followed_up", "mediated")
            if said.data.get("by_seat") == "lead"
        }
        == {True}
    ),
    "backlog that needs a team": lambda one, w: (
        one.registered + days(365) <= w.end
        and one.needs_team(w.end)
        and not one.needs_team(one.registered)
        and one.tier(w.end) != "town"
        and one.value("risk", w.end) == "green"
        and one.value("headcount", w.end) <= 5
    ),
    "sent up or down before it was resolved": lambda one, w: (
        one.category(w.end) == "resolved" and one.tier(w.end) != one.tier(one.registered)
    ),
    "a reopening that moves the lamp": lambda one, w: any(stood < later for stood, later in lamp_steps(one, w)),
    "a reopening that leaves the lamp": lambda one, w: any(stood >= later for stood, later in lamp_steps(one, w)),
    "withdrawn at the end": lambda one, w: not one.is_suggestion and ends(one, w, "withdrawn"),
    "withdrawn in the month, something else at the end": lambda one, w: (
        bool(one.within(w.start, w.end, "withdrawn")) and not ends(one, w, "withdrawn")
    ),
    "a suggestion answered": lambda one, w: one.is_suggestion and bool(one.within(w.start, w.end, "replied")),
    "a suggestion answered twice": lambda one, w: one.is_suggestion and len(one.within(w.start, w.end, "replied")) > 1,
    "a suggestion merged": lambda one, w: one.is_suggestion and one.registered in w and bool(one.all_of("merged")),
    "a suggestion voided": lambda one, w: one.is_suggestion and one.registered in w and bool(one.all_of("voided")),
    "one of a matter": lambda one, w: one.registered in w and one.of_a_matter(w.end),
    "entered late, of one voided or merged": lambda one, w: (
        one.excluded and any(said.entered_late for said in one.within(w.start, w.end))
    ),
}
COUNTY: dict[str, Met] = {
    "a group of five": lambda one, w: (
        one.is_petition and one.registered in w and one.line.get("channel") == "visit" and one.value("headcount", w.end) == 5
    ),
    "a group that grew": lambda one, w: (
        one.is_petition and one.registered in w and one.value("headcount", w.end) != one.value("headcount", w.eve)
    ),
    "taken up in time, without an acceptance": lambda one, w: (
        one.is_petition and one.received + days(15) in w
        and bool(one.up_to(one.received + days(15), "redirected", "refused", "transferred_out"))
    ),
    "settled in fifteen days": lambda one, w: (
        one.is_petition and one.received + days(15) in w and bool(one.up_to(one.received + days(15), "resolved"))
    ),
    "taken up too late": lambda one, w: (
        one.is_petition and one.received + days(15) in w and bool(one.all_of("accepted"))
        and not one.up_to(one.received + days(15), "accepted", "resolved")
    ),
    "answered by a withdrawal": lambda one, w: (
        due_here(one, w) and one.petition_class == "appeal" and bool(one.up_to(w.end, "accepted"))
        and bool(one.up_to(one.due_in_a_rate(), "withdrawn"))
    ),
    "resolved once, reopened since": lambda one, w: (
        bool(one.all_of("resolved")) and one.all_of("resolved")[0].on in w
        and bool(one.within(one.all_of("resolved")[0].on, w.end, "reopened"))
    ),
    "resolved for the second time": lambda one, w: len(one.all_of("resolved")) > 1 and one.all_of("resolved")[-1].on in w,
    "mediated and terminated in one month": lambda one, w: (
        not one.is_petition and bool(one.within(w.start, w.end, "terminated"))
        and any(said.data["method"] == "mediation" for said in one.within(w.start, w.end, "resolved"))
    ),
    "settled otherwise": lambda one, w: not one.is_petition and any(
        said.data["method"] != "mediation" for said in one.within(w.start, w.end, "resolved")
    ),
}  # fmt: skip
OVERDUE: dict[str, Met] = {
    **{f"owes {kind}": owes(kind) for kind in (
        "notice", "first_contact", "follow_up", "team", "handle", "perform", "return_visit", "answer_above",
        "undertaking",
    )},
    "owes an answer again, the report came back": lambda one, w: (
        owes("answer_above")(one, w) and bool(one.up_to(w.end, "report_returned"))
    ),
    "owes an answer, settled": lambda one, w: owes("answer_above")(one, w) and one.category(w.end) != "open",
    "owes an answer, a suggestion": lambda one, w: one.is_suggestion and owes("answer_above")(one, w),
    "owes no answer, reported": lambda one, w: (
        bool(one.up_to(w.end, "assigned", "reported")[-1:]) and one.up_to(w.end, "assigned", "reported")[-1].kind == "reported"
    ),
    "owes no answer, settled without a report": lambda one, w: one.category(w.end) != "open" and any(
        not said.data.get("report_wanted") for said in one.up_to(w.end, "assigned")[-1:]
    ),
    "owes no answer, handed back": lambda one, w: any(
        said.data["answer"] == "agreed" for said in one.up_to(w.end, "objection_answered")
    ),
    "owes a notice, closed or left": lambda one, w: owes("notice")(one, w) and one.category(w.end) not in ("open", "resolved"),
    "owes a notice, a suggestion": lambda one, w: one.is_suggestion and owes("notice")(one, w),
    "owes none, withdrawn": lambda one, w: (
        one.is_petition and one.names_a_petitioner and ends(one, w, "withdrawn") and not one.up_to(w.end, "notice_served")
    ),
    "owes none, archived": lambda one, w: (
        one.is_petition and one.names_a_petitioner and one.archived(w.end) and not one.up_to(w.end, "notice_served")
    ),
    "reopened, and nobody was ever there": lambda one, w: (
        one.category(w.end) == "open" and bool(one.up_to(w.end, "reopened"))
        and not one.up_to(w.end, "followed_up", "mediated")
    ),
    "owes no handling, for it was answered": lambda one, w: ends(one, w, "replied") and one.category(w.end) == "open",
    "owes its handling again": lambda one, w: (
        one.category(w.end) == "open" and bool(one.up_to(w.end, "replied")) and owes("handle")(one, w)
    ),
    "owes what it promised by a day": lambda one, w: owes("perform")(one, w) and any(
        "perform_by" in said.data for said in one.up_to(w.end, "replied")[-1:]
    ),
    "owes what it promised in thirty days": lambda one, w: owes("perform")(one, w) and not any(
        "perform_by" in said.data for said in one.up_to(w.end, "replied")[-1:]
    ),
    "owes what was agreed, resolved": lambda one, w: (
        owes("undertaking")(one, w) and one.category(w.end) == "resolved"
    ),
    "owes several things of an agreement": lambda one, w: len([
        item for item, due in owed(one, w.end) if item == "undertaking" and due < w.end
    ]) > 1,
    "owes nothing of an agreement, for it was reopened": lambda one, w: (
        [turn.kind for turn in one.up_to(w.end, "undertaken", "reopened")][-2:] == ["undertaken", "reopened"]
        and one.category(w.end) == "open"
    ),
    "refused the visits": lambda one, w: one.category(w.end) == "resolved" and any(
        said.data["result"] == "refused" for said in one.visits_since(one.up_to(w.end, "resolved")[-1], w.end)
    ),
    "owes more visits than one": lambda one, w: len([
        item for item, due in owed(one, w.end) if item == "return_visit" and due < w.end
    ]) > 1,
    "no visits owed after 180 days": lambda one, w: (
        one.category(w.end) == "resolved" and one.up_to(w.end, "resolved")[-1].on + days(180) < w.end
        and not one.archived(w.end)
    ),
}  # fmt: skip
