"""What a case that somebody may not know of costs to ask for is what a number costs that there never was: the same
statements, and of the database the same rows and pages. So the time of an answer tells nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from caseapp.db import db
from caseapp.domain.cases.queries import find_case
from caseapp.domain.receipts.queries import by_number
from tests.cases.make import log, petition
from tests.receipts.make import receipt_of
from tests.statements import told

Said = list[tuple[str, Any]]
GOT = (
    "/cases/{}", "/act/follow_up/{}", "/amend/risk/{}", "/party/1/{}", "/help/{}", "/contacts/{}", "/supervise/{}", "/seat/lead/{}",
    "/receipt/{}", "/receipts/svg/{}", "/progress/{}", "/accusation/{}", "/outside/sheet/{}",
)  # fmt: skip
POSTED = ("/papers/add/{}", "/interest/{}", "/sign/{}", "/urge/overdue/{}", "/add/{}", "/outside/sheet/{}")


def read(said: Said) -> list[tuple[int, int]]:
    """Rows and pages of each statement that reads, as PostgreSQL counts them when it is asked again."""
    found = []
    with db.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for way in ("seqscan", "hashjoin", "mergejoin"):  # as in an office with more cases than fit on a page
            cursor.execute(f"SET LOCAL enable_{way} = off")
        for statement, values in said:
            if statement.startswith(("SELECT", "WITH")):
                for _warm in range(2):
                    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values)
                plan = cursor.fetchone()[0][0]["Plan"]
                found.append((rows(plan), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]))
        connection.rollback()
    return found


def rows(plan: dict[str, Any]) -> int:
    """The rows that a plan went through, its parts included."""
    own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return int(own) + sum(rows(part) for part in plan.get("Plans", ()))


def cost(ask: Callable[[str], Any], paths: list[str]) -> list[Any]:
    """Of each address what was answered, and what the database read for it. All are asked first, so that each finds the
    same traces of earlier tries."""
    asked = []
    for path in paths:
        ask(path)
    for path in paths:
        db.session.expire_all()
        with told() as said:
            answer = ask(path)
        asked.append((answer.status_code, said))
    return [(status, read(said)) for status, said in asked]


PEOPLE = ("village", "grid", "outsider")
"""Who is complained of, who works under him, and the petition office of another town."""


@pytest.fixture
def hidden(as_user) -> str:
    """A petition that none of them may know of; the last number that was given is that of another one like it."""
    log(as_user("office"), petition())
    number = log(as_user("office"), petition(about=("village",)))
    log(as_user("office"), petition())
    log(as_user("office"), petition(about=("village",)))
    return number


def never(number: str) -> str:
    """A number that was not given to any case."""
    return number.replace("0002", "0998")


@pytest.mark.slow(seconds=40)
@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_case_that_is_hidden_costs_what_a_number_costs_that_there_is_not(hidden, browse, world):
    differ = []
    for who in PEOPLE:
        client = browse(who)
        for method, paths in (("GET", GOT), ("POST", POSTED)):
            for path in paths:
                ask = partial(client.open, method=method)
                paths_of_both = [path.format(hidden), path.format(never(hidden))]
                one, other = cost(ask, paths_of_both)
                if one != other:  # the server tidied a page up between the two: what differs always differs again
                    one, other = cost(ask, paths_of_both)
                differ += [(who, method, path, one, other)] if one != other else []
    assert differ == []


@pytest.mark.parametrize("world", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_number_with_a_wrong_code_costs_what_a_number_costs_that_there_is_not(hidden, app, world):
    client = app.test_client()

    def ask(number: str) -> Any:
        return client.post("/track", data={"number": number, "code": "22222222"})

    one, other = cost(ask, [hidden, never(hidden)])
    assert one == other


def test_the_case_of_a_number_is_found_by_it_alone(as_user):
    """The neighbour that is looked up for a number that there is not is never taken for it."""
    office = as_user("office")
    numbers = [log(office, petition()) for _ in range(3)]
    assert [find_case(db.session, office.actor, number).number for number in numbers] == numbers
    for other in (never(numbers[1]), numbers[1][:-1], f"{numbers[1]}x", "", "0", numbers[0].replace("0001", "0000")):
        assert find_case(db.session, office.actor, other) is None
        assert by_number(db.session, other) is None
    assert by_number(db.session, numbers[1]).code == receipt_of(numbers[1]).code
