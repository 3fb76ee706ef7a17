"""Fonts for PDFs: found by the names of their files; none at all, or a sign that none has, is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from caseapp.kernel.errors import RuleViolation
from caseapp.office import pdf_fonts
from caseapp.office.fonts import ROLES, Face, choose, covered, usual_folders
from caseapp.office.paper import printable

pytestmark = pytest.mark.usefixtures("chinese_font")


def cut(path: Path, text: str) -> Path:
    """A font file with the signs of a text alone, cut from one of this machine."""
    path.write_bytes(pdf_fonts.cut(choose(text).roles["body"], text))
    return path


def test_without_a_font_the_sentence_names_the_package_and_the_setting(tmp_path):
    (tmp_path / "letter.ttf").write_bytes(b"no font")
    with pytest.raises(RuleViolation, match=r"fonts-noto-cjk.*CASEAPP_FONT"):
        choose("信访", folders=[tmp_path, tmp_path / "missing"])


def test_a_damaged_font_is_passed_over(tmp_path):
    (tmp_path / "simfang.ttf").write_bytes(b"cut off")
    song = cut(tmp_path / "SimSun.ttc", "信访")
    song.rename(tmp_path / "stsong.ttf")
    assert {face.path.name for face in choose("信访", folders=[tmp_path]).roles.values()} == {"stsong.ttf"}


def test_each_role_takes_its_own_font_where_there_is_one(tmp_path):
    names = {"body": "SIMFANG.TTF", "first": "SimHei.ttf", "second": "simkai.ttf", "title": "fzxbsjw.ttf"}
    for name in names.values():
        cut(tmp_path / name, "信访")
    roles = choose("信访", folders=[tmp_path]).roles
    assert {role: roles[role].path.name for role in names} == names
    assert set(roles) == set(ROLES)


def test_a_rare_sign_comes_from_another_font(tmp_path):
    cut(tmp_path / "simfang.ttf", "太和镇")
    cut(tmp_path / "simsun.ttf", "村").rename(tmp_path / "stsong.ttf")
    cut(tmp_path / "simhei.ttf", "喆犇㛃")
    fonts = choose("太和镇喆犇㛃", folders=[tmp_path])
    assert fonts.roles["body"].path.name == "simfang.ttf"
    assert [face.path.name for face in fonts.others] == ["simhei.ttf", "simfang.ttf"]


def test_a_sign_that_no_font_has_is_named(tmp_path):
    cut(tmp_path / "simfang.ttf", "太和镇")
    with pytest.raises(RuleViolation, match=r"喆 \(U\+5586\)、㛃 \(U\+36C3\)|㛃 \(U\+36C3\)、喆 \(U\+5586\)"):
        choose("太和镇喆㛃", folders=[tmp_path])


def test_the_font_of_the_office_comes_first_for_every_role(tmp_path):
    own = cut(tmp_path / "our own.otf", "太和")
    fonts = choose("太和镇", [own])
    assert set(fonts.roles.values()) == {Face(own)}
    assert any(ord("镇") in covered(face) for face in fonts.others)


@pytest.mark.parametrize("name", ["missing.ttf", "letter.docx", "damaged.ttf"])
def test_a_setting_that_names_no_font_is_said(tmp_path, name):
    (tmp_path / "letter.docx").write_bytes(b"x")
    (tmp_path / "damaged.ttf").write_bytes(b"x")
    with pytest.raises(RuleViolation, match=r"CASEAPP_FONT: .*" + name):
        choose("信", [tmp_path / name])


def test_this_machine_has_a_font_for_rare_names():
    choose("喆犇㛃", folders=usual_folders())


def test_fonts_are_looked_for_on_windows_too():
    told = usual_folders({"WINDIR": "/win", "LOCALAPPDATA": "/mine"})
    assert {Path("/win/Fonts"), Path("/mine/Microsoft/Windows/Fonts"), Path("/usr/share/fonts")} <= set(told)


def test_signs_without_a_shape_are_left_out():
    assert printable("甲\x00\u200b乙\ufe00\U000e0100\r\n丙\t丁") == "甲乙\n丙 丁"


def test_a_font_is_cut_down_to_the_signs_of_a_text_and_letters(tmp_path):
    """A PDF takes its fonts this small: cutting them out of ten thousands of signs is what costs."""
    face = choose("太和镇").roles["body"]
    (tmp_path / "small.otf").write_bytes(pdf_fonts.cut(face, "太和镇"))
    small = covered(Face(tmp_path / "small.otf"))
    assert {chr(code) for code in small if code > 127} == {*"太和镇"}
    assert {*map(ord, "aZ09%")} <= small


def test_a_font_that_was_cut_has_outlines_without_calls_into_each_other(tmp_path):
    """Following them is most of what a PDF costs."""
    face = choose("太和镇").roles["body"]
    (tmp_path / "small.otf").write_bytes(pdf_fonts.cut(face, "太和镇"))
    with TTFont(tmp_path / "small.otf") as font:
        outlines = font["CFF "].cff
        assert len(outlines.GlobalSubrs) == 0
        assert not [part for part in outlines[0].FDArray if hasattr(part.Private, "Subrs") and len(part.Private.Subrs)]


def test_a_font_whose_outlines_are_cut_off_is_named(tmp_path):
    whole = cut(tmp_path / "our own.otf", "太和").read_bytes()
    with TTFont(tmp_path / "our own.otf") as font:
        outlines = font.reader.tables["CFF "]
    start = outlines.offset
    (tmp_path / "our own.otf").write_bytes(whole[:start] + bytes(outlines.length) + whole[start + outlines.length :])
    with pytest.raises(RuleViolation, match=r"our own.otf"):
        pdf_fonts.cut(Face(tmp_path / "our own.otf"), "太和")
