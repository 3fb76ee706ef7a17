"""The browser of the tests that open pages in one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.phones import started


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium; the tests are skipped where there is none."""
    with started() as browser:
        yield browser
