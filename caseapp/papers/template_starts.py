"""The templates an office begins with: the program's own look with every tag in place, to be changed in Word."""

from __future__ import annotations

from collections.abc import Sequence

from caseapp.domain.reports.prose import VILLAGE_COLUMNS, Words
from caseapp.office.paper import Block, Paper, Part, Remark, Sentence, Signed
from caseapp.papers.brief import SCALE
from caseapp.papers.report import as_docx, late_table, village_table
from caseapp.papers.template_samples import AT

END = "{%p endfor %}"


def starting_template(paper: str, words: Words) -> bytes:
    """A template that, filled in, says word for word what the program's own file says."""
    blocks: list[Block] = [*_repeated("line in opening", "line")] if paper == "week" else []
    blocks += [
        Sentence("{%p for part in parts %}"),
        Part("{{ part.heading }}"),
        *_repeated("sentence in part.sentences", "sentence"),
        Sentence(END),
        Sentence("{%p for remark in remarks %}"),
        Remark("{{ remark }}"),
        Remark(END),
        Signed(["{%p for line in signature %}", "{{ line }}", END], loose=True),
    ]
    if paper != "week":
        blocks.append(
            village_table(_rows("v", "villages", ("name", *VILLAGE_COLUMNS, "net", "verified"), "sum"), words)
        )
    if paper == "month":
        rows = _rows("item", "overdue", ("case", "kind", "due", "days_late"))
        blocks += [Sentence("{%p if overdue %}"), late_table(rows, words), Sentence("{%p endif %}")]
    return as_docx(Paper("{{ title }}", blocks, AT), SCALE if paper == "week" else 1)


def _repeated(loop: str, name: str) -> list[Block]:
    return [Sentence(f"{{%p for {loop} %}}"), Sentence(f"{{{{ {name} }}}}"), Sentence(END)]


def _rows(name: str, table: str, columns: Sequence[str], total: str = "") -> list[list[object]]:
    """A row that is repeated, between two that say so; under them the sum."""
    rows: list[list[object]] = [
        [f"{{%tr for {name} in {table} %}}"],
        [f"{{{{ {name}.{column} }}}}" for column in columns],
        ["{%tr endfor %}"],
    ]
    return [*rows, [f"{{{{ {total}.{column} }}}}" for column in columns]] if total else rows
