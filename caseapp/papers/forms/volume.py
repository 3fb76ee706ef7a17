"""The file on paper (卷宗): its cover, the list of what lies in it, its back page."""

from __future__ import annotations

from collections.abc import Iterable

from caseapp.office.paper import Block, Form, FormCell, Sentence
from caseapp.papers.forms.facts import FormFacts
from caseapp.papers.forms.parts import form_of, signed_by
from caseapp.papers.wording import NO_DAY, day, row

LINES = 15


def cover(facts: FormFacts) -> Iterable[Block]:
    """卷宗封面."""
    by = "人民调解员" if facts.track == "dispute" else "承办人"
    yield form_of(
        [
            row("卷名", f"\n{named(facts)}\n"),
            row("卷号", "", "案件编号", facts.number),
            row(by, facts.handler, "立卷人", ""),
            row("起止日期", f"{day(facts.registered_on)}至{day(facts.resolved_on)}"),
            row("立卷日期", NO_DAY, "页数", ""),
            row("保管期限", "", "备注", ""),
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
    """卷内文书目录: the letters and papers of the case; the pages are numbered by hand when it is put together."""
    rows = [_line("序号", "文书名称", "页号", "备注", told=True)]
    for nth in range(1, max(len(facts.papers), LINES) + 1):
        name = facts.papers[nth - 1] if nth <= len(facts.papers) else ""
        rows.append(_line(str(nth) if name else "", name, "", ""))
    yield Form(rows)


def back(_facts: FormFacts) -> Iterable[Block]:
    """备考表."""
    yield Sentence("本卷宗共＿＿＿＿页，其中文书＿＿＿＿页，照片、图表＿＿＿＿页，其他材料＿＿＿＿页。")
    yield form_of([row("卷内情况说明", "\n" * 8)])
    yield signed_by("立卷人签名", "检查人签名")


def _line(nth: str, name: str, page: str, remark: str, *, told: bool = False) -> list[FormCell]:
    return [
        FormCell(nth, 1, told=True), FormCell(name, 7, told=told), FormCell(page, 2, told=True),
        FormCell(remark, 2, told=told),
    ]  # fmt: skip
