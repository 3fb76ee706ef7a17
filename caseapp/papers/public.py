"""The public version of a month as a Word file, for the wall of the town hall."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from caseapp.domain.org.tree import Tree
from caseapp.domain.reports.prose import Words
from caseapp.domain.reports.public import VILLAGE_LINES, WITHHELD, PublicMonth
from caseapp.kernel.clock import parse_instant
from caseapp.kernel.errors import N_
from caseapp.kernel.ratio import Ratio
from caseapp.office.makers import write_docx
from caseapp.office.paper import Block, Paper, Part, Sentence, Signed, Table

Shown = Callable[[str], str]


def public_document(public: PublicMonth, unit: str, tree: Tree, words: Words, shown: Shown) -> bytes:
    """The public version of a town, or what it says of one village, as a Word file."""
    place, month = tree.place(unit).name, shown(f"{public.month}-01")[:-2]
    title = words.say(N_("%(place)s: petitions and disputes in %(month)s (public version)"), place=place, month=month)
    if tree.tier(unit) == "town":
        blocks: list[Block] = list(_town(public, tree, words))
    else:
        blocks = list(_village(public, unit, words))
    tables = [block for block in blocks if isinstance(block, Table)]
    text = [block for block in blocks if not isinstance(block, Table)]
    signed = Signed([tree.place(public.town).name, shown(public.as_of[:10])])
    return write_docx(Paper(title, [*text, *_how_to_read(words), signed, *tables], parse_instant(public.as_of)))


def _how_to_read(words: Words) -> Iterator[Block]:
    yield Sentence(words.say(N_("“<3” stands for 1 or 2, “*” for a figure withheld so that nobody can be recognised.")))


def _town(public: PublicMonth, tree: Tree, words: Words) -> Iterator[Block]:
    if public.is_nothing:
        yield Sentence(words.say(N_("So little happened in this month that no figure is published.")))
        return
    yield _part("一", N_("The town as a whole"), words)
    yield Sentence(
        words.say(
            N_(
                "Carried over %(stock)s, new %(new)s, came back %(returned)s: %(inflow)s in all. At the end "
                "%(resolved)s were resolved, %(closed)s closed without a resolution, %(left)s had left, "
                "%(open)s were open."
            ),
            **{key.removesuffix("_unresolved"): cell for key, cell in public.lines.items()},
        )
    )
    rates = [f"{words.label('rate', key)}{rate_text(rate)}" for key, rate in public.rates.items()]
    yield _part("二", N_("Rates"), words)
    yield Sentence(f"{'，'.join(rates)}。")
    if public.villages:
        headings = [words.say(N_("Village or community")), *(words.label("line", line) for line in VILLAGE_LINES)]
        names = {code: tree.place(code).name for code in public.villages}
        yield Table(words.say(N_("By village")), headings, _rows(public.villages, names), (2, 1, 1))
    if public.categories:
        headings = [words.say(N_("Category")), words.label("line", "new")]
        names = {slug: words.label("category", slug) for slug in public.categories}
        yield Table(words.say(N_("By category")), headings, _rows(public.categories, names), (2, 1))


def _part(numeral: str, heading: str, words: Words) -> Part:
    return Part(f"{numeral}、{words.say(heading)}")


def _village(public: PublicMonth, unit: str, words: Words) -> Iterator[Block]:
    cells = public.villages.get(unit)
    if cells is None:
        yield Sentence(words.say(N_("So little happened in this month that no figure is published.")))
        return
    told = [f"{words.label('line', line)} {cell}" for line, cell in cells.items()]
    yield Sentence(f"{'，'.join(told)}。")


def _rows(rows: dict[str, dict[str, int | str]], names: dict[str, str]) -> Sequence[Sequence[object]]:
    return [[names[key], *cells.values()] for key, cells in rows.items()]


def rate_text(rate: Ratio | None) -> str:
    """A rate with its parts, or the mark of what is withheld."""
    return f"{rate.percent}（{rate.n}/{rate.d}）" if rate else WITHHELD
