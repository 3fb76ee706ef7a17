"""The events a ledger row tells of (contract §5), and what its columns must not say against each other.

- A ledger knows days, not hours. The events of a day stand at its very beginning, a second apart in the order in
  which they happen: never in the future, whatever the hour of the import, and before what is entered by hand that
  day.
- 包案领导, 责任站所, 责任人 → ``seat_filled`` of lead, dept, liaison with the registration; a second name is the
  deputy (not of a 站所). One person holds one seat: who sits already is not seated again. Names that find no seat are
  kept as a note.
- 化解方式, a return visit and 满意度 need the 化解日期 they belong to. 化解措施及进展 of an open case is kept as a
  note.
- 满意度 is rated on the day of the return visit, without one on the day of the resolution.
- 状态 decides nothing but must not contradict: "open" beside a 化解日期, "resolved" without one, or a state whose
  story a row cannot tell (已撤回, 不予受理 …) is a problem. 已归档, and 已核实 without a visit that confirms it, are
  kept as notes.
"""

from __future__ import annotations

from datetime import date

from caseapp.domain.exchange import ledger_words as words
from caseapp.domain.exchange.columns import HEADING_OF
from caseapp.domain.exchange.ledger_row import RowReader
from caseapp.domain.exchange.ledger_text import evidence_of
from caseapp.kernel.errors import N_

Event = dict[str, object]

SECOND = {"registered": 0, "seat_filled": 0, "resolved": 1, "return_visited": 2, "rated": 3}
MOST_IN = {"lead": 2, "dept": 1, "liaison": 2}
OPEN, SETTLED = ("registered", "handling"), ("resolved", "verified", "archived")
CONFIRMING = ("fulfilled", "performing")


def events_of(row: RowReader) -> list[Event]:
    """The history of a row, registration first. Problems are recorded on the row."""
    _in_order(row)
    _check_state(row)
    _keep_informative(row)
    registered_on = row.days["registered_on"]
    first = [_event("registered", registered_on)] if registered_on else []
    return first + _seats(row, registered_on) + _resolution(row) + _visit(row) + _rating(row)


def _event(kind: str, day: date, **fields: object) -> Event:
    return {"kind": kind, "at": f"{day.isoformat()}T00:00:0{SECOND[kind]}+08:00", **fields}


def _in_order(row: RowReader) -> None:
    for before, after in (("registered_on", "resolved_on"), ("resolved_on", "visited_on")):
        first, second = row.days[before], row.days[after]
        if first and second and second < first:
            row.refuse(
                after, N_("%(day)s is before %(before)s, %(first)s"), day=second, before=HEADING_OF[before], first=first
            )


def _seats(row: RowReader, day: date | None) -> list[Event]:
    taken: set[str] = set()
    events = []
    for seat, most in MOST_IN.items():
        names, words = row.attempt(seat, row.reading.names, row.texts[seat], HEADING_OF[seat]) or ([], "")
        seated = [name for name in names if name not in taken][:most]
        if seated and day:
            events.append(
                _event("seat_filled", day, seat=seat, **dict(zip(("holder", "deputy"), seated, strict=False)))
            )
        if len(seated) < len(names) or words:
            row.note(seat, words or "、".join(names))
        taken.update(seated)
    return events


def _resolution(row: RowReader) -> list[Event]:
    day, word, progress = row.days["resolved_on"], row.texts["method"], row.texts["progress"]
    if day:
        method = words.METHODS.slug(word) if word else "other"
        evidence = evidence_of(progress, word if method is None else "")
        return [_event("resolved", day, method=method or "other", evidence=evidence)]
    if progress:
        row.note("progress")
    if word and words.fold(word) not in words.NOT_YET and row.lacks("resolved_on"):
        row.refuse(
            "method", N_("this stands here without %(day)s; give the day, or empty this cell"), day=_name("resolved_on")
        )
    return []


def _name(key: str) -> str:
    return HEADING_OF[key]


def _visit(row: RowReader) -> list[Event]:
    day, result = row.days["visited_on"], row.slug_or_refuse("visit_result", words.VISIT_RESULTS)
    if not day and not result:
        return []
    if not result and "visit_result" not in row.failed:
        row.refuse(
            "visit_result", N_("this is missing beside %(day)s; write one of %(words)s"),
            day=_name("visited_on"), words=words.VISIT_RESULTS.labels,
        )  # fmt: skip
    if row.lacks("visited_on"):
        row.refuse("visited_on", N_("this is missing beside %(other)s"), other=_name("visit_result"))
    if row.lacks("resolved_on"):
        row.refuse("resolved_on", N_("this is missing: a return visit follows a resolution"))
    return [_event("return_visited", day, result=result)] if day and result else []


def _rating(row: RowReader) -> list[Event]:
    score, day = row.slug_or_refuse("score", words.SCORES), row.days["visited_on"] or row.days["resolved_on"]
    if score and row.lacks("visited_on") and row.lacks("resolved_on"):
        row.refuse(
            "score", N_("a rating needs a day: %(resolved)s or %(visited)s"),
            resolved=_name("resolved_on"), visited=_name("visited_on"),
        )  # fmt: skip
    return [_event("rated", day, score=score)] if score and day else []


def _check_state(row: RowReader) -> None:
    word = row.texts["state"]
    if not word:
        return
    state = words.STATES.slug(word)
    if state:
        _refuse_contradiction(row, state, word)
    if state not in (*OPEN, "resolved") and not (state == "verified" and _confirmed(row)):
        row.note("state")


def _refuse_contradiction(row: RowReader, state: str, word: str) -> None:
    resolved_on = row.days["resolved_on"]
    if state in OPEN and resolved_on:
        row.refuse(
            "state", N_("it says %(value)s, but %(heading)s is %(day)s; correct one of the two"),
            value=word, heading=_name("resolved_on"), day=resolved_on,
        )  # fmt: skip
    elif state in SETTLED and row.lacks("resolved_on"):
        row.refuse("resolved_on", N_("this is missing, but the state is %(value)s"), value=word)
    elif state not in OPEN + SETTLED and not resolved_on:
        row.refuse(
            "state", N_("a ledger row cannot tell when and why a case became %(value)s; enter this one by hand"),
            value=word,
        )  # fmt: skip


def _confirmed(row: RowReader) -> bool:
    return bool(row.days["visited_on"]) and words.VISIT_RESULTS.slug(row.texts["visit_result"]) in CONFIRMING


def _keep_informative(row: RowReader) -> None:
    for key, silent in (("mediations", {"0", "0次"}), ("again", words.NO), ("agreement", {"否"}), ("remarks", set())):
        if row.texts[key] and words.fold(row.texts[key]) not in silent:
            row.note(key)
