"""The weekly brief on one page of paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from caseapp.domain.meetings.brief import FIGURES, Brief, Decided, DueCase
from caseapp.domain.org.tree import Tree
from caseapp.domain.reports.prose import Words, known_and_only
from caseapp.kernel.clock import local_day
from caseapp.kernel.errors import N_
from caseapp.office.paper import Block, Paper, Part, Remark, Sentence, Signed

NUMERALS = "一二三四五六七八九十"
MOST = 4
SCALE = 0.66  # 五号 in place of 三号: a week on one page
Shown = Callable[[str], str]


def week_paper(brief: Brief, tree: Tree, words: Words, shown: Shown) -> Paper:
    """The brief as a document. Long lists show their first few and how many there are."""
    week, place = brief.week, tree.place(brief.report.unit).name
    first, last = shown(week.start.isoformat()), shown(week.end.isoformat())
    title = words.say(N_("%(place)s: brief for the Friday meeting"), place=place)
    blocks: list[Block] = [Sentence(words.say(N_("Week from %(first)s to %(last)s."), first=first, last=last))]
    for numeral, (heading, sentences) in zip(NUMERALS, _parts(brief, words, shown), strict=False):
        blocks.append(Part(f"{numeral}、{words.say(heading)}"))
        blocks += [Sentence(sentence) for sentence in sentences]
    blocks += map(Remark, known_and_only(brief.report, words))
    signed_on = min(week.end, local_day(brief.report.as_of))
    blocks.append(Signed([place, shown(signed_on.isoformat())]))
    return Paper(title, blocks, brief.report.as_of)


def _parts(brief: Brief, words: Words, shown: Shown) -> Iterator[tuple[str, Iterable[str]]]:
    say = words.say
    year = shown(brief.week.end.isoformat())[:5]

    def short(day: str) -> str:
        """A day of the same year without its year."""
        return shown(day).removeprefix(year)

    figures = "，".join(f"{words.label('week', name)}{brief.figure(name)}" for name in FIGURES)
    yield N_("This week"), [f"{figures}。{_rounds(brief, words)}"]
    yield N_("Overdue items"), _listed([_due(one, words, short) for one in brief.late], words)
    yield N_("Due next week"), _listed([_due(one, words, short) for one in brief.next_week], words)
    yield N_("Grave cases one by one"), _listed(list(_red(brief, words, short)), words)
    leads = [
        say(
            N_("%(lead)s: %(held)d held, worked on %(worked)d, late %(late)d"),
            lead=one.lead, held=one.held, worked=one.worked, late=one.late,
        )
        for one in brief.leads
    ]  # fmt: skip
    yield N_("Leads"), ["；".join(leads) + "。"] if leads else _listed([], words)
    yield N_("What was decided before"), _listed([_decided(one, words, short) for one in brief.before], words)
    yield N_("What is decided this week"), _listed([_decided(one, words, short) for one in brief.decided], words)


def _rounds(brief: Brief, words: Words) -> str:
    """How many screening rounds fell due and were made; nothing in a week in which none did."""
    told = brief.rounds
    if told is None or not told.due:
        return ""
    sentence = N_("Screening rounds due: %(due)d, done: %(done)d, of these late: %(late)d.")
    return words.say(sentence, due=told.due, done=told.done, late=told.late)


def _listed(lines: Sequence[str], words: Words) -> Iterator[str]:
    if not lines:
        yield words.say(N_("None."))
        return
    told = "；".join(lines[:MOST])
    if len(lines) > MOST:
        told += words.say(N_("; %(count)d in all, the rest stands on the page"), count=len(lines))
    yield told + "。"


def _due(one: DueCase, words: Words, shown: Shown) -> str:
    place = f"{one.case}（{words.label('category', one.category)}，{one.village}）"
    return f"{place}{words.label('kind', one.kind)} {shown(one.due_on.isoformat())} {one.responsible}"


def _red(brief: Brief, words: Words, shown: Shown) -> Iterator[str]:
    for one in brief.red:
        place = f"{one.case}（{words.label('category', one.category)}，{one.village}）"
        told = words.say(
            N_("last %(what)s on %(day)s"), what=words.label("event", one.last), day=shown(one.last_on.isoformat())
        )
        late = "、".join(words.label("kind", kind) for kind in one.late)
        yield place + told + (words.say(N_(", late with %(kinds)s"), kinds=late) if late else "")


def _decided(one: Decided, words: Words, shown: Shown) -> str:
    told = f"{one.text}（{one.responsible}，{shown(one.due_on.isoformat())}"
    if one.done_on:
        done = words.say(N_("done on %(day)s"), day=shown(one.done_on.isoformat()))
        told += f"，{done}，{one.done_by}" + (f"：{one.done_note}" if one.done_note else "")
    return told + "）"
