"""What the long trials are: for each line of what the program promises, the tests that try it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    """One row of the table. ``places`` are tests at their full length, ``short`` those of a run of five minutes. Where
    something is ``marked``, the tests with those marks alone are tried, which other rows may try too."""

    bar: str
    what: str
    places: tuple[str, ...]
    short: tuple[str, ...] = ()
    marked: str = ""


def trial(bar: str, what: str, *places: str, short: str = "", marked: str = "") -> Trial:
    """A trial, its short places in one text."""
    return Trial(bar, what, places, tuple(short.split()), marked)


RECOUNT = Trial("13", "reports over 10,000 invented histories, against a recount", (), ("recount",))
"""The one that needs no pytest: ``recounting.py``."""

SAFE = (
    trial("1, 8", "who sees what at every address, identifiers swapped; accusations", "tests/access", short="tests/access/test_scope.py"),
    trial("2", "masked telephone numbers, each one shown on record", "tests/cases", "tests/receipts",
          short="tests/receipts/test_progress.py"),
    trial("2", "telephone numbers in no database file, and in no copy of one", "tests/sealing", short="tests/sealing"),
    trial("3, 7", "headers, cookies, forms of other sites, plain HTTP", "tests/web/test_guard.py",
          "tests/web/test_entrance.py", "tests/web/test_visitor.py", "tests/web/test_pages.py",
          short="tests/web/test_guard.py tests/web/test_visitor.py"),
    trial("4", "logins: guessed passwords, second factors, two people for accounts", "tests/people",
          short="tests/people/test_guessing.py"),
    trial("5", "hostile uploads, files and formula cells", "tests/documents", "tests/office", "tests/exchange",
          short="tests/documents/test_hostile_uploads.py"),
    trial("6", "1,000 tamperings with the record, anchors, the key of the heads", "tests/audit",
          short="tests/audit/test_tampering.py"),
    trial("8", "what the program never keeps of a person; what one alone never does", "tests/house", short="tests/house/test_no_one_alone.py"),
    trial("8", "what the public version hides, looked for by an attacker", "tests/reports/test_public_figures.py",
          short="tests/reports/test_public_figures.py"),
)  # fmt: skip
DEPENDABLE = (
    trial("9, 10", "numbers, 1,000 slots and notices over processes that die and freeze", "tests/jobs/test_once_only.py",
          "tests/notices", short="tests/jobs/test_once_only.py"),
    trial("9", "a server killed at 1,000 points while records come in over HTTP", "tests/faults/test_killed_server.py",
          short="tests/faults/test_killed_server.py"),
    trial("9", "10,000 records of phones, each sent twice; kept without a line, to a server that fails", "tests/web/test_queue.py",
          "tests/queue", short="tests/queue"),
    trial("10", "a week of downtime, schedules, times that the office sets", "tests/jobs/test_downtime.py",
          "tests/jobs/test_schedule.py", "tests/jobs/test_placing.py", short="tests/jobs/test_downtime.py"),
    trial("11", "two people at one case, seats handed over", "tests/teams/test_handover.py", "tests/web/test_busy.py",
          short="tests/web/test_busy.py"),
    trial("12", "backups: 100 while others write, flipped bits, kill -9 at every point, full disks, keys", "tests/copies",
          short="tests/copies/test_backup.py"),
    trial("9, 11", "the same form sent twice at once, an answer that was lost", "tests/faults/test_same_form_twice.py",
          short="tests/faults/test_same_form_twice.py"),
    trial("12", "a database away or damaged, full disks, a clock that was wrong", "tests/faults/test_clock.py",
          "tests/faults/test_damage.py", "tests/faults/test_database_away.py", short="tests/faults/test_clock.py"),
    RECOUNT,
    trial("13", "1,000 invented histories on each database: months, periods, trees that change", "tests/recount",
          short="tests/recount/test_any_period.py"),
    trial("13", "frozen months of invented histories, worked out again and revised",
          "tests/reports/test_frozen_histories.py"),
    trial("13", "figures that the database adds up, and rows kept, against the rules", "tests/rates",
          short="tests/rates/test_contributions.py"),
    trial("13", "who owes what today, recounted after every step of random walks", "tests/deadlines",
          short="tests/deadlines/test_rows_of_today.py"),
    trial("9", "what the suite tries on one of the two databases, on both", "tests/assigned", "tests/issuing",
          "tests/meetings", "tests/org", "tests/receptions", "tests/reports", "tests/screening", "tests/settings", "tests/supervision", "tests/teams", "tests/trust", "tests/web",
          marked="one_database or either_database"),
    trial("9", "1,000 letters issued by twenty people at once", "tests/issuing/test_numbers_at_once.py"),
    trial("14", "20,000 hostile requests", "tests/web/test_hostile_requests.py"),
    trial("14", "bad input on the command line; connections that are slow, silent or many", "tests/cli",
          short="tests/cli/test_listening.py tests/cli/test_bad_settings.py"),
)  # fmt: skip
PLEASANT = (
    trial("17", "a dispute logged on a bad line", "tests/web/test_quick_log.py"),
    trial("18", "every page under axe, for every role", "tests/web/test_accessibility.py"),
    trial("18", "buttons of the demo, each pressed by each who sees it", "tests/web/test_button_walk.py"),
    trial("20", "near-copies of real petitions, hinted at or not; what pages and papers say", "tests/search",
          "tests/web/test_tongue.py", "tests/stories", short="tests/web/test_tongue.py"),
)  # fmt: skip
TRIALS = (*SAFE, *DEPENDABLE, *PLEASANT)
