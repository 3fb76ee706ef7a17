"""Months, quarters and years of invented histories, whole and narrowed to a part, say what the recount by hand says."""

from __future__ import annotations

import pytest

from tests.recount.pure import compare
from tests.sizes import many


@pytest.mark.parametrize("seed", range(500, many(502, 504)))
def test_any_period_says_what_the_recount_says(seed):
    held, found = compare(seed, 60)
    assert held >= 30
    assert not found, "\n" + "\n".join(found[:20])
