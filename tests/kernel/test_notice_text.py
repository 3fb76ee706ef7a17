"""The yearly notice as a clerk pastes it: the days it sets, and what of it cannot be right."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseapp.kernel import notice_text
from caseapp.kernel.notice_text import NoticeReading, holiday_name, parse_notice
from caseapp.kernel.workdays import WorkCalendar, shipped

HEAD = """国务院办公厅关于{year}年
部分节假日安排的通知
国办发明电〔{before}〕7号

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：

　　经国务院批准，现将{year}年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。

"""
TAIL = """
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作，遇有重大突发事件，要按规定及时报告并妥善处置，\
确保人民群众祥和平安度过节日假期。

国务院办公厅
{before}年11月4日
"""
NOTICES = {
    # with the new days of the labour holiday, as changed in March 2019
    2019: """一、元旦： 2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。
二、春节： 2月4日至10日放假调休，共7天。2月2日（星期六）、2月3日（星期日）上班。
三、清明节： 4月5日放假，与周末连休。
四、劳动节： 5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。
五、端午节： 6月7日放假，与周末连休。
六、中秋节： 9月13日放假，与周末连休。
七、国庆节： 10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    # with the longer spring festival, as changed in January 2020
    2020: """一、元旦：2020年1月1日放假，共1天。
二、春节：1月24日至2月2日放假调休，共10天。1月19日（星期日）上班。
三、清明节：4月4日至6日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月26日（星期日）、5月9日（星期六）上班。
五、端午节：6月25日至27日放假调休，共3天。6月28日（星期日）上班。
六、国庆节、中秋节：10月1日至8日放假调休，共8天。9月27日（星期日）、10月10日（星期六）上班。""",
    2021: """一、元旦：2021年1月1日至3日放假，共3天。
二、春节：2月11日至17日放假调休，共7天。2月7日（星期日）、2月20日（星期六）上班。
三、清明节：4月3日至5日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月25日（星期日）、5月8日（星期六）上班。
五、端午节：6月12日至14日放假，共3天。
六、中秋节：9月19日至21日放假调休，共3天。9月18日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。""",
    2022: """一、元旦：2022年1月1日至3日放假，共3天。
二、春节：1月31日至2月6日放假调休，共7天。1月29日（星期六）、1月30日（星期日）上班。
三、清明节：4月3日至5日放假调休，共3天。4月2日（星期六）上班。
四、劳动节：4月30日至5月4日放假调休，共5天。4月24日（星期日）、5月7日（星期六）上班。
五、端午节：6月3日至5日放假，共3天。
六、中秋节：9月10日至12日放假，共3天。
七、国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。""",
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
    2024: """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2025: """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    2026: """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　鼓励单位和个人结合落实带薪年休假等制度，实际形成较长假期，推动错峰出行。""",
}
# Weekend days beside a holiday: the notice says 与周末连休 and leaves them out, the official table names them.
UNSAID = {
    2019: ["2019-04-06", "2019-04-07", "2019-06-08", "2019-06-09", "2019-09-14", "2019-09-15"],
    2024: ["2023-12-30", "2023-12-31"],
}


def whole(year: int) -> str:
    """A notice from its title to its signature."""
    return HEAD.format(year=year, before=year - 1) + NOTICES[year] + TAIL.format(before=year - 1)


def official(year: int) -> dict[date, str]:
    """The official days that a year's notice sets: the year's, and those of the new year in the December before."""
    return {
        day: kind
        for day, kind in shipped().days.items()
        if day.year + (day.month == 12) == year and day.isoformat() not in UNSAID.get(year, [])
    }


def kinds(reading: NoticeReading) -> dict[date, str]:
    return dict.fromkeys(reading.holidays, "holiday") | dict.fromkeys(reading.workdays, "workday")


def told(reading: NoticeReading) -> list[str]:
    return [str(problem) for problem in reading.problems]


@pytest.mark.parametrize("year", NOTICES)
def test_a_notice_sets_the_official_days_of_its_year(year: int) -> None:
    reading = parse_notice(whole(year), year)
    assert told(reading) == []
    assert kinds(reading) == official(year)


@pytest.mark.parametrize("year", NOTICES)
def test_a_notice_makes_the_same_days_working_as_the_shipped_calendar(year: int) -> None:
    calendar = WorkCalendar(kinds(parse_notice(whole(year), year)))
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(330)]
    assert [day for day in days if calendar.is_working(day) != shipped().is_working(day)] == []


@pytest.mark.parametrize("year", NOTICES)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.translate(str.maketrans("：，（）；", ":,();")),
        lambda text: text.replace("\n", ""),
        lambda text: text.replace("\n", "\r\n\r\n  \u200b"),
        lambda text: text.replace("月", " 月 ").replace("日", " 日 ").replace("至", " 至\n"),
        lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda text: text.replace("至", "—"),
        lambda text: text.replace("星期", "周"),
        lambda text: text[text.index("一、元旦") :],
        lambda text: text + text,
    ],
    ids=["half width", "one line", "blank lines", "spaces", "wide digits", "dashes", "周", "bare items", "twice"],
)
def test_it_matters_not_how_the_notice_was_pasted(year: int, change) -> None:
    assert parse_notice(change(whole(year)), year) == parse_notice(whole(year), year)


def test_each_day_has_the_name_of_its_holiday() -> None:
    reading = parse_notice(whole(2026), 2026)
    names = {day: shipped().names[day] for day in official(2026)}
    assert reading.holidays | reading.workdays == names


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("春节", "Spring Festival"),
        ("2026年春节假期", "Spring Festival"),
        ("国庆节、中秋节", "Mid-autumn Festival and National Day"),
        ("中秋节和国庆节", "Mid-autumn Festival and National Day"),
        ("元旦、春节", "元旦、春节"),
        ("建镇纪念日", "建镇纪念日"),
    ],
)
def test_a_heading_is_named_as_the_shipped_calendar_names_it(heading: str, name: str) -> None:
    assert holiday_name(heading) == name


def test_every_name_of_the_shipped_calendar_is_known_to_the_reader() -> None:
    assert set(shipped().names.values()) == set(notice_text.NAMES.values())


def test_a_heading_may_stand_without_number_or_without_colon() -> None:
    assert list(parse_notice("清明节：4月4日（周六）至6日放假，共3天", 2026).holidays) == [
        date(2026, 4, day) for day in (4, 5, 6)
    ]
    assert list(parse_notice("三、清明节 4月5日放假1天", 2026).holidays) == [date(2026, 4, 5)]


def test_a_new_holiday_keeps_its_own_name() -> None:
    reading = parse_notice("八、建镇纪念日：8月3日（周一）放假1天。8月8日（周六）上班。", 2026)
    assert reading == NoticeReading({date(2026, 8, 3): "建镇纪念日"}, {date(2026, 8, 8): "建镇纪念日"}, ())


def test_december_without_a_year_is_the_one_before() -> None:
    reading = parse_notice("一、元旦：12月30日（周六）至1月1日（周一）放假，共3天。", 2024)
    assert list(reading.holidays) == [date(2023, 12, 30), date(2023, 12, 31), date(2024, 1, 1)]
    assert told(reading) == []
    named = parse_notice("一、元旦：2023年12月30日至1月1日放假，共3天。", 2024)
    assert named.holidays == reading.holidays


@pytest.mark.parametrize(
    "text",
    [
        "七、国庆节：10月1-3日放假，共3天",
        "七、国庆节：10月1日、2日、3日放假，共3天",
        "七、国庆节：10月1日~10月3日为期放假3天",
        "七、国庆节：10月1日放假，10月2日至3日放假",
        "七、国庆节：10月1日至2日放假，10月3日补休",
    ],
)
def test_days_may_be_written_in_several_ways(text: str) -> None:
    reading = parse_notice(text, 2026)
    assert list(reading.holidays) == [date(2026, 10, day) for day in (1, 2, 3)]
    assert told(reading) == []


def test_what_is_only_encouraged_sets_no_day() -> None:
    reading = parse_notice("二、春节：2月10日至17日放假调休，共8天。鼓励各单位在2月9日（除夕）放假。", 2024)
    assert date(2024, 2, 9) not in reading.holidays
    assert told(reading) == []


def test_a_day_that_is_only_explained_in_brackets_is_none_that_could_not_be_read() -> None:
    reading = parse_notice("二、春节：2月10日至17日放假调休，共8天，安排职工在除夕（2月9日）休息。", 2024)
    assert (len(reading.holidays), told(reading)) == (8, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "三、清明节：4月4日（周六）至6日（周一）放假，共4天。",
            "“4月4日(周六)至6日(周一)放假,共4天”: these are 3 days, the notice says 4",
        ),
        ("三、清明节：4月4日至6日放假2天。", "“4月4日至6日放假2天”: these are 3 days, the notice says 2"),
        ("三、清明节：4月4日（周六）至6日（周二）放假。", "“至6日(周二)”: 2026-04-06 is another day of the week"),
        ("三、清明节：4月4日周五放假。", "“4月4日周五”: 2026-04-04 is another day of the week"),
        (
            "四、劳动节：5月1日放假。5月7日上班。",
            "2026-05-07 is not on a weekend, so it cannot be a made-up working day",
        ),
        ("四、劳动节：5月1日至5日放假。5月3日（周日）上班。", "2026-05-03 is both a holiday and a working day"),
        ("三、清明节：放假三天。", "Could not read “三、清明节:放假三天。”"),
        ("三、清明节：2月30日放假。", "Could not read “2月30日放假”"),
        ("三、清明节：4月5日放假。4月12日（周日）不放假。", "Could not read “4月12日(周日)不放假”"),
        ("三、清明节：4月5日放假。4月12日（周日）照旧。", "Could not read “4月12日(周日)照旧”"),
        ("三、清明节：5日放假。", "Could not read “5日放假”"),
        ("三、清明节：4月5日放假。今年4月6日放假。", "Could not read “今年4月6日放假”"),
        ("三、清明节：12026年4月5日放假。", "Could not read “12026年4月5日放假”"),
        ("三、清明节：20264月5日放假。", "Could not read “20264月5日放假”"),
        ("七、国庆节：10月7日至1日放假。", "Could not read “10月7日至1日放假”"),
        ("七、国庆节：1月1日至10月7日放假。", "Could not read “1月1日至10月7日放假”"),
        ("10月1日至7日放假。", "Could not read “10月1日至7日放假”"),
        ("七、国庆节：2025年10月1日至7日放假。", "The notice is about 2025, not about 2026"),
        ("七、国庆节：2025年10月1日至10月7日放假。", "The notice is about 2025, not about 2026"),
        ("", "The text names no official day"),
        ("关于2026年部分节假日安排的通知", "The text names no official day"),
    ],
)
def test_what_cannot_be_right_is_told(text: str, problem: str) -> None:
    assert told(parse_notice(text, 2026)) == [problem]


def test_a_day_that_is_told_to_be_doubtful_is_still_read() -> None:
    assert list(parse_notice("三、清明节：4月4日（周日）放假，共2天。5月7日上班。", 2026).holidays) == [
        date(2026, 4, 4)
    ]


def test_a_notice_about_another_year_sets_no_day() -> None:
    reading = parse_notice(whole(2025), 2026)
    assert kinds(reading) == {}
    assert [(problem.message, problem.params) for problem in reading.problems] == [
        (notice_text.OTHER_YEAR, {"named": 2025, "year": 2026})
    ]


@given(
    text=st.lists(
        st.sampled_from([*"一二、：:。；（）()，至-年月日周六天放假上班共不123450", "元旦", "2026年", "10月1日"])
    ).map("".join)
    | st.text(),
    year=st.integers(1, 9999),
)
@settings(max_examples=1000)
def test_no_text_breaks_the_reader(text: str, year: int) -> None:
    reading = parse_notice(text, year)
    assert reading.holidays or reading.workdays or reading.problems
    assert all(str(problem) for problem in reading.problems)


def test_a_long_paste_is_read_in_time() -> None:
    assert parse_notice("三、清明节：" + "4月5日、" * 3000, 2026).problems
    assert parse_notice("三、" * 20000 + "(" * 20000, 2026).problems
