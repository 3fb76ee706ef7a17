"""The recount itself is held against the worked example of ``rates.md`` §5, which was counted by hand."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.recount.one_case import CHINA
from tests.recount.recount import recount

FIXTURE = Path(__file__).resolve().parents[2].parent / "shared" / "fixtures" / "june-2024"


@pytest.mark.skipif(not FIXTURE.exists(), reason="the worked example is not beside the checkout")
def test_the_recount_gives_the_worked_example():
    with (FIXTURE / "units.csv").open(encoding="utf-8") as file:
        units = {row["code"]: (row["parent"], row["tier"]) for row in csv.DictReader(file)}
    cases = [json.loads(text) for text in (FIXTURE / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    expected = json.loads((FIXTURE / "expected.json").read_text(encoding="utf-8"))
    found = recount(cases, units, "TH", "2024-06", datetime(2026, 11, 23, tzinfo=CHINA))
    for key, value in expected.items():
        assert found[key] == value, key
