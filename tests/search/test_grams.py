"""Texts as pairs of neighbouring characters."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from caseapp.domain.search.grams import KEYS, from_token, grams, grams_of, key, plain, token, village_key
from caseapp.domain.search.likeness import FORMULAS, Measure, Typed, spread

TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("排水沟堵塞，。 ＡaＢ１2㎡①ﬁİßé\u0301\n"), st.characters()), max_size=60
)


@settings(max_examples=500)
@given(TEXTS, st.data())
def test_the_pairs_of_a_part_are_among_the_pairs_of_the_whole(text, data):
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    assert set(grams(part)) <= set(grams(text))


@settings(max_examples=300)
@given(TEXTS)
def test_a_pair_is_two_characters_of_a_word_and_stands_there_once(text):
    found = grams(text)
    assert len(set(found)) == len(found)
    assert all(len(gram) == 2 and gram.isalnum() for gram in found)


def test_width_case_punctuation_and_spaces_make_no_difference():
    assert plain("Ａ３区，水 沟！") == "a3区水沟"
    assert grams("水沟、水沟") == ("水沟", "沟水")
    assert grams("水") == grams("") == grams("，。") == ()
    assert grams_of("水沟", "堵塞") == {"水沟", "堵塞"}


def measure(story, **more):
    return Measure(Typed(story, "TH-SH-01", **more), ["双合村", "双合村第一组"])


def test_formulas_and_names_of_places_say_nothing():
    assert all(len(word) == 2 for word in FORMULAS)
    assert measure("双合村村民反映问题").telling(9) == ["村村", "民反", "映问"]
    assert measure("双合村第一组，双合村").enough is True
    assert measure("双合村第一组").enough is measure("水沟堵").enough is False
    assert measure("屋后排水沟堵塞倒灌厨房").enough is True


def test_words_in_another_order_and_a_beginning_are_alike_and_another_matter_is_not():
    story = "屋后排水沟堵塞，下雨天水倒灌进厨房，两家为疏通费用争吵"
    again = measure("两家争吵疏通费用，下雨天水倒灌进厨房，因排水沟堵塞").likeness("排水沟纠纷", story)
    begun = measure("屋后排水沟堵塞，下雨").likeness("排水沟纠纷", story)
    other = measure("承包地流转租金拖欠，要求按合同支付").likeness("排水沟纠纷", story)
    assert again > 0.5
    assert begun > 0.3
    assert other < 0.1


def test_a_party_of_the_same_name_and_the_category_add_to_what_the_texts_say():
    typed = measure("屋后排水沟堵塞倒灌厨房", category="neighbour")
    plainly = typed.score("排水沟堵塞", "", "land", same_party=False)
    assert plainly < typed.score("排水沟堵塞", "", "neighbour", same_party=False)
    assert plainly + 0.1 < typed.score("排水沟堵塞", "", "land", same_party=True) < 1
    assert typed.score("青苗补偿", "", "neighbour", same_party=True) < 0.3


def test_what_is_looked_up_is_spread_over_all_that_was_typed():
    assert spread(range(100), 4) == [0, 25, 50, 75]
    assert spread(range(3), 4) == [0, 1, 2]
    assert spread([], 4) == []


def test_the_numbers_of_pairs_stay_what_they_are_and_fit_into_two_bytes_and_three_characters():
    assert (key("水沟"), key("a3"), village_key(7)) == (26136, 10511, 16529)
    assert [from_token(token(number)) for number in range(KEYS)] == list(range(KEYS))
    assert KEYS == 2**15
    assert {len(token(number)) for number in range(KEYS)} == {3}
