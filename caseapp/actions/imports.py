"""Taking in whole case histories (contract §4). The form and the import obey the same table of moves.

A line that breaks a rule is refused with its number and the rule, the others are taken. Importing a file again adds
nothing; a file that knows more about a case than we do continues it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.numbers import numbers_to_come
from caseapp.actions.taking_in import AT_ONCE, Frozen, Imported, Incoming, Refusal, Taking, in_parts, recorded_now
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.events import Event, Head
from caseapp.domain.cases.judging import check_history
from caseapp.domain.cases.merging import ENDINGS, Judged, Other, judge_endings
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import known_numbers
from caseapp.domain.cases.queries.mergers import others_of
from caseapp.domain.exchange.casefile import read_case, tokens_of
from caseapp.domain.exchange.queries import no_such_case, seen_numbers
from caseapp.kernel.errors import N_, CaseappError, RuleViolation

Progress = Callable[[int, int], None]


class UndoneError(Exception):
    """Raised inside a unit of work to take everything back: a dry run, or an atomic import with a refused line."""


def read_lines(text: Iterable[str]) -> Iterator[tuple[int, object]]:
    """The JSON values of a file of lines, with their numbers; empty lines are passed over. A line that is no JSON comes
    as the RuleViolation that says so."""
    for number, line in enumerate(text, start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, RuleViolation("line", N_("this is not JSON"))


@dataclass
class JudgedFile:
    """A file that was read and judged before anything is written: its good lines, and those that are refused.
    ``coming``: the numbers that lines without one are going to be given, if nobody registers a case meanwhile."""

    good: list[Incoming]
    refused: list[Refusal]
    coming: frozenset[str]

    def shared(self) -> tuple[JudgedFile, JudgedFile]:
        """The good lines that may be taken in any order, several at a time, and those that are taken after them, in
        theirs: who refers to others, or all where some are given their numbers in the order of the file."""
        numbered = all(one.head.number for one in self.good)
        alone = [one for one in self.good if numbered and not named_by(one)]
        after = [one for one in self.good if not numbered or named_by(one)]
        return replace(self, good=alone), replace(self, good=after, refused=[] if alone else self.refused)

    def parts(self) -> Iterator[list[Incoming]]:
        """The good lines in parts, each of which can be kept by itself: what a line refers to is in its part or before
        it. Where lines refer to numbers that are still to be given, there is one part."""
        known, named, part = {one.head.number for one in self.good}, set[str](), list[Incoming]()
        whole = any(not self.coming.isdisjoint(named_by(one)) for one in self.good)
        for incoming in self.good:
            part.append(incoming)
            known.discard(incoming.head.number)
            named |= named_by(incoming)
            if len(part) >= AT_ONCE and not whole and named.isdisjoint(known):
                yield part
                named, part = set(), []
        if part or not self.good:
            yield part


def import_cases(ctx: Ctx, lines: Iterable[tuple[int, object]], progress: Progress | None = None) -> Imported:
    """Take in cases. The caller owns the transaction, and takes it back for a dry run."""
    judged = judge_file(ctx, lines)
    return take_part(ctx, judged.good, judged.refused, progress)


def judge_file(ctx: Ctx, lines: Iterable[tuple[int, object]]) -> JudgedFile:
    """Read the lines of a file and hold them against the rules. Nothing is written."""
    result = Imported()
    legal = _legal(ctx, _in_sight(ctx, _readable(ctx, lines, result), result), result)
    good = _merges_hold(ctx, _references_hold(ctx, legal, result), result)
    return JudgedFile(good, result.refused, frozenset(_numbers_to_come(ctx, good).values()))


def take_part(
    ctx: Ctx, part: list[Incoming], refused: Iterable[Refusal] = (), progress: Progress | None = None
) -> Imported:  # fmt: skip
    """Take in lines that were judged, with an entry in the log; ``refused`` were others of the file."""
    result = Imported(refused=list(refused), lines=len(part))
    taking, done = Taking(ctx, result), 0
    for some in in_parts(part):
        taking.take(some)
        done += len(some)
        if progress:
            progress(done, len(part))
    result.refused.sort(key=lambda refusal: refusal.line)
    for number, kinds in taking.touched:
        note(ctx, "case_imported", number, event=kinds)
    note(ctx, "cases_imported", "", **taking.told, refused=len(result.refused))
    return result


def _readable(ctx: Ctx, lines: Iterable[tuple[int, object]], result: Imported) -> list[Incoming]:
    """The lines that can be read; the others are refused."""
    good: list[Incoming] = []
    numbers: set[str] = set()
    for line, value in lines:
        try:
            if isinstance(value, CaseappError):
                raise value
            head, events = read_case(value, ctx.units, ctx.office.categories())
            _check_scope(ctx, head)
            if head.number in numbers:
                raise RuleViolation("number", N_("the number %(number)s stands there twice"), number=head.number)
        except CaseappError as problem:
            result.refused.append(Refusal(line, problem))
        else:
            numbers |= {head.number} - {""}
            good.append(read_incoming(line, value, head, events))
    return good


def _in_sight(ctx: Ctx, read: list[Incoming], result: Imported) -> list[Incoming]:
    """Leave out what stands under a number of our accusations of which the actor sees no case, all with one refusal and
    before anything else is looked at: which of these numbers were given is not for everybody. New ones come under such
    a number from whoever runs the machine alone."""
    if ctx.actor.is_system:
        return read
    ours = tuple(f"{prefix}〔" for prefix in ctx.office.settings.ever("prefix.accusation"))
    asked = {one.head.number for one in read if one.head.number.startswith(ours)}
    unseen = asked - seen_numbers(ctx.session, ctx.actor, asked)
    for one in read:
        if one.head.number in unseen:
            result.refused.append(Refusal(one.line, no_such_case("number", one.head.number)))
    return [one for one in read if one.head.number not in unseen]


def read_incoming(line: int, value: Any, head: Head, events: list[Event]) -> Incoming:
    """A case of the file that was read, with what it is known again by."""
    read = Incoming(line, head, events)
    nameless = read.begins and not head.number
    return replace(read, tokens=tokens_of(value, head, read.registered)) if nameless else read


def _legal(ctx: Ctx, read: list[Incoming], result: Imported) -> list[Incoming]:
    """Those of them that are legal histories, as they are going to be put on record. Of a case on record only what is
    new is judged, against what is there, when it is taken: what was taken once is a fact (contract §4)."""
    there, frozen = _on_record(ctx, read), Frozen(ctx)
    good: list[Incoming] = []
    for told in read:
        incoming = replace(told, frozen_until=frozen.until(told.head.unit))
        try:
            if incoming.line not in there:
                as_kept = recorded_now(incoming.events, incoming.frozen_until, ctx.now)
                check_history(incoming.head, as_kept, ctx.law, ctx.now)
        except CaseappError as problem:
            result.refused.append(Refusal(incoming.line, problem))
        else:
            good.append(incoming)
    return good


def _on_record(ctx: Ctx, read: list[Incoming]) -> set[int]:
    """The lines whose cases are on record already."""
    found: set[int] = set()
    for start in range(0, len(read), 500):
        part = read[start : start + 500]
        numbers = known_numbers(ctx.session, {incoming.head.number for incoming in part} - {""})
        tokens = {token: incoming.line for incoming in part for token in incoming.tokens}
        known = ctx.session.scalars(select(Case.token).where(Case.token.in_(tokens)))
        found |= {incoming.line for incoming in part if incoming.head.number in numbers}
        found |= {tokens[token] for token in known if token}
    return found


def _check_scope(ctx: Ctx, head: Head) -> None:
    if not ctx.actor.is_system and ctx.units.id_of[head.unit] not in ctx.actor.units_with(may.EXCHANGE):
        raise RuleViolation("unit", N_("your posts do not cover the unit %(unit)s"), unit=head.unit)


def _references_hold(ctx: Ctx, good: list[Incoming], result: Imported) -> list[Incoming]:
    """Leave out cases that name a case nobody knows, until none is left that names one left out."""
    while True:
        known = _known_with(ctx, good)
        dangling = [incoming for incoming in good if not named_by(incoming) <= known]
        if not dangling:
            return good
        for incoming in dangling:
            number = ", ".join(sorted(named_by(incoming) - known))
            result.refused.append(Refusal(incoming.line, no_such_case("of", number)))
        good = [incoming for incoming in good if incoming not in dangling]


def _known_with(ctx: Ctx, good: list[Incoming]) -> set[str]:
    """Those cases that some histories refer to and that are on record or come with them; and all that come."""
    named = {number for incoming in good for number in named_by(incoming)}
    system, session = ctx.actor.is_system, ctx.session
    there = known_numbers(session, named) if system else seen_numbers(session, ctx.actor, named)
    known = {incoming.head.number for incoming in good} | there
    return known | set(_numbers_to_come(ctx, good).values()) if named - known else known


def named_by(incoming: Incoming) -> set[str]:
    """The cases a history refers to."""
    return {str(event.data[key]) for event in incoming.events for key in ("of", "into") if key in event.data}


def _numbers_to_come(ctx: Ctx, good: list[Incoming]) -> dict[int, str]:
    """The numbers that lines without one are going to be given, by their line: another line may refer to them."""
    nameless = [incoming for incoming in good if not incoming.head.number]
    wanted = [(one.head.series, one.registered.on.year) for one in nameless]
    return dict(zip((one.line for one in nameless), numbers_to_come(ctx, wanted), strict=True))


def _merges_hold(ctx: Ctx, good: list[Incoming], result: Imported) -> list[Incoming]:
    """Leave out merges that lead to no living case, and say so. The case itself is taken as it was before, so that
    cases that were merged into it lead to it."""
    if not any(incoming.endings for incoming in good):
        return good
    coming = _numbers_to_come(ctx, good)
    called = [(incoming.head.number or coming[incoming.line], incoming) for incoming in good]
    judged = _judged(ctx, called)
    for number, incoming in called:
        if number in judged.refused:
            result.refused.append(Refusal(incoming.line, judged.refused[number], in_part=True))
    return [_as_judged(incoming, number, judged) for number, incoming in called]


def _judged(ctx: Ctx, called: list[tuple[str, Incoming]]) -> Judged:
    """Which merges of these histories, each with its number, lead to a living case."""
    ends = [(number, event) for number, incoming in called for event in incoming.endings]
    on_record = others_of(ctx.session, ctx.actor, {number for end in ends for number in (end[0], end[1].text("into"))})
    told = {number: Other(one.registered.at, one.head.sealed) for number, one in called if one.begins}
    return judge_endings(
        [end for end in ends if end[0] not in on_record or not on_record[end[0]].ended_at], told | on_record
    )


def _as_judged(incoming: Incoming, number: str, judged: Judged) -> Incoming:
    kept = [event for event in incoming.events if number not in judged.refused or event.kind not in ENDINGS]
    return replace(incoming, events=kept, others=judged.known.get(number))
