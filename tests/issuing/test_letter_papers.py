"""A letter on paper: the measures of GB/T 9704 read out of the Word file, its words, and what a page of it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from caseapp.domain.issuing.kinds import KINDS
from caseapp.domain.issuing.writing import LetterFacts, read_facts, told_of
from caseapp.domain.org.office import Letterhead
from caseapp.office.makers import write_docx, write_pdf
from caseapp.papers.letters import COPY, letter_paper, slip_paper
from tests.issuing.make import ACCEPTANCE, OPINION, TEXTS
from tests.office.read_pdf import texts

pytestmark = pytest.mark.one_database

HEAD = Letterhead(
    "000-0000-0110", "太和镇政府一楼", "工作日8:30—17:30", "太和镇人民政府", "太信", "平安县人民政府", ""
)  # fmt: skip
FACTS = LetterFacts(
    HEAD, "太信〔2026〕0001号", date(2026, 11, 20), "visit", date(2026, 11, 23), date(2027, 1, 22),
    "太信受〔2026〕7号", "太信意〔2026〕3号", date(2026, 11, 30), date(2027, 1, 20),
)  # fmt: skip
LONG_NAME = "阿卜杜热依木·买买提图尔荪·艾山江"


def word(kind: str = "acceptance", written: dict[str, str] | None = None, mark: str = "", facts: LetterFacts = FACTS):
    paper = letter_paper(kind, ACCEPTANCE if written is None else written, facts, mark)
    return Document(BytesIO(write_docx(paper)))


def lines(document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def everywhere(document) -> str:
    """The text of a document and of the head of its first page."""
    first = document.sections[0].first_page_header.paragraphs
    return "".join([*(one.text for one in first), *lines(document)])


def test_the_page_has_22_lines_of_28_characters_in_the_margins_of_the_standard():
    document = word()
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    body = [run for one in document.paragraphs for run in one.runs if run.font.size == Pt(16)]
    assert body
    closer = {int(run._element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20 for run in body}
    assert {int(Mm(156).pt // (16 + spacing)) for spacing in closer} == {28}
    steps = {one.paragraph_format.line_spacing for one in document.paragraphs}
    assert {int(Mm(225).pt // step.pt) for step in steps} == {22}


def test_the_fonts_are_those_of_the_standard_for_chinese_text_too():
    document = word("opinion", OPINION)
    fonts = {
        (run._element.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt)
        for one in document.paragraphs
        for run in one.runs
        if run.text
    }
    assert fonts == {("方正小标宋简体", 22), ("仿宋_GB2312", 16), ("黑体", 16)}


def test_it_says_whose_it_is_its_title_its_number_and_is_signed_with_the_day():
    told = lines(word())
    assert told[:4] == ["太和镇人民政府", "信访事项受理告知书", "太信意〔2026〕3号", "李乙二："]
    assert told[-2:] == ["太和镇人民政府", "2026年11月30日"]
    whole = "".join(told)
    assert "您于2026年11月20日通过来访反映的信访事项（登记编号：太信〔2026〕0001号）已收悉" in whole
    assert "受理日期为2026年11月23日" in whole
    assert "最迟于2027年1月22日书面答复您" in whole
    assert "电话：000-0000-0110" in whole


def test_an_opinion_has_what_article_32_asks_for_and_the_way_to_a_review():
    whole = "\n".join(lines(word("opinion", OPINION)))
    for part in (
        OPINION["matters"], OPINION["facts"], f"依据{OPINION['basis']}", OPINION["opinion"],
        "对您的请求予以支持，于2026年12月20日前办理完毕", "（太信受〔2026〕7号）",
        "自收到本意见书之日起30日内，向平安县人民政府书面申请复查",
    ):  # fmt: skip
        assert part in whole


@pytest.mark.parametrize(
    ("kind", "title", "parts"),
    [
        (
            "route",
            "信访事项办理途径告知书",
            ("请向平安县人民法院提出", "需要带去的材料：身份证件、承包合同", "第三十一条"),
        ),
        (
            "extension",
            "信访事项延长办理期限告知书",
            ("由2027年1月20日延长至2027年2月10日", "经本单位负责人批准", "测绘结果"),
        ),
        ("not_accepted", "信访事项不予受理告知书", ("第十九条第三款，本单位不予受理", "柳信受〔2026〕9号")),
        ("no_more", "信访事项不再受理告知书", ("第三十六条第三款，本单位不再受理", "平复核〔2025〕6号")),
    ],
)
def test_each_kind_says_what_its_article_asks_for(kind, title, parts):
    told = lines(word(kind, TEXTS[kind]))
    assert told[1] == title
    for part in (*parts, TEXTS[kind]["matters"]):
        assert part in "".join(told)


def test_ten_matters_are_numbered_and_several_people_are_addressed_together():
    written = {**OPINION, "to": f"{LONG_NAME}、李乙二", "matters": "\n".join(f"请求第{nth}件" for nth in range(1, 11))}
    told = lines(word("opinion", written))
    assert f"{LONG_NAME}、李乙二：" in told
    assert "10. 请求第10件" in told
    assert "你们于2026年11月20日" in "".join(told)


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_one_leaves_room_and_says_nothing_of_a_case(kind):
    told = "".join(lines(word(kind, {}, facts=LetterFacts(replace(HEAD, organ="", review="")))))
    assert "＿＿" in told
    assert "〔　　〕　号" in told
    assert "2026" not in told


def test_a_copy_says_so_above_every_page_and_an_original_does_not():
    for mark in ("", COPY):
        assert word(mark=mark).sections[0].header.paragraphs[0].text == mark
    drawn = write_pdf(letter_paper("opinion", {**OPINION, "facts": "查明如下情况。" * 200}, FACTS, COPY))
    assert all(COPY in page for page in texts(drawn))


def test_word_and_pdf_say_the_same():
    for kind, written in TEXTS.items():
        paper = letter_paper(kind, written, FACTS)
        told = everywhere(Document(BytesIO(write_docx(paper))))
        drawn = "".join(texts(write_pdf(paper))).replace("— 1 —", "").replace("— 2 —", "")
        assert Counter("".join(told.split())) == Counter("".join(drawn.split())), kind


def test_the_same_letter_makes_the_same_bytes():
    paper = letter_paper("opinion", OPINION, FACTS, COPY)
    assert write_docx(paper) == write_docx(paper)
    assert write_pdf(paper) == write_pdf(paper)


def test_the_slip_has_what_is_signed_on_it_with_room_for_a_hand():
    paper = slip_paper("opinion", FACTS, LONG_NAME, "双合村第一组")
    table = Document(BytesIO(write_docx(paper))).tables[0]
    told = "\n".join(cell.text for row in table.rows for cell in row.cells)
    for part in (
        LONG_NAME,
        "双合村第一组",
        "太信意〔2026〕3号",
        "□留置送达",
        "受送达人签名或捺印",
        "见证人签名",
        "送达人签名",
    ):
        assert part in told
    assert {round(row.height.mm) for row in table.rows} == {12}
    assert len(texts(write_pdf(paper))) == 1


def test_facts_are_kept_as_they_were():
    assert read_facts(told_of(FACTS)) == FACTS
