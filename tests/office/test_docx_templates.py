"""A Word file that somebody sends is looked at before anything reads it, and its tags before any is filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document

from caseapp.kernel.errors import RuleViolation
from caseapp.office.docx_fill import check_template, fill
from caseapp.office.docx_gate import let_in
from tests.office.packages import package, parts_of
from tests.office.word_files import BODY, altered, body, field, word

AT = datetime(2026, 10, 31, tzinfo=UTC)
SHAPE = {"title": "x", "rows": [{"name": "x", "count": 1}], "lines": {"new": 1}}


def filled(template: bytes, **fields: object) -> list[str]:
    made = fill(let_in(template), {"title": "", "rows": [], "lines": {"new": 0}, **fields}, SHAPE, AT)
    return [paragraph.text for paragraph in Document(BytesIO(made)).paragraphs]


def test_a_tag_that_word_cut_into_pieces_is_filled_in():
    pieces = ("{", "{ ti", "tle }", "}")
    runs = "".join(f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{one}</w:t></w:r>' for one in pieces)
    assert "月报" in filled(body(f"<w:p>{runs}</w:p>"), title="月报")


def test_what_is_filled_in_is_text_and_never_a_tag_or_markup():
    text = '<w:p>{{ lines.new }}</w:p> & "x" {% for %}'
    footnotes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="2">'
        "<w:p><w:r><w:t>{{ title }}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    parts = parts_of(body("<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"))  # two sections
    parts["word/footnotes.xml"] = footnotes.encode()
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'.encode()
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="rId98" Type="{relation}" Target="footnotes.xml"/></Relationships>'.encode(),
    )
    made = fill(let_in(package(parts)), {"title": text, "rows": [], "lines": {"new": 7}}, SHAPE, AT)
    assert Document(BytesIO(made)).paragraphs[0].text == text
    note = parts_of(made)["word/footnotes.xml"].decode()
    assert "{{ lines.new }}" in note
    assert "&lt;w:p&gt;" in note


def test_rows_repeat_conditions_leave_out_and_a_loop_counts():
    rows = [{"name": "甲", "count": 3}, {"name": "乙", "count": 0}]
    template = word(
        "{%p for row in rows %}", "{{ loop.index }} {{ row.name }}{% if row.count > 2 %} 多{% else %} 少{% endif %}",
        "{%p endfor %}", "{%p if not rows %}", "无", "{%p endif %}", "{{ rows|length }}",
        cells=(("{%tr for row in rows %}",), ("{{ row.name }}",), ("{%tr endfor %}",), ("完",)),
    )  # fmt: skip
    assert filled(template, rows=rows) == ["1 甲 多", "2 乙 少", "2"]
    assert filled(template, rows=[])[:2] == ["无", "0"]
    made = fill(let_in(template), {"title": "", "rows": rows, "lines": {"new": 0}}, SHAPE, AT)
    assert [cell.text for row in Document(BytesIO(made)).tables[0].rows for cell in row.cells] == ["甲", "乙", "完"]


def test_page_numbers_and_empty_paragraphs_may_stand_in_a_template():
    page = parts_of(field("PAGE \\* MERGEFORMAT"))[BODY].decode()
    assert "PAGE" in page
    check_template(field(" PAGE "), [{**SHAPE}], SHAPE, AT)
    assert filled(body('<w:p w:rsidR="1"/><w:p><w:r><w:t>{{ title }}</w:t></w:r></w:p>'), title="月报\n二")[1:] == [
        "",
        "月报\n二",
    ]


def test_a_file_says_nobodys_name_and_is_the_same_each_time():
    template = altered("docProps/core.xml", "python-docx", "某某某")
    made = fill(let_in(template), SHAPE, SHAPE, AT)
    assert made == fill(let_in(template), SHAPE, SHAPE, AT)
    core = parts_of(made)["docProps/core.xml"].decode()
    assert "某某某" not in core
    assert "2026-10-31T00:00:00Z" in core


def test_what_was_filled_in_does_not_grow_without_end():
    many = [{"name": "x" * 1000, "count": 1}] * 40_000
    with pytest.raises(RuleViolation, match="too large"):
        filled(word("{%p for row in rows %}", "{{ row.name }}", "{%p endfor %}"), rows=many)
