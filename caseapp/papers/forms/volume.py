"""The file on paper (卷宗): its cover, the list of what lies in it, its back page."""

from __future__ import annotations

from collections.abc import Iterable

from caseapp.office.paper import Block, Form, FormCell, Sentence
from caseapp.papers.forms.facts import FileLine, FormFacts
from caseapp.papers.forms.parts import form_of, signed_by
from caseapp.papers.wording import NO_DAY, SHORT_GAP, day, row

LINES = 15


def cover(facts: FormFacts) -> Iterable[Block]:
    """卷宗封面."""
    by = "人民调解员" if facts.track == "dispute" else "承办人"
    volume = facts.volume
    nth = f"第{volume.nth}册（共{volume.of}册）" if volume else ""
    yield form_of(
        [
            row("卷名", f"\n{named(facts)}\n"),
            row("卷号", "", "案件编号", facts.number),
            row(by, facts.handler, "立卷人", ""),
            row("起止日期", f"{day(facts.registered_on)}至{day(facts.resolved_on)}"),
            row("立卷日期", NO_DAY, "页数", str(volume.pages) if volume else ""),
            row("保管期限", "", "册数", nth),
        ]
    )


def named(facts: FormFacts) -> str:
    """The name of the file: of a quarrel the two sides and of what kind it is; of a petition its title."""
    if facts.track != "dispute":
        return facts.title
    names = [one.name for one in facts.named]
    sides = f"{names[0]}与{'、'.join(names[1:])}" if len(names) > 1 else "".join(names)
    kind = facts.category.removesuffix("纠纷")
    return f"{sides}{kind}纠纷" if sides else facts.title


def contents(facts: FormFacts) -> Iterable[Block]:
    """卷内文书目录: what lies in the file. Printed before it is put together, it has the letters and papers of the
    case, and the pages are written in by hand."""
    lines = facts.volume.lines if facts.volume else [FileLine(name) for name in (*facts.letters, *facts.papers)]
    rows = [_line("序号", FileLine("文书名称", "页号", "备注"), told=True)]
    rows += [_line(str(nth), one) for nth, one in enumerate(lines, 1)]
    yield Form([*rows, *(_line("", FileLine("")) for _nth in range(len(lines), LINES))])


def back(facts: FormFacts) -> Iterable[Block]:
    """备考表."""
    volume = facts.volume
    whole, written, pictures = (volume.pages, volume.written, volume.pictures) if volume else (SHORT_GAP,) * 3
    yield Sentence(f"本卷宗共{whole}页，其中文书{written}页，照片、扫描材料{pictures}页。")
    yield form_of([row("卷内情况说明", "\n" * 8)])
    yield signed_by("立卷人签名", "检查人签名")


def _line(nth: str, line: FileLine, *, told: bool = False) -> list[FormCell]:
    return [
        FormCell(nth, 1, told=True), FormCell(line.name, 6, told=told), FormCell(line.page, 2, told=True),
        FormCell(line.remark, 3, told=told),
    ]  # fmt: skip
