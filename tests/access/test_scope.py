"""A post sees its subtree, a seat-holder sees the case, nobody else does; the accused and strangers never."""

from __future__ import annotations

import json

import pytest

from caseapp.actions.exports import export_cases
from caseapp.actions.teams import fill_seat
from caseapp.db import unit_of_work
from caseapp.domain.access import permissions
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import CaseFilter, CaseList, find_case
from caseapp.domain.deadlines.queries import overdue_list
from caseapp.domain.people.roles import ROLES
from caseapp.domain.reports.queries import read_report
from caseapp.domain.reports.report import as_json
from caseapp.kernel.periods import Month
from tests.cases.make import do, head, log, moment, name, petition

EVERYBODY = (
    "grid", "village", "liaison", "station", "leader", "office", "discipline", "auditor", "admin", "grid2",
    "village2", "outsider",
)  # fmt: skip


def seers(as_user, number: str) -> set[str]:
    """Who finds the case, asked through page, list, count and due list at once; they must agree."""
    found = set()
    for who in EVERYBODY:
        ctx = as_user(who)
        sees = find_case(ctx.session, ctx.actor, number) is not None
        listed = CaseList(ctx.actor, CaseFilter(clauses=(Case.number == number,)))
        assert listed.count(ctx.session) == len(listed.page(ctx.session, None)) == sees
        if not sees:
            due = overdue_list(ctx.actor, ctx.today).items(ctx.session, ctx.units)
            assert all(item.case.number != number for item in due)
        if sees:
            found.add(who)
    return found


def test_every_role_has_its_grants():
    assert tuple(permissions.GRANTS) == ROLES


def test_a_case_is_seen_by_its_line_of_posts(as_user):
    number = log(as_user("grid"), at=moment(2026, 10, 1, 9))
    assert seers(as_user, number) == {"grid", "village", "liaison", "station", "leader", "office", "auditor"}


def test_a_case_sent_down_is_seen_where_it_went(as_user):
    office = as_user("office")
    number = log(office, petition(unit="TH"), at=moment(2026, 10, 1, 9))
    assert "village2" not in seers(as_user, number)
    do(office, number, "send_down", to="TH-DS", requirement="请核实")
    assert "village2" in seers(as_user, number)
    assert "village" not in seers(as_user, number)


def test_a_seat_opens_a_case_and_losing_it_closes_it(as_user):
    leader = as_user("leader")
    number = log(as_user("grid"), at=moment(2026, 10, 1, 9))
    with unit_of_work(leader.session):
        fill_seat(leader, number, "village", ("village2", None), "")
    assert "village2" in seers(as_user, number)
    with unit_of_work(leader.session):
        fill_seat(leader, number, "village", ("village", None), "换人")
    assert "village2" not in seers(as_user, number)


def test_who_is_complained_of_and_their_unit_see_nothing(as_user):
    about_village = log(as_user("office"), petition(unit="TH-SH-01", about=("TH-SH",)), at=moment(2026, 10, 1, 9))
    assert seers(as_user, about_village) == {"station", "leader", "office", "auditor"}
    about_person = log(as_user("office"), petition(about=("grid2",)), at=moment(2026, 10, 1, 9))
    assert "grid2" not in seers(as_user, about_person)
    assert "village" in seers(as_user, about_person)


def test_a_complaint_added_later_closes_the_case_to_them_and_lifts_it_to_the_town(as_user):
    number = log(as_user("grid"), at=moment(2026, 10, 1, 9))
    name(as_user("office"), as_user("leader"), number, "TH-SH")
    assert seers(as_user, number) == {"station", "leader", "office", "auditor"}
    assert find_case(as_user("office").session, as_user("office").actor, number).tier == "town"


def test_an_accusation_is_seen_by_its_desk_alone(as_user):
    number = log(as_user("grid"), petition(petition_class="accusation", about=("village",)), at=moment(2026, 10, 1, 9))
    assert seers(as_user, number) == {"office", "discipline"}


def test_an_accusation_of_the_office_itself_is_hidden_from_that_official(as_user):
    number = log(as_user("grid"), petition(petition_class="accusation", about=("office",)), at=moment(2026, 10, 1, 9))
    assert seers(as_user, number) == {"discipline"}


def test_an_accusation_is_one_figure_of_the_town_and_nothing_else(as_user, system):
    log(as_user("grid"), petition(petition_class="accusation"), at=moment(2026, 10, 5, 9))
    shown = as_json(read_report(system.session, system.actor, system.units, "TH", Month(2026, 10), as_of=system.now))
    assert shown["apart"]["accusations"] == 1
    assert shown["lines"]["new"] == 0
    assert not shown["by_village"]
    assert "太信" not in str(shown)
    village = as_json(
        read_report(system.session, system.actor, system.units, "TH-SH", Month(2026, 10), as_of=system.now)
    )
    assert village["apart"]["accusations"] == 0


READERS = ((), ("--as", "office"), ("--as", "leader"))


def test_how_many_accusations_came_in_is_told_to_their_desk_and_counts_those_its_reader_may_read(
    as_user, system, browse, run, clock
):
    log(as_user("grid"), petition(petition_class="accusation", about=("office",)), at=moment(2026, 10, 5, 9))

    def told(ctx):
        month = Month(2026, 10)
        return as_json(read_report(ctx.session, ctx.actor, ctx.units, "TH", month, as_of=ctx.now))["apart"]

    assert [told(as_user(who))["accusations"] for who in ("discipline", "office", "leader", "auditor")] == [
        1, 0, None, None,
    ]  # fmt: skip
    assert run("report", "month", "2026-10", "--unit", "TH", "--freeze").exit_code == 0
    asked = ("report", "month", "2026-10", "--unit", "TH", "--revision", "1", "--json")
    frozen = {who: json.loads(run(*asked, *who).stdout) for who in READERS}
    assert [one["apart"]["accusations"] for one in frozen.values()] == [1, 0, None]
    assert [one["year_to_date"]["apart"]["accusations"] for one in frozen.values()] == [1, 0, None]
    assert frozen["--as", "leader"]["lines"] == frozen[()]["lines"]
    leader, office = browse("leader"), browse("office")
    for path in ("/reports/TH/2026-10.json", "/reports/TH/2026-10.json?revision=1"):
        for client, number in ((leader, None), (office, 0)):
            shown = client.get(path).json
            assert (shown["apart"]["accusations"], shown["year_to_date"]["apart"]["accusations"]) == (number, number)
    assert "apart.accusations,,,\r\n" in leader.get("/reports/TH/2026-10.csv?revision=1").text
    assert "None" not in leader.get("/reports/TH/2026-10?revision=1").text + leader.get("/reports/TH/2026-10").text


def test_a_villages_report_and_export_hold_its_own_cases_only(as_user, system):
    mine = log(as_user("grid"), at=moment(2026, 10, 5, 9))
    theirs = log(as_user("grid2"), head(unit="TH-DS-01"), at=moment(2026, 10, 5, 9))
    ctx = as_user("village")
    shown = as_json(read_report(ctx.session, ctx.actor, ctx.units, "TH", Month(2026, 10), as_of=ctx.now))
    assert shown["cases"]["lines"]["new"] == [mine]
    outsider = as_user("outsider")
    with unit_of_work(outsider.session):
        assert list(export_cases(outsider)) == []
    with unit_of_work(system.session):
        assert len(list(export_cases(system, "TH-DS"))) == 1
    assert theirs not in str(shown)


def test_nobody_is_given_a_case_that_complains_of_them(as_user):
    leader = as_user("leader")
    number = log(as_user("office"), petition(about=("station",)))
    from caseapp.kernel.errors import RuleViolation

    with pytest.raises(RuleViolation), unit_of_work(leader.session):
        fill_seat(leader, number, "dept", ("station", None), "")
