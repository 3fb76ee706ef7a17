"""The monthly report in sentences (月度分析报告): every figure computed, none invented. Pure.

The words come through ``say`` (a message and its values) and ``label`` (a slug and its word), so that the document is
in the reader's language. No name of a party, no title of a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from caseapp.domain.org.tree import Tree
from caseapp.domain.rates import county
from caseapp.domain.rates.tally import Tally
from caseapp.domain.reports.report import Report
from caseapp.domain.reports.yearly import YearOfWork
from caseapp.kernel.clock import show_instant
from caseapp.kernel.errors import N_
from caseapp.kernel.periods import Month, Period, Quarter, Year
from caseapp.kernel.ratio import Ratio

Say = Callable[..., str]
Label = Callable[[str, object], str]
TOLD_APART = ("withdrawn", "suggestions", "suggestions_answered")
VILLAGE_COLUMNS = ("stock", "new", "returned", "inflow", "resolved", "closed_unresolved", "left", "open")


@dataclass(frozen=True)
class VillageNote:
    """What a village said beside its figures: problems seen, what it will do next."""

    village: str
    problems: str
    plans: str


@dataclass(frozen=True)
class Words:
    """How to say things."""

    say: Say
    label: Label


def period_name(period: Period, say: Say, shown: Callable[[str], str]) -> str:
    """A period as people call it: 2026年10月, 2026年第3季度, 2026年, or its first and last day."""
    if isinstance(period, Month):
        return say(N_("%(month)d/%(year)d"), year=period.year, month=period.month)
    if isinstance(period, Quarter):
        return say(N_("Q%(quarter)d %(year)d"), year=period.year, quarter=period.quarter)
    if isinstance(period, Year):
        return say(N_("the year %(year)d"), year=period.year)
    first, last = shown(period.window.start.isoformat()), shown(period.window.end.isoformat())
    return say(N_("%(first)s to %(last)s"), first=first, last=last)


def only(report: Report, words: Words) -> Iterator[str]:
    """What a narrowed report is of; nothing for a whole one."""
    if report.narrowed:
        parts = "、".join(
            f"{words.label('part', kind)} {key if kind == 'lead' else words.label(kind, key)}"
            for kind, key in report.narrowed.items()
        )
        yield words.say(N_("This report counts only: %(parts)s."), parts=parts)


def known_and_only(report: Report, words: Words) -> list[str]:
    """When it was known, of which part it is, which frozen revision: what stands under every table."""
    known = words.say(N_("As known at %(instant)s."), instant=known_at(report))
    return [known, *only(report, words), *stamped(report, words)]


def stamped(report: Report, words: Words) -> Iterator[str]:
    """Which revision a frozen report is, with the digest of what is stored. The copy of who is kept out of a case says
    the same as any other: nothing on it tells that there is such a case."""
    if report.frozen is None:
        return
    values: dict[str, object] = {"revision": report.frozen.revision, "version": report.formulas}
    yield words.say(N_("Frozen as revision %(revision)d under formulas version %(version)d."), **values)
    yield words.say(N_("Digest of what is stored: %(digest)s"), digest=report.frozen.digest)
    if report.frozen.anchor:
        yield words.say(N_("Anchor of the record: %(anchor)s"), anchor=report.frozen.anchor)


def known_at(report: Report) -> str:
    """The instant a report was known at, to the minute."""
    return show_instant(report.as_of)[:16].replace("T", " ")


def basics(report: Report, words: Words) -> Iterator[str]:
    """一、基本情况: the workload identity, compared, by category."""
    say, line = words.say, report.whole.line
    yield say(
        N_(
            "Carried over %(stock)d, new %(new)d, came back %(returned)d: %(inflow)d in all. At the end "
            "%(resolved)d were resolved, %(closed)d closed without a resolution, %(left)d had left, %(open)d were open."
        ),
        stock=line("stock"), new=line("new"), returned=line("returned"), inflow=line("inflow"),
        resolved=line("resolved"), closed=line("closed_unresolved"), left=line("left"), open=line("open"),
    )  # fmt: skip
    yield say(
        N_(
            "New cases: %(change)s against the period before (%(before)d), %(year)s against the same period last year "
            "(%(then)d)."
        ),
        change=_signed(line("new") - report.previous.line("new")), before=report.previous.line("new"),
        year=_signed(line("new") - report.year_ago.line("new")),
        then=report.year_ago.line("new"),
    )  # fmt: skip
    kinds = sorted(
        ((tally.line("inflow"), key) for key, tally in report.part("category").items()),
        key=lambda one: (-one[0], one[1]),
    )
    told = [f"{words.label('category', key)} {count}" for count, key in kinds if count]
    if told:
        yield say(N_("By category: %(parts)s."), parts="、".join(told))
    apart = report.whole.apart
    if any(apart[key] for key in TOLD_APART):
        yield say(
            N_("Counted apart: %(parts)s."),
            parts="、".join(f"{words.label('apart', key)} {apart[key]}" for key in TOLD_APART),
        )


def county_figures(report: Report, words: Words) -> Iterator[str]:
    """What the county asks for (报县口径, rates.md §6), of petitions and of disputes."""
    say, told = words.say, report.whole.county
    yield say(
        N_(
            "%(items)d petitions of %(people)d people came in, %(first)d of them for the first time, %(repeat)d again; "
            "%(groups)d were group visits, of %(group_people)d people."
        ),
        items=told.figure("items"), people=told.figure("people"), first=told.figure("first_items"),
        repeat=told.figure("repeat_items"), groups=told.figure("group_items"),
        group_people=told.figure("group_people"),
    )  # fmt: skip
    channels = [
        say(
            N_("%(channel)s %(items)d (%(people)d people)"), channel=words.label("channel", channel),
            items=told.figure(f"{channel}.items"), people=told.figure(f"{channel}.people"),
        )
        for channel in told.channels
    ]  # fmt: skip
    if channels:
        yield say(N_("By channel: %(parts)s."), parts="、".join(channels))
    yield _shares(told, (*county.PETITION_RATES, county.ONCE), words)
    yield say(
        N_(
            "%(count)d disputes of %(people)d people were taken in, %(screened)d of them found by screening; "
            "%(mediated)d were mediated."
        ),
        count=told.figure("disputes"), people=told.figure("dispute_people"), screened=told.figure("screened"),
        mediated=told.figure("mediated_disputes"),
    )  # fmt: skip
    yield _shares(told, county.DISPUTE_RATES, words)


def _shares(told: county.CountyTally, keys: Sequence[str], words: Words) -> str:
    return "；".join(f"{words.label('county', key)} {_pair(told.rate(key))}" for key in keys) + "。"


def resolutions(report: Report, words: Words) -> Iterator[str]:
    """二、化解情况: both resolution rates with n and d, points against before, tiers, on time, notices, visits."""
    say, whole = words.say, report.whole
    for key in ("net", "verified"):
        yield say(
            N_(
                "%(rate)s %(percent)s (%(n)d/%(d)d), %(before)s points against the period before, %(year)s against the "
                "same period last year."
            ),
            rate=words.label("rate", key), percent=whole.rate(key).percent, n=whole.rate(key).n, d=whole.rate(key).d,
            before=points(whole.rate(key), report.previous.rate(key)),
            year=points(whole.rate(key), report.year_ago.rate(key)),
        )  # fmt: skip
    yield say(
        N_("Of the resolved, %(group)s at group, %(village)s at village, %(town)s at town level."),
        group=_pair(whole.rate("tier_group")), village=_pair(whole.rate("tier_village")),
        town=_pair(whole.rate("tier_town")),
    )  # fmt: skip
    told = (
        f"{words.label('rate', key)} {_pair(whole.rate(key))}" for key in ("ontime", "notice", "visit", "satisfied")
    )
    yield "；".join(told) + "。"


def leads(report: Report, words: Words) -> Iterator[str]:
    """三、包案落实: five seats filled, the lead at work."""
    told = (f"{words.label('rate', key)} {_pair(report.whole.rate(key))}" for key in ("seats", "lead"))
    yield "；".join(told) + "。"


def problems(report: Report, notes: Sequence[VillageNote], words: Words) -> Iterator[str]:
    """四、存在问题: what is overdue, what came back, what the villages saw."""
    say = words.say
    kinds = Counter(item["kind"] for item in report.overdue)
    if kinds:
        told = "、".join(f"{words.label('kind', kind)} {count}" for kind, count in kinds.most_common())
        longest = max(item["days_late"] for item in report.overdue)
        message = N_("%(count)d items were overdue at the end (%(kinds)s), the longest by %(days)d days.")
        if not report.is_over:
            message = N_("%(count)d items will be overdue at the end when nothing is done (%(kinds)s).")
        yield say(message, count=len(report.overdue), kinds=told, days=longest)
    else:
        yield say(N_("Nothing was overdue at the end."))
    if report.whole.line("returned"):
        yield say(N_("%(count)d cases came back."), count=report.whole.line("returned"))
    yield from (f"{note.village}：{note.problems}" for note in notes if note.problems)


def plans(notes: Sequence[VillageNote], words: Words) -> Iterator[str]:
    """五、下步打算: from the villages' notes."""
    told = [f"{note.village}：{note.plans}" for note in notes if note.plans]
    yield from told or [words.say(N_("No village has said what it will do next."))]


def fields(report: Report, words: Words) -> Iterator[str]:
    """The fields and the channels of what was registered, most first, with shares."""
    for kind in ("category", "channel"):
        counts = {key: tally.line("new") for key, tally in report.part(kind).items() if tally.line("new")}
        told = (
            f"{words.label(kind, key)} {counts[key]} ({Ratio(counts[key], report.whole.line('new')).percent})"
            for key in sorted(counts, key=lambda key: (-counts[key], key))
        )
        if counts:
            yield words.say(N_("By %(part)s: %(parts)s."), part=words.label("part", kind), parts="、".join(told))


def complained(year: YearOfWork, tree: Tree, words: Words) -> Iterator[str]:
    """Which offices were complained of in how many cases, most first. Persons are named nowhere."""
    told = [f"{tree.place(code).name} {count}" for code, count in year.complained]
    if told:
        yield words.say(N_("Complained of, by number of cases: %(parts)s."), parts="、".join(told))
    else:
        yield words.say(N_("No office was complained of."))


def passed_on(year: YearOfWork, words: Words) -> Iterator[str]:
    """What was sent down, sent up, transferred out; what was put under supervision."""
    yield words.say(
        N_("Sent down %(down)d times, sent up %(up)d times, transferred out %(out)d."),
        down=year.events["sent_down"], up=year.events["escalated"], out=year.events["transferred_out"],
    )  # fmt: skip
    yield words.say(
        N_("%(issued)d supervision sheets were issued, %(answered)d answers came in, %(accepted)d were accepted."),
        issued=year.sheets["issued"], answered=year.sheets["answered"], accepted=year.sheets["accepted"],
    )  # fmt: skip


def suggestions(year: YearOfWork, words: Words) -> Iterator[str]:
    """Suggestions that came in, and those that were answered as supported."""
    yield words.say(
        N_("%(count)d suggestions came in; %(adopted)d were adopted."), count=year.suggestions, adopted=year.adopted
    )


def village_rows(report: Report, tree: Tree) -> Iterator[list[object]]:
    """The attached table: a row a village, and the sum."""
    for code, tally in report.part("village").items():
        yield _row(tree.place(code).name, tally)


def total_row(name: str, report: Report) -> list[object]:
    """The sum of the table: the figures of the whole."""
    return _row(name, report.whole)


def _row(name: str, tally: Tally) -> list[object]:
    rates = [f"{tally.rate(key).n}/{tally.rate(key).d}\n{tally.rate(key).percent}" for key in ("net", "verified")]
    return [name, *(tally.line(key) for key in VILLAGE_COLUMNS), *rates]


def overdue_rows(report: Report, words: Words, shown: Callable[[str], str]) -> Iterator[list[object]]:
    """The attached list of late items: number, what, due, days. ``shown`` writes a day."""
    for item in report.overdue:
        yield [item["case"], words.label("kind", item["kind"]), shown(item["due"]), item["days_late"]]


def points(now: Ratio, then: Ratio) -> str:
    """The difference of two rates in points, with its sign; — when one of them has no denominator."""
    if now.per_mille is None or then.per_mille is None:
        return "—"
    return f"{(now.per_mille - then.per_mille) / 10:+.1f}"


def _pair(ratio: Ratio) -> str:
    return f"{ratio.percent}（{ratio.n}/{ratio.d}）"


def _signed(number: int) -> str:
    return f"{number:+d}"
