"""docs/no-one-alone.md says of every act on a case what one person alone can do with it, and says it of no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from caseapp.domain.cases.states import ROWS
from caseapp.domain.cases.transitions import ALONE
from caseapp.domain.moves.queries.deciding import deciders_of_naming, may_decide
from tests.house.code import APP, ROOT
from tests.house.test_signposts import missing

PAGE = ROOT / "docs" / "no-one-alone.md"
MOVES, BESIDE, ACCOUNTS = "The moves", "What happens beside the moves", "Accounts"
NO_CASE = "On record, and about no case"
WRITERS = {"note": 1, "note_once_an_hour": 1, "seen": 0}
"""What writes into the log, and at which place of its words the act stands."""
SLUG, ADDRESS = re.compile(r"`([a-z_]+)`"), re.compile(r"`([\w/]+\.py): (\w+)`")


@dataclass(frozen=True)
class Row:
    """One line of a table of the page: the act, where it stands in the code, the word for it, what is said of it."""

    act: str
    address: tuple[str, str]
    alone: str
    can: str
    undone: str


def section(heading: str) -> str:
    """The text under a heading of the page."""
    return PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]


def rows(heading: str) -> list[Row]:
    """The rows of the table under a heading."""
    lines = [line for line in section(heading).splitlines() if line.startswith("| `")]
    return [_row([cell.strip() for cell in line.strip("| \n").split(" | ")]) for line in lines]


def _row(cells: list[str]) -> Row:
    assert len(cells) == 4, f"a row of docs/no-one-alone.md has four cells: {cells}"
    act, address, alone = SLUG.search(cells[0]), ADDRESS.search(cells[0]), SLUG.fullmatch(cells[1])
    assert act is not None, cells
    assert alone is not None, cells
    return Row(act[1], (address[1], address[2]) if address else ("", ""), alone[1], cells[2], cells[3])


def audit_slugs() -> Iterator[str]:
    """What is written into the audit log, as far as it is written out: by an action, or by an edge that shows or gives
    away."""
    for path in (ROOT / APP).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and (name := getattr(node.func, "id", getattr(node.func, "attr", ""))) in WRITERS
            ):
                yield from _words(node.args[WRITERS[name] : WRITERS[name] + 1])


def _words(told: list[ast.expr]) -> Iterator[str]:
    for part in told:
        chosen = [part.body, part.orelse] if isinstance(part, ast.IfExp) else [part]
        yield from (str(one.value) for one in chosen if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_every_move_of_the_table_stands_on_the_page_with_its_word():
    said = [(row.act, row.alone) for row in rows(MOVES)]
    assert sorted(said) == sorted({(row.action, row.transition.alone) for row in ROWS})
    assert {word for _, word in said} <= ALONE.keys()


def test_a_second_person_is_asked_for_just_where_the_page_says_so():
    assert [row.action for row in ROWS if (row.transition.alone == "second") != bool(row.transition.second)] == []


def test_what_is_undone_names_the_act_that_takes_it_back():
    actions = {row.action for row in ROWS}
    lost = [row.act for row in rows(MOVES) if row.alone == "undone" and not actions & set(SLUG.findall(row.undone))]
    assert lost == []


def test_every_act_says_what_one_person_can_do_and_who_sees_it():
    told = [*rows(MOVES), *rows(BESIDE), *rows(ACCOUNTS)]
    assert [row.act for row in told if not row.can or not row.undone or row.alone not in ALONE] == []


def test_who_decides_is_told_in_the_words_of_the_code():
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    told = {one: " ".join(str(one.__doc__).split()) for one in (deciders_of_naming, may_decide)}
    told[may_decide] = told[may_decide].removeprefix("Whether the actor is the second person. ")
    assert [one.__name__ for one, words in told.items() if f"{one.__name__}`): {words}" not in page] == []


def test_what_leaves_a_line_in_the_audit_log_stands_on_the_page():
    known = {row.act for row in (*rows(BESIDE), *rows(ACCOUNTS))} | set(SLUG.findall(section(NO_CASE)))
    unsaid = set(audit_slugs()) - known
    assert not unsaid, f"say in docs/no-one-alone.md what one person alone can do with: {', '.join(sorted(unsaid))}"
    gone = known - set(audit_slugs())
    assert not gone, f"docs/no-one-alone.md speaks of what is no longer written: {', '.join(sorted(gone))}"


def test_the_functions_that_the_page_names_are_there():
    addresses = [row.address for row in (*rows(BESIDE), *rows(ACCOUNTS))]
    assert [told for path, symbol in addresses if (told := missing(path, symbol))] == []
