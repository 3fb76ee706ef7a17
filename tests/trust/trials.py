"""What the long trials are: for each line of what the program promises, the tests that try it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    """One row of the table. ``places`` are tests at their full length, ``short`` those of a run of five minutes."""

    bar: str
    what: str
    places: tuple[str, ...]
    short: tuple[str, ...] = ()


def trial(bar: str, what: str, *places: str, short: str = "") -> Trial:
    """A trial, its short places in one text."""
    return Trial(bar, what, places, tuple(short.split()))


RECOUNT = Trial("13", "reports over 10,000 invented histories, against a recount", (), ("recount",))
"""The one that needs no pytest: ``recounting.py``."""

SAFE = (
    trial("1", "who sees what at every address, identifiers swapped", "tests/access", short="tests/access/test_scope.py"),
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
    trial("8", "accusations, and who declares an interest; what the program never keeps of a person",
          "tests/access/test_no_trace_of_accusations.py", "tests/house", short="tests/house/test_no_one_alone.py"),
    trial("8", "what the public version hides, looked for by an attacker", "tests/reports/test_public_figures.py",
          short="tests/reports/test_public_figures.py"),
)  # fmt: skip
DEPENDABLE = (
    trial("9", "numbers and notices over many, dying and refusing processes", "tests/jobs/test_once_only.py",
          "tests/notices", short="tests/jobs/test_once_only.py"),
    trial("9", "records kept in a phone, sent over and over to a server that fails", "tests/web/test_queue.py",
          "tests/queue", short="tests/queue"),
    trial("10", "slots of the scheduler over processes that die, sleep and wake", "tests/jobs",
          short="tests/jobs/test_downtime.py"),
    trial("11", "two people at one case, seats handed over", "tests/cases", "tests/teams/test_handover.py",
          "tests/web/test_busy.py", short="tests/web/test_busy.py"),
    trial("12", "backups: flipped bits, kill -9 at every point, full disks, keys", "tests/copies",
          short="tests/copies/test_backup.py"),
    trial("9, 11", "the same form sent twice at once, an answer that was lost", "tests/faults/test_same_form_twice.py",
          short="tests/faults/test_same_form_twice.py"),
    trial("12", "a database away or damaged, full disks, a clock that was wrong", "tests/faults",
          short="tests/faults/test_clock.py"),
    RECOUNT,
    trial("13", "1,000 invented histories on each database: months, periods, trees that change", "tests/recount",
          short="tests/recount/test_any_period.py"),
    trial("13", "frozen months of invented histories, worked out again and revised",
          "tests/reports/test_frozen_histories.py"),
    trial("13", "figures that the database adds up, and rows kept, against the rules", "tests/rates",
          short="tests/rates/test_contributions.py"),
    trial("13", "who owes what today, recounted after every step of random walks", "tests/deadlines",
          short="tests/deadlines/test_rows_of_today.py"),
    trial("9", "what the suite tries on one of the two databases, on both", "tests/meetings", "tests/org", "tests/reports",
          "tests/screening", "tests/settings", "tests/supervision", "tests/teams", "tests/trust", "tests/web"),
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
