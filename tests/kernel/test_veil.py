"""A key of a row stands in an address as a word that tells nothing of how many rows there are."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from caseapp.kernel.veil import LARGEST, LENGTH, scattered, unveiled, veiled

SECRET = b"a secret for tests"


@given(st.integers(0, LARGEST))
def test_each_word_leads_back_to_its_key(key):
    word = veiled(key, SECRET)
    assert (len(word), unveiled(word, SECRET)) == (LENGTH, key)


def test_keys_that_follow_each_other_cannot_be_put_in_order():
    words = [veiled(key, SECRET) for key in range(1, 2001)]
    assert len(set(words)) == 2000
    rising = sum(first < second for first, second in pairwise(words))
    assert 850 < rising < 1150


def test_another_installation_has_other_words():
    assert all(veiled(key, SECRET) != veiled(key, b"another") for key in range(1, 200))


@given(st.text(max_size=9))
def test_a_word_that_is_none_leads_nowhere(word):
    found = unveiled(word, SECRET)
    assert found is None or veiled(found, SECRET) == word


def test_scattered_numbers_are_those_of_a_series_each_once_in_another_order():
    given = [scattered(place, SECRET) for place in range(1, 10**4)]
    assert sorted(given) == list(range(1, 10**4))
    rising = sum(first < second for first, second in pairwise(given))
    assert 4700 < rising < 5300
    assert all(10**4 <= scattered(place, SECRET) < 10**5 for place in range(10**4, 10**4 + 500))
    assert given[:50] != [scattered(place, b"another") for place in range(1, 51)]
