"""What goes to another organ on paper: the red head, where it stands, and who signed it off, read out of the Word file."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from caseapp.office.makers import write_docx, write_pdf
from caseapp.office.paper import LINE_WIDTH
from caseapp.papers.letters import COPY, letter_paper
from tests.issuing.make import TEXTS
from tests.issuing.test_letter_papers import FACTS, everywhere, lines
from tests.office.read_pdf import texts

pytestmark = pytest.mark.one_database
RED = RGBColor(255, 0, 0)
SIGNED = replace(FACTS, signer="王丙三")


def word(kind, mark="", facts=SIGNED, **more):
    return Document(BytesIO(write_docx(letter_paper(kind, {**TEXTS[kind], **more}, facts, mark))))


def red_runs(paragraphs):
    return [run for one in paragraphs for run in one.runs if run.font.color.rgb == RED]


def bordered(paragraphs, side):
    """The colours of the lines at a side of some paragraphs, and of which kind they are."""
    found = [one._element.find(f".//{qn('w:pBdr')}/{qn(f'w:{side}')}") for one in paragraphs]
    return [(line.get(qn("w:color")), line.get(qn("w:val"))) for line in found if line is not None]


def test_a_report_has_its_name_35_mm_under_the_edge_of_the_text_and_a_red_line_under_its_number():
    document = word("report_up")
    first, named = document.paragraphs[:2]
    assert (first.text, round(Mm(35) / first.paragraph_format.line_spacing, 3)) == ("", 1)
    assert [run.text for run in red_runs([named])] == ["太和镇人民政府文件"]
    assert bordered(document.paragraphs, "bottom")[0] == ("FF0000", "single")
    numbered = next(one for one in document.paragraphs if "签发人" in one.text)
    assert numbered.text == "太信意〔2026〕3号\t签发人：王丙三"
    assert (numbered.paragraph_format.left_indent, numbered.runs[-1].font.name) == (Pt(16), "楷体_GB2312")


def test_the_name_is_as_large_as_its_line_allows():
    for organ, size in (("太和镇人民政府", 48), ("太和镇" * 7, None)):
        facts = replace(SIGNED, head=replace(SIGNED.head, organ=organ))
        (run,) = red_runs(word("report_up", facts=facts).paragraphs)
        points = Mm(LINE_WIDTH).pt / len(run.text)
        assert run.font.size.pt == pytest.approx(min(48, points), abs=0.5)
        assert size is None or run.font.size.pt == pytest.approx(min(size, points), abs=0.5)


def test_who_printed_it_when_stands_at_the_foot_of_the_page_of_the_signature():
    document = word("report_up")
    foot = next(one for one in document.paragraphs if one.text.endswith("印发"))
    assert foot.text == "太和镇人民政府\t2026年11月30日印发"
    frame = foot._element.find(f".//{qn('w:framePr')}")
    assert (frame.get(qn("w:vAnchor")), frame.get(qn("w:yAlign"))) == ("margin", "bottom")
    after = document.paragraphs[[one.text for one in document.paragraphs].index(foot.text) + 1 :]
    assert [one.text for one in after[:4]] == [
        "附件：信访处理意见书及送达回证1份",
        "",
        "太和镇人民政府",
        "2026年11月30日",
    ]
    assert all(one.paragraph_format.keep_with_next for one in after[:4])


def test_a_letter_has_its_name_30_mm_under_the_edge_of_the_page_between_two_pairs_of_lines():
    document = word("transfer", COPY)
    section = document.sections[0]
    assert section.different_first_page_header_footer
    marked, named, line = section.first_page_header.paragraphs
    assert marked.text == COPY
    assert round((section.header_distance + marked.paragraph_format.line_spacing) / Mm(1)) == 30
    assert [run.text for run in red_runs([named])] == ["太和镇人民政府"]
    assert bordered([line], "bottom") == [("FF0000", "thickThinSmallGap")]
    assert round(line.paragraph_format.line_spacing.mm) == 4
    assert bordered(section.first_page_footer.paragraphs, "top") == [("FF0000", "thinThickSmallGap")]
    assert round(section.footer_distance.mm) == 20
    assert "".join(one.text for one in section.first_page_footer.paragraphs) == "", "the first page bears no number"
    assert section.footer.paragraphs[0].text == "—  —"
    form = line.paragraph_format
    assert round((Mm(LINE_WIDTH) - form.left_indent - form.right_indent) / Mm(1)) == 170


def test_its_first_page_bears_no_number_as_a_pdf_either_and_the_next_one_does():
    pages = texts(write_pdf(letter_paper("transfer", {**TEXTS["transfer"], "gist": "事项概要。" * 300}, SIGNED)))
    assert len(pages) > 1
    assert ["— 1 —" in pages[0], "— 2 —" in pages[1]] == [False, True]


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (
            "transfer",
            ("转送你单位依职责处理", "2027年1月20日前函复", "附件：1. 信访事项登记表1份（共2页）", "（联系人：赵甲一"),
        ),
        ("report_up", ("县信交〔2026〕31号", "收悉。现将办理情况报告如下", "信访人的意见：表示满意", "特此报告。")),
        ("objection", ("第二十三条，提出异议如下", "县民政局的职责范围", "有关材料一并退回，妥否，请函复。")),
    ],
)
def test_each_says_what_it_has_to_and_to_whom(kind, parts):
    told = lines(word(kind))
    whole = everywhere(word(kind))
    assert f"{TEXTS[kind]['to']}：" in told
    assert TEXTS[kind]["title"] in told
    for part in parts:
        assert part in whole


def test_no_page_has_only_the_signature():
    for length in range(1, 40):
        written = {**TEXTS["report_up"], "found": "我镇组织民政办、村委会入户核查，情况属实。" * length}
        *_before, last = texts(write_pdf(letter_paper("report_up", written, SIGNED)))
        assert "附件" in last, length
