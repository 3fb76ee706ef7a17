"""The demo township is deterministic, legal by the contract, believable in its figures, and about nobody real."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from datetime import date, datetime
from statistics import median
from typing import Any

import pytest

from caseapp.demo.matters import MATTERS
from caseapp.demo.township import Township, build, numbers_of
from caseapp.domain.cases import words
from caseapp.domain.cases.history import History
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.law import Law
from caseapp.domain.cases.serving import to_announce
from caseapp.domain.deadlines.undone import to_hand_over, undone
from caseapp.domain.exchange.casefile import read_case
from caseapp.domain.org.tree import Place, Tree, check_tree
from caseapp.domain.teams.seats import check_one_seat_each
from caseapp.kernel.clock import SHANGHAI
from tests.demo.legality import Standing, hold

SEED = 20260101
TODAY = date(2026, 11, 23)
FORBIDDEN = ("钉子户", "缠访", "稳控", "维稳对象", "刁民")
ACCOUNTS = {
    "grid": "TH-SH-01", "village": "TH-SH", "liaison": "TH-SH", "station": "TH", "leader": "TH", "office": "TH",
    "discipline": "TH", "auditor": "TH", "admin": "TH",
}  # fmt: skip


def start_of(day: date) -> datetime:
    """The demo is loaded at any hour of its day: nothing in it may be later than this."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def registered(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["events"][0]["at"])


def series_of(line: dict[str, Any]) -> str:
    return "accusation" if line.get("petition_class") == "accusation" else str(line["track"])


@pytest.fixture(scope="module")
def town() -> Township:
    return build(SEED, TODAY)


@pytest.fixture(scope="module")
def standings(town: Township) -> list[Standing]:
    return [hold(line, start_of(TODAY)) for line in town.cases]


def test_the_same_seed_and_day_give_the_same_township_within_three_seconds() -> None:
    started = time.process_time()
    first = build(SEED, TODAY)
    assert time.process_time() - started < 3  # of the processor, so that a busy machine changes nothing
    assert build(SEED, TODAY) == first
    assert build(SEED + 1, TODAY).cases != first.cases


@pytest.mark.parametrize(
    ("seed", "today"),
    [
        (1, date(2026, 1, 1)),
        (2, date(2026, 3, 2)),
        (3, date(2028, 2, 29)),
        (4, date(2026, 7, 5)),
        (SEED, date(2027, 1, 4)),
    ],
)
def test_every_case_is_legal_whatever_the_seed_and_the_day(seed: int, today: date) -> None:
    limit = start_of(today)
    open_ones = [case for case in (hold(line, limit) for line in build(seed, today).cases) if case.state == "open"]
    assert 50 <= len(open_ones) <= 110
    assert 0.12 <= sum(bool(case.late(today)) for case in open_ones) / len(open_ones) <= 0.22


def test_the_import_itself_takes_every_case(town: Township) -> None:
    places = [Place(**unit) for unit in town.units]
    check_tree(places)
    tree = Tree(places)
    for line in town.cases:
        head, events = read_case(line, tree)
        check_history(head, events, Law(tree), start_of(TODAY))


def test_cases_come_in_the_order_of_registration_and_refer_to_numbers_that_exist(town: Township) -> None:
    times = [registered(line) for line in town.cases]
    assert times == sorted(times)
    assert not any("number" in line for line in town.cases)
    numbers = numbers_of((series_of(line), registered(line)) for line in town.cases)
    place = {number: nth for nth, number in enumerate(numbers)}
    assert len(place) == len(numbers)
    for nth, line in enumerate(town.cases):
        for event in line["events"]:
            if event["kind"] == "joined_matter":
                assert place[event["of"]] < nth
                assert town.cases[place[event["of"]]]["title"] == line["title"]
            if event["kind"] in ("merged", "repeated"):
                other = place[event.get("into") or event["of"]]
                assert other < nth
                assert town.cases[other]["title"] == line["title"]
                assert town.cases[other]["parties"] == line["parties"]
                assert not {"merged", "voided"} & {told["kind"] for told in town.cases[other]["events"]}


def test_numbers_count_by_track_and_year_in_the_order_of_the_list() -> None:
    days = [("petition", 2025), ("dispute", 2025), ("petition", 2025), ("petition", 2026), ("dispute", 2026)]
    cases = [(track, datetime(year, 1, 1, tzinfo=SHANGHAI)) for track, year in days]
    assert numbers_of(cases) == [
        "太信〔2025〕0001号", "太调〔2025〕0001号", "太信〔2025〕0002号", "太信〔2026〕0001号", "太调〔2026〕0001号",
    ]  # fmt: skip


def test_the_tree_is_the_towns_own(town: Township) -> None:
    assert Counter(unit["tier"] for unit in town.units) == {"town": 1, "village": 11, "group": 44}
    by_code = {unit["code"]: unit for unit in town.units}
    assert by_code["TH"]["name"] == "太和镇"
    assert by_code["TH-SH-01"] == {
        "code": "TH-SH-01", "parent": "TH-SH", "tier": "group", "kind": "组", "name": "双合村第一组",
    }  # fmt: skip
    assert by_code["TH-SQ"]["kind"] == "社区"


def test_the_demo_accounts_sit_where_the_contract_says(town: Township) -> None:
    posts = {user.username: user.posts for user in town.users}
    assert len(posts) == len(town.users)
    assert len({user.full_name for user in town.users}) == len(town.users)
    for account, unit in ACCOUNTS.items():
        assert posts[account] == ((account, unit),)
    teams = {team.village: team.seats for team in town.teams}
    assert len(teams) == 11
    demo = {"lead": "leader", "dept": "station", "liaison": "liaison", "village": "village", "grid": "grid"}
    assert {seat: pair[0] for seat, pair in teams["TH-SH"].items()} == demo
    for seats in teams.values():
        assert all(deputy for _, deputy in seats.values())
        check_one_seat_each((seat, person) for seat, pair in seats.items() for person in pair if person)
        assert {person for pair in seats.values() for person in pair} <= set(posts)


def test_everybody_named_in_an_event_has_an_account(town: Township) -> None:
    known = {user.username for user in town.users}
    for line in town.cases:
        for event in line["events"]:
            assert {event[name] for name in ("by", "holder", "deputy", "approved_by") if name in event} <= known


def test_who_is_complained_of_holds_no_seat_of_the_case(town: Township) -> None:
    posts = {user.username: user.posts for user in town.users}
    for line in town.cases:
        seated = {event["holder"] for event in line["events"] if event["kind"] == "seat_filled"}
        seated |= {event["deputy"] for event in line["events"] if event.get("deputy")}
        accused = set(line["about"])
        assert not accused & seated
        assert not any(
            role in ("village", "grid") and unit[:5] in accused for who in seated for role, unit in posts[who]
        )


def test_nobody_could_be_called_and_no_forbidden_word_occurs(town: Township) -> None:
    phones = [user.phone for user in town.users if user.phone]
    phones += [party["phone"] for line in town.cases for party in line["parties"] if "phone" in party]
    assert phones
    assert all(re.fullmatch(r"000-0000-\d{4}", phone) for phone in phones)
    text = json.dumps(town.cases, ensure_ascii=False) + str(town.users)
    assert not any(word in text for word in FORBIDDEN)
    assert "{" not in "".join(line["title"] + line["description"] for line in town.cases)
    officials = {user.full_name for user in town.users}
    assert not officials & {party.get("name") for line in town.cases for party in line["parties"]}


def test_every_category_has_eight_different_matters_or_more(town: Township) -> None:
    assert set(MATTERS) == set(words.CATEGORIES)
    assert all(len({matter.title for matter in found}) >= 8 for found in MATTERS.values())
    assert {line["category"] for line in town.cases} == set(words.CATEGORIES)


def test_accusations_are_rare_name_an_official_or_a_unit_and_have_no_team(town: Township) -> None:
    sealed = [line for line in town.cases if line.get("petition_class") == "accusation"]
    known = {user.username for user in town.users} | {unit["code"] for unit in town.units}
    assert 0.012 <= len(sealed) / len(town.cases) <= 0.04
    for line in sealed:
        assert line["about"]
        assert set(line["about"]) <= known
        assert not any(event["kind"] == "seat_filled" for event in line["events"])


def test_the_shares_are_those_of_a_township(town: Township) -> None:
    count = len(town.cases)
    assert 1250 <= count <= 1350
    shares = Counter(line["track"] for line in town.cases)
    assert 0.58 <= shares["dispute"] / count <= 0.66
    risks = Counter(line["risk"] for line in town.cases)
    assert 0.75 <= risks["green"] / count <= 0.85
    assert 0.03 <= risks["red"] / count <= 0.07
    weekend = sum(registered(line).weekday() >= 5 for line in town.cases)
    assert 0.01 <= weekend / count <= 0.2
    assert {len(line["unit"]) for line in town.cases} == {2, 5, 8}
    kinds = Counter(kind for line in town.cases for kind in {event["kind"] for event in line["events"]})
    for kind, low, high in (("voided", 0.02, 0.04), ("merged", 0.02, 0.04), ("repeated", 0.02, 0.045)):
        assert low <= kinds[kind] / count <= high, kind
    for kind in ("escalated", "sent_down", "extended", "reopened", "transferred_out", "redirected", "refused",
                 "withdrawn", "terminated", "amended", "seat_cleared", "plan_filed"):  # fmt: skip
        assert kinds[kind] >= 3, kind
    assert 0.5 <= kinds["rated"] / kinds["resolved"] <= 0.7


def test_written_replies_take_as_long_as_real_ones(town: Township) -> None:
    days = []
    for line in town.cases:
        replied = [event["at"] for event in line["events"] if event["kind"] == "replied"]
        if replied:
            days.append((datetime.fromisoformat(replied[0]) - registered(line)).total_seconds() / 86_400)
    assert 9 <= median(days) <= 13.5
    assert 0.2 <= sum(day > 22 for day in days) / len(days) <= 0.31
    assert 0.02 <= sum(day > 67 for day in days) / len(days) <= 0.08


def test_some_events_were_entered_late(town: Township) -> None:
    late = 0
    for line in town.cases:
        for event in line["events"]:
            if "recorded_at" in event:
                delay = datetime.fromisoformat(event["recorded_at"]) - datetime.fromisoformat(event["at"])
                late += delay.total_seconds() > 72 * 3600
    assert 20 <= late <= 300


def test_the_open_stock_is_small_and_a_sixth_of_it_is_late(standings: list[Standing]) -> None:
    open_ones = [case for case in standings if case.state == "open"]
    assert 60 <= len(open_ones) <= 110
    late = [case.late(TODAY) for case in open_ones]
    assert 0.14 <= sum(map(bool, late)) / len(open_ones) <= 0.2
    assert {kind for kinds in late for kind in kinds} == {"notice", "first_contact", "follow_up", "team", "handle"}
    backlog = [case for case in open_ones if (TODAY - case.start).days >= 365]
    assert 2 <= len(backlog) <= 8


def test_few_settled_cases_wait_for_a_visit_too_long(standings: list[Standing]) -> None:
    waiting = 0
    for case in standings:
        if case.state == "resolved" and not case.archived and "refused" not in case.visits and case.resolved:
            age = (TODAY - case.resolved).days
            waiting += age <= 180 and any(age > due for due in (7, 30, 90)[len(case.visits) :])
    assert 3 <= waiting <= 20


def test_each_demo_account_finds_something_on_its_desk(standings: list[Standing]) -> None:
    desk: Counter[str] = Counter()
    for case in standings:
        holders = {seat: pair[0] for seat, pair in case.seats.items()}
        if case.state == "open":
            silent = (TODAY - case.worked).days
            desk["grid"] += holders.get("grid") == "grid" and not case.contacted and silent >= 1
            limit = {"green": 14, "yellow": 7, "red": 3}[case.risk]
            desk["liaison"] += holders.get("liaison") == "liaison" and case.contacted and silent >= limit - 1
            desk["leader"] += holders.get("lead") == "leader" and (case.due - TODAY).days <= 7
            desk["office"] += bool({"notice", "team"} & case.late(TODAY))
        elif case.state == "resolved" and holders.get("grid") == "grid" and not case.archived and case.resolved:
            age = (TODAY - case.resolved).days
            desk["grid"] += len(case.visits) < 3 and age >= (7, 30, 90)[len(case.visits)]
    assert 2 <= desk["grid"] <= 6
    assert 3 <= desk["liaison"] <= 8
    assert 2 <= desk["leader"] <= 5
    assert 2 <= desk["office"] <= 5


def stories(town: Township) -> list[tuple[Any, list[Any]]]:
    """Each case of the demo as its head and its events."""
    tree = Tree([Place(**unit) for unit in town.units])
    return [read_case(line, tree) for line in town.cases]


def test_every_notice_announces_what_was_on_record_by_then(town: Township) -> None:
    for head, events in stories(town):
        for place, event in enumerate(events):
            if event.kind == "notice_served":
                assert event.text("notice") in to_announce(head, events[:place]), (head.title, place)
                assert event.text("method") in words.SERVICE_WAYS


def test_every_reply_and_every_withdrawal_says_what_pages_ask_for(town: Township) -> None:
    told = [event for _head, events in stories(town) for event in events if event.kind in ("replied", "withdrawn")]
    asked = {"replied": ("text", "ground"), "withdrawn": ("approved_by", "called", "called_on", "said")}
    assert [event for event in told if not all(event.data.get(name) for name in asked[event.kind])] == []


def test_no_case_is_archived_while_it_owes_something(town: Township) -> None:
    trees = Tree([Place(**unit) for unit in town.units])
    early = []
    for head, events in stories(town):
        for place, event in enumerate(events):
            if event.kind == "archived" and undone(History(head, events[:place], trees), event.on):
                early.append((head.title, event.on, undone(History(head, events[:place], trees), event.on)))
    assert early == []


def test_a_written_reply_or_two_is_still_to_be_handed_over(town: Township) -> None:
    trees = Tree([Place(**unit) for unit in town.units])
    owed = [head.title for head, events in stories(town) if to_hand_over(History(head, events, trees))]
    assert 1 <= len(owed) <= 12
