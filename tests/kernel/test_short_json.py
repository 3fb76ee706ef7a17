"""JSON as it is stored says what was given, in the fewest characters."""

from __future__ import annotations

import json

import pytest

from caseapp.kernel.short_json import short_json


@pytest.mark.parametrize(
    "value", [{"说": "水沟 \u0000𠮷", "n": [1, None, 1.5]}, {"half": "\ud842"}, "\\ud842", [], "\\\ud842"]
)
def test_what_is_written_is_read_back(value):
    told = short_json(value)
    assert json.loads(told) == value
    assert told.encode()


def test_it_takes_no_more_room_than_it_must():
    assert short_json({"a": "水沟", "b": 1}) == '{"a":"水沟","b":1}'
