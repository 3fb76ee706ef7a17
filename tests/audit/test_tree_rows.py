"""Rights are read from the rows of the tree: touched by hand, they do not verify."""

from __future__ import annotations

import pytest

from tests.audit.holds import what_does_not_hold
from tests.audit.test_verify import tamper

ID = "(SELECT id FROM unit WHERE code = '{}')"
SH, DS = ID.format("TH-SH"), ID.format("TH-DS")
TOUCHED = {
    "a village reads another's": f"INSERT INTO unit_within (above_id, unit_id) VALUES ({DS}, {SH})",
    "a village reads its own no more": f"DELETE FROM unit_within WHERE above_id = {SH} AND unit_id = {SH}",
    "another name": "UPDATE unit SET name = '别的村' WHERE code = 'TH-SH'",
    "another place": "UPDATE unit SET path = 'TH/TH-DS/TH-SH/' WHERE code = 'TH-SH'",
}


@pytest.mark.parametrize("what", TOUCHED)
def test_a_touched_row_of_the_tree_is_found(world, what):
    assert not what_does_not_hold(world.clock)
    tamper(TOUCHED[what])
    assert [problem.split(":")[0] for problem in what_does_not_hold(world.clock)] == ["TH-SH"]
