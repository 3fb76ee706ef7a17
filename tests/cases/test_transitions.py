"""The one table of moves, held over every state and every action."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from caseapp.domain.cases.event_fields import EVENT_FIELDS
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.law import Law
from caseapp.domain.cases.snapshot import STANDING
from caseapp.domain.cases.states import ACTION_OF, EVENT_OF, ROWS, TRANSITIONS, action_of
from caseapp.domain.cases.transitions import NAMING, STATES
from caseapp.domain.org.tree import Place, Tree
from caseapp.kernel.errors import RuleViolation

TREE = Tree(
    [
        Place("T", "", "town", "镇", "镇"),
        Place("V", "T", "village", "村", "村"),
        Place("G", "V", "group", "组", "组"),
        Place("W", "T", "village", "村", "邻村"),
    ]
)
START = datetime(2024, 3, 4, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DATA = {
    "notice_served": {"notice": "accepted"}, "redirected": {"to": "县局"}, "refused": {"ground": "litigation"},
    "transferred_out": {"to": "县局"}, "escalated": {"to": "V", "reason": "难"}, "sent_down": {"to": "G"},
    "amended": {"field": "risk", "to": "red", "reason": "升级"}, "seat_filled": {"seat": "lead", "holder": "a"},
    "seat_cleared": {"seat": "lead"}, "extended": {"to": "2024-04-20", "reason": "复杂"},
    "resolved": {"method": "mediation", "evidence": "协议"}, "replied": {"outcome": "explained"},
    "terminated": {"advice": "可诉讼"}, "withdrawn": {"reason": "本人撤回"}, "return_visited": {"result": "fulfilled"},
    "reopened": {"reason": "反弹"}, "voided": {"reason": "误录"}, "repeated": {"of": "X"}, "merged": {"into": "X"},
    "joined_matter": {"of": "X"}, "left_matter": {"reason": "诉求不同"},
    "assigned": {
        "sender": "县信访局", "letter_no": "县信交〔2024〕7号", "received_on": "2024-03-04", "answer_due": "2024-04-20",
        "report_wanted": True,
    },
    "objected": {"reason": "属县局职权"}, "objection_answered": {"answer": "refused"}, "report_returned": {"reason": "缺附件"},
    "agreed": {"form": "written", "effective_on": "2024-03-04"},
    "undertaken": {"nth": 1, "who": "周甲一", "what": "付清", "due_on": "2024-05-04", "amount": "3000.50"},
    "performed": {"nth": 1}, "breached": {"nth": 1, "then": "enforce", "reason": "未付"},
    "review_asked": {"level": "review", "organ": "县人民政府", "asked_on": "2024-03-04"},
    "reviewed": {"result": "upheld", "opinion": "维持"},
    "confirmation_asked": {"court": "县人民法院", "asked_on": "2024-03-04"}, "confirmation_decided": {"result": "confirmed"},
    "mediation_refused": {"who": "赵丁四"},
    "subsidy_claimed": {"grade": "normal", "mediator": "王丙三"},
    "requested": {"nth": 1, "text": "更正面积"}, "request_amended": {"nth": 1, "text": "更正两块地的面积", "reason": "补充说明"},
    "request_passed": {"nth": 1, "how": "redirected", "to": "县局", "reason": "属其职责"},
    "request_answered": {"nth": 1, "outcome": "explained", "ground": "条例", "text": "已解释"},
    "rated": {"score": "mostly"}, "followed_up": {"method": "desk"}, "mediated": {"result": "failed"},
}  # fmt: skip
WAY_TO = {
    "registered": (), "handling": ("accepted",), "resolved": ("resolved",), "replied": ("accepted", "replied"),
    "terminated": ("terminated",), "withdrawn": ("withdrawn",), "transferred_out": ("transferred_out",),
    "redirected": ("redirected",), "refused": ("refused",), "voided": ("voided",), "merged": ("merged",),
}  # fmt: skip


FIRST = {
    "objected": ("assigned",), "objection_answered": ("assigned", "objected"), "reported": ("assigned",),
    "report_returned": ("assigned", "reported"),
    "left_matter": ("joined_matter",), "subsidy_claimed": ("mediated",), "confirmation_asked": ("agreed",), "confirmation_decided": ("agreed", "confirmation_asked"),
    "request_amended": ("requested",), "request_passed": ("requested", ("requested", {"nth": 2, "text": "修路"})),
    "request_answered": ("requested",),
    "undertaken": ("agreed",), "performed": ("agreed", "undertaken"), "breached": ("agreed", "undertaken"),
}  # fmt: skip
"""What has to be on record before an event of a kind."""


def head(track: str = "petition", unit: str = "G", about: tuple[str, ...] = ()) -> Head:
    return Head(track, unit, "事", petition_class="appeal" if track == "petition" else None, about=about, number="N")


def told(*kinds: str | tuple[str, dict[str, object]], by: str | None = None) -> list[Event]:
    """One event an hour, each with what it needs."""
    events = []
    for hours, what in enumerate(("registered", *kinds)):
        kind, data = what if isinstance(what, tuple) else (what, DATA.get(what, {}))
        at = START + timedelta(hours=hours)
        events.append(Event(kind, at, at, by, data))
    return events


def check(events: list[Event], who: Head | None = None) -> str:
    return check_history(who or head(), events, Law(TREE), NOW).state


def is_legal(events: list[Event], who: Head) -> bool:
    try:
        check(events, who)
    except RuleViolation:
        return False
    return True


def test_every_event_kind_but_the_registration_has_one_action():
    assert set(EVENT_FIELDS) - {"registered"} == set(ACTION_OF)
    assert {action: event for event, action in ACTION_OF.items()} | {NAMING: "amended"} == EVENT_OF
    about = Event("amended", START, START, None, {"field": "about", "to": [], "reason": "更正"})
    assert (action_of(about), action_of(replace(about, data=DATA["amended"]))) == (NAMING, "amend")


def test_the_table_speaks_of_known_states_only():
    assert set(STATES) == set(STANDING)
    assert {state for row in ROWS for state in row.states} <= set(STATES)


OPEN_ONLY = {
    "accepted", "redirected", "refused", "transferred_out", "escalated", "sent_down", "plan_filed", "mediated",
    "extended", "replied", "terminated", "withdrawn",
}  # fmt: skip
ALWAYS = {
    "followed_up",
    "amended",
    "seat_filled",
    "seat_cleared",
    "repeated",
    "merged",
    "left_matter",
    "voided",
    "notice_served",
    "rated",
    "assigned",
    "reported",
    "report_returned",
    "review_asked",
    "reviewed",
}


OF_REVIEWS = {"review_asked", "reviewed"}
"""Where there is a written reply since the last reopening."""
OF_AGREEMENTS = {"agreed", "undertaken", "performed", "breached", "confirmation_asked", "confirmation_decided"}
"""While a case is open or resolved (docs/case-histories.md)."""


def allowed_by_contract(state: str, kind: str) -> bool:
    """Contract §4 in its own words, apart from the guards that look at facts; and that contacts are erased of what is
    settled, or was merged (docs/retention.md)."""
    standing = STANDING[state]
    if kind == "contacts_erased":
        return standing not in ("open", "excluded") or state == "merged"
    if standing == "excluded":
        return False
    if standing == "open":
        return kind not in ("return_visited", "reopened", "archived", "registered", "subsidy_claimed")
    if standing == "resolved":
        return kind in ALWAYS | OF_AGREEMENTS | {"subsidy_claimed", "return_visited", "reopened", "archived"}
    return kind in ALWAYS | {"reopened", "resolved", "archived"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", sorted(set(EVENT_FIELDS) - {"registered"}))
def test_the_table_says_what_the_contract_says(state: str, kind: str):
    assert ((state, ACTION_OF[kind]) in TRANSITIONS) == allowed_by_contract(state, kind)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", sorted(set(EVENT_FIELDS) - {"registered"}))
def test_every_state_and_event_pair_does_what_the_table_says(state: str, kind: str):
    track = "dispute" if {"terminated", "mediation_refused", "subsidy_claimed"} & {state, kind} else "petition"
    track = "petition" if state == "replied" else track
    latest = ("extended", {"to": "2024-05-30" if track == "petition" else "2024-04-20", "reason": "复杂"})
    events = told(*FIRST.get(kind, ()), *WAY_TO[state], latest if kind == "extended" else kind)
    assert check(told(*WAY_TO[state]), head(track)) == state
    guarded = {
        ("handling", "accepted"), ("registered", "replied"), ("resolved", "archived"), ("registered", "sent_down"),
        ("handling", "sent_down"),
    }  # fmt: skip
    guarded |= {(other, kind) for other in STATES if other != "replied" for kind in OF_REVIEWS}  # nothing was replied
    guarded |= {("replied", "reviewed")}  # nothing was asked for
    guarded |= {("registered", "request_answered")}  # not accepted
    guarded |= {(settled, "contacts_erased") for settled in STATES if settled != "merged"}  # none of them is archived
    guarded |= {("terminated", kind) for kind in ("joined_matter", "left_matter")}  # of a dispute
    legal = (state, ACTION_OF[kind]) in TRANSITIONS and (state, kind) not in guarded
    assert is_legal(events, head(track)) == legal


@pytest.mark.parametrize(
    ("events", "why"),
    [
        (told()[:0], "first event"),
        (told("registered"), "registered once"),
        (told("voided", "followed_up"), "not possible"),
        (told("accepted", "accepted"), "accepted once"),
        (told("accepted", ("replied", {"outcome": "supported"}), "reopened"), "not possible"),
        (told("replied"), "only an accepted petition"),
        (told("terminated"), "only a dispute has a mediation"),
        (told(("escalated", {"to": "T", "reason": "x"})), "right above"),
        (told(("escalated", {"to": "W", "reason": "x"})), "right above"),
        (told(("sent_down", {"to": "V"})), "below"),
        (told("escalated", ("sent_down", {"to": "W"})), "below"),
        (told(("extended", {"to": "2024-05-18", "reason": "x"})), "beyond the due date"),
        (told(("extended", {"to": "2024-06-18", "reason": "x"})), "at most"),
        (told(("seat_filled", {"seat": "lead", "holder": "a", "deputy": "a"})), "other than the holder"),
        (told(("merged", {"into": "N"})), "into itself"),
        (told(("joined_matter", {"of": "N"})), "repeat itself"),
        (told("joined_matter", ("joined_matter", {"of": "Y"})), "handled with X already"),
        (told("joined_matter", "left_matter", "left_matter"), "joined no other matter"),
        (told("joined_matter", "left_matter", "joined_matter", "resolved", "joined_matter"), "not possible"),
        (told("resolved", "archived"), "archived once"),
        (told("resolved", "return_visited", "archived", "archived"), "archived already"),
        (told("withdrawn", "archived", "archived"), "archived already"),
        (told("resolved", ("return_visited", {"result": "unreachable"}), "archived"), "archived once"),
        (told("objected"), "not assigned"),
        (told("reported"), "not assigned"),
        (told("assigned", "reported", "reported"), "answered already"),
        (told("assigned", "report_returned"), "no report was sent"),
        (told("assigned", "objected", "objected"), "objection to this assignment already"),
        (told("assigned", "objection_answered"), "no objection that waits"),
        (told("assigned", "objected", ("objection_answered", {"answer": "agreed"}), "reported"), "not assigned"),
        (told(("assigned", DATA["assigned"] | {"received_on": "2024-03-05"})), "put down, or earlier"),
        (told(("assigned", DATA["assigned"] | {"answer_due": "2024-03-03"})), "received, or later"),
        (told("assigned", ("objected", {"reason": "x", "approved_by": "a"}), by="a"), "nobody approves"),
        (told("requested", "requested"), "has this number"),
        (told(("requested", {"nth": 51, "text": "修路"})), "at most 50"),
        (told("request_amended"), "no request that is still"),
        (told("requested", "request_passed"), "no other request stays"),
        (
            told("requested", ("requested", {"nth": 2, "text": "修路"}), "request_passed", "request_amended"),
            "passed on",
        ),
        (told("requested", "request_answered"), "only requests of an accepted petition"),
        (told("accepted", "requested", "request_answered", "request_amended"), "no request that is still"),
        (told("accepted", "requested", ("request_answered", DATA["request_answered"] | {"nth": 2})), "no such request"),
        (told("undertaken"), "no agreement in force"),
        (told("performed"), "no agreement in force"),
        (told("agreed", "agreed"), "an agreement is in force"),
        (told("agreed", "undertaken", "resolved", "reopened", "performed"), "no agreement in force"),
        (told(("agreed", DATA["agreed"] | {"effective_on": "2024-03-05"})), "once it holds"),
        (told("agreed", ("undertaken", DATA["undertaken"] | {"due_on": "2024-03-03"})), "day of the agreement on"),
        (told("agreed", ("undertaken", DATA["undertaken"] | {"amount": "3,000"})), "told in yuan"),
        (told("agreed", "undertaken", "undertaken"), "has this number"),
        (told("agreed", "breached"), "nothing of the agreement"),
        (told("agreed", "undertaken", "performed", "performed"), "nothing of the agreement"),
        (told("agreed", "undertaken", ("performed", {"nth": 2})), "was not undertaken"),
        (told("agreed", "undertaken", ("breached", DATA["breached"] | {"nth": 2})), "was not undertaken"),
        (told("agreed", "undertaken", "breached", "breached"), "nothing of the agreement"),
        (told("mediation_refused"), "only a dispute has a mediation"),
        (told("mediated", "resolved", "subsidy_claimed"), "only a dispute has a mediation"),
        (told("confirmation_asked"), "no agreement in force"),
        (
            told("agreed", ("confirmation_asked", DATA["confirmation_asked"] | {"asked_on": "2024-03-03"})),
            "from the day on",
        ),
        (told("agreed", "confirmation_asked", "confirmation_asked"), "asked to confirm this agreement already"),
        (told("agreed", "undertaken", "performed", "confirmation_asked"), "all of it is performed"),
        (told("agreed", "confirmation_decided"), "no court is asked"),
        (told("agreed", "confirmation_asked", "confirmation_decided", "confirmation_decided"), "no court is asked"),
        (told("agreed", "confirmation_asked", "resolved", "reopened", "confirmation_decided"), "no agreement in force"),
        (told("withdrawn", "contacts_erased"), "once the case is archived"),
        (told("withdrawn", "archived", "reopened", "resolved", "contacts_erased"), "once the case is archived"),
        (told("withdrawn", "archived", ("contacts_erased", {"approved_by": "a"}), by="a"), "nobody approves"),
        (told("resolved", "return_visited", by="a"), "does not record the visit"),
        (told(("voided", {"reason": "x", "approved_by": "a"}), by="a"), "nobody approves"),
        (told(("extended", {"to": "2024-05-20", "reason": "x", "approved_by": "a"}), by="a"), "nobody approves"),
    ],
)
def test_an_illegal_history_is_refused_with_its_rule(events: list[Event], why: str):
    with pytest.raises(RuleViolation) as problem:
        check(events)
    assert why in str(problem.value)


@pytest.mark.parametrize(
    "events",
    [
        told("resolved", ("return_visited", {"result": "refused"}), "archived"),
        told("resolved", *[("return_visited", {"result": "unreachable"})] * 2, "archived"),
        told("resolved", "return_visited", "archived", "return_visited", "rated", "reopened", "resolved"),
        told("accepted", ("replied", {"outcome": "supported"}), "followed_up", "resolved"),
        told("withdrawn", "archived", "reopened", "resolved"),
        told(("return_visited", {}))[:1],
        told("resolved", ("return_visited", {"result": "relapsed"}), by="a"),
        told("merged"),
        told("merged", "contacts_erased"),
        told(
            "withdrawn",
            "archived",
            "contacts_erased",
            "reopened",
            "resolved",
            "return_visited",
            "archived",
            "contacts_erased",
        ),
        told("transferred_out", "resolved"),
        told("assigned", "reported", "report_returned", "reported", "assigned", "reported"),
        told("assigned", "assigned", "objected", "objection_answered", "resolved", "reported"),
        told("resolved", "assigned", "reported"),
        told("agreed", "undertaken", "resolved", "breached", "performed"),
        told(
            "agreed",
            "undertaken",
            "confirmation_asked",
            ("confirmation_decided", {"result": "withdrawn"}),
            "resolved",
            "confirmation_asked",
            "confirmation_decided",
            "performed",
        ),
        told("agreed", "resolved", "undertaken", "reopened", "agreed", "undertaken", "performed"),
    ],
)
def test_a_legal_history_is_taken(events: list[Event]):
    check(events)


def at_day(kind: str, day: int, **data: object) -> Event:
    at = START + timedelta(days=day)
    return Event(kind, at, at, None, {**DATA.get(kind, {}), **data})


def test_an_extension_is_given_until_the_due_date_and_thirty_days_in_all():
    # registered 4 March: due 4 March + 15 + 60 = 18 May 2024 (day 75)
    base = [at_day("registered", 0)]
    assert is_legal([*base, at_day("extended", 75, to="2024-06-17")], head())
    assert not is_legal([*base, at_day("extended", 76, to="2024-06-17")], head())
    twice = [*base, at_day("extended", 70, to="2024-06-01"), at_day("extended", 80, to="2024-06-17")]
    assert is_legal(twice, head())
    assert not is_legal([*twice, at_day("extended", 90, to="2024-06-18")], head())


def test_a_resolved_case_may_be_archived_after_half_a_year_without_a_visit():
    base = [at_day("registered", 0), at_day("resolved", 10)]
    assert not is_legal([*base, at_day("archived", 189)], head())
    assert is_legal([*base, at_day("archived", 190)], head())


def test_a_case_is_not_sent_down_to_whom_it_complains_of():
    complained = head(about=("V",))
    assert not is_legal([at_day("registered", 0), at_day("sent_down", 1, to="V")], complained)
    assert not is_legal([at_day("registered", 0), at_day("sent_down", 1, to="G")], complained)
    assert is_legal([at_day("registered", 0), at_day("sent_down", 1, to="W")], complained)


def test_a_complaint_is_worked_on_by_the_town_and_counted_where_it_was_sent():
    """Only ``escalated`` and ``sent_down`` move a case in the figures (rates.md §1)."""

    def stands(*events: Event, about: tuple[str, ...] = ("a",)) -> tuple[str, str]:
        now = check_history(head(about=about), [at_day("registered", 0), *events], Law(TREE), NOW)
        return now.holder, now.counted_with

    assert stands() == ("T", "G")
    named = at_day("amended", 2, field="about", to=["b"], reason="更正")
    assert stands(at_day("escalated", 1, to="V", reason="难"), named, about=()) == ("T", "V")
    assert stands(at_day("escalated", 1, to="V", reason="难")) == ("V", "V")
    assert stands(at_day("sent_down", 1, to="W", requirement="限期"), at_day("resolved", 3)) == ("W", "W")
    complained = head(about=("V",))
    assert not is_legal([at_day("registered", 0), at_day("escalated", 1, to="V", reason="难")], complained)


def test_nothing_lies_in_the_future_or_is_recorded_before_it_happened():
    late = Event("registered", NOW + timedelta(seconds=1), NOW + timedelta(seconds=1))
    early = Event("registered", START, START - timedelta(seconds=1))
    for event in (late, early):
        assert not is_legal([event], head())


def test_events_are_taken_in_the_order_of_time_and_ties_in_the_order_of_the_list():
    at = START + timedelta(days=1)
    resolved = Event("resolved", at, at, None, DATA["resolved"])
    visited = Event("return_visited", at, at, None, DATA["return_visited"])
    first = at_day("registered", 0)
    assert is_legal([resolved, visited, first], head())
    assert not is_legal([first, visited, resolved], head())
