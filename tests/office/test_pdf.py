"""PDF files: the text of the blocks can be read back, pages are numbered outside, headings of tables are repeated."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from fontTools.misc.psCharStrings import T2CharString
from pypdfium2 import PdfDocument

from caseapp.office.paper import Paper, Part, Section, Sentence, Signed, Table, free_at_the_right
from caseapp.office.pdf_write import write_pdf
from tests.office.read_pdf import texts

pytestmark = pytest.mark.usefixtures("chinese_font")
AT = datetime(2026, 11, 3, 1, tzinfo=UTC)


def pages(*blocks, title="太和镇报告") -> list[str]:
    """The text of each page, without white space."""
    return ["".join(text.split()) for text in texts(write_pdf(Paper(title, blocks, AT)))]


def test_every_block_can_be_read_back():
    blocks = (
        Part("一、基本情况"), Section("（一）总体"), Sentence("上期结转15件。\n\n另有一段。"),
        Signed(["太和镇", "2026年10月31日"]), Table("附件1", ["村", "件"], [["双合村", 3], ["顶上村", "4/5\n80.0%"]], (2, 1)),
    )  # fmt: skip
    assert pages(*blocks) == [
        "太和镇报告一、基本情况（一）总体上期结转15件。另有一段。太和镇2026年10月31日—1—",
        "附件1村件双合村3顶上村4/580.0%—2—",
    ]


def test_the_same_paper_makes_the_same_bytes():
    paper = Paper("太和镇报告", [Sentence("甲" * 100), Table("附件", ["村"], [["双合村"]], (1,))], AT)
    assert write_pdf(paper) == write_pdf(paper)


def test_no_outline_is_measured_again_when_a_pdf_is_written(monkeypatch):
    monkeypatch.setattr(T2CharString, "calcBounds", lambda *_args: pytest.fail("an outline was measured"))
    assert pages(Sentence("信访")) == ["太和镇报告信访—1—"]


def test_rare_names_are_there_and_signs_without_a_shape_do_no_harm():
    assert pages(Sentence("喆犇㛃\x00\u200b")) == ["太和镇报告喆犇㛃—1—"]


def test_a_long_table_repeats_its_headings_on_every_page():
    told = pages(Table("附件1", ["村", "件"], [[f"村{row}", row] for row in range(100)], (2, 1)))
    assert len(told) > 3
    assert [page.count("村件") for page in told] == [0] + [1] * (len(told) - 1)
    assert [row for row in range(100) if f"村{row}" not in "".join(told)] == []


def test_a_very_long_name_in_a_table_wraps_in_its_column():
    told = pages(Table("附件1", ["村", *"甲乙丙丁戊己庚辛"], [["太和镇双合村民委员会" * 10, *range(8)]], (2, *[1] * 8)))
    assert "太和镇双合村民委员会" * 10 in told[1]


@pytest.mark.parametrize("length", [45, 60, 200])
def test_no_heading_and_no_line_of_a_paragraph_stands_alone_on_a_page(length):
    for lines in range(13, 18):
        told = pages(*[Sentence("行")] * lines, Part("一、头"), Section("（一）次"), Sentence("文" * length))
        assert [page for page in told if "一、头" in page] == [page for page in told if "（一）次文" in page]
        on_each = [-(-(page.count("文") + 2 * (page is told[0])) // 27) for page in told if "文" in page]
        assert len(on_each) == 1 or min(on_each) >= 2, (lines, on_each)


@pytest.mark.parametrize("length", [5, 60])
def test_a_signature_stands_on_a_page_with_text(length):
    for lines in range(14, 21):
        last = pages(*[Sentence("行")] * lines, Sentence("文" * length), Signed(["太和镇", "2026年10月31日"]))[-1]
        assert re.search("文太和镇2026年10月31日", last), lines


def test_page_numbers_stand_outside():
    with PdfDocument(write_pdf(Paper("题", [Sentence("行")] * 30, AT))) as document:
        read = [page.get_textpage() for page in document]
        lefts = [text.get_charbox(text.count_chars() - 1)[0] for text in read]
    assert lefts[0] > 400
    assert lefts[1] < 150


def test_the_file_says_what_it_is():
    data = write_pdf(Paper("太和镇报告", [], AT))
    with PdfDocument(data) as document:
        told = document.get_metadata_dict()
    assert (told["Title"], told["CreationDate"]) == ("太和镇报告", "D:20261103010000Z")
    assert b"/Lang (zh-CN)" in data


def test_the_signature_is_centred_over_its_day_four_signs_from_the_right():
    assert free_at_the_right(["太和镇", "2026年10月31日"]) == [6.0, 4.0]
