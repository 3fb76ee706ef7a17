"""What tests of letters begin with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.issuing.make import petitioned, set_up


@pytest.fixture
def office(kept: Any, as_user: Any) -> None:
    """The office has set what its papers say of it."""
    kept.begin("letters", lambda: set_up(as_user("office")))


@pytest.fixture
def number(office: None, as_user: Any) -> str:
    """A petition that the town holds."""
    return petitioned(as_user)
