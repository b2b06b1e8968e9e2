"""Warnings of a report about a coefficient name the part as its table does."""

from dataclasses import replace

import pytest
from explained_zebra import explained, report_of

from limetheory.reports.sections import sections

SAID = "the interval of coefficient 3 rests on fewer than 10 effective masks, got 4.0"


@pytest.mark.parametrize(("names", "called"), [(list("abcdefgh"), "d"), ([str(j) for j in range(8)], "superpixel 3")])
def test_a_warning_of_few_masks_names_the_part_of_the_table(names, called):
    found = replace(explained(), names=names)
    report = report_of(found)
    report.record["warnings"][:] = [SAID, "another one"]
    parts = next(one.parts for one in sections(report) if one.heading == "Warnings")
    assert parts == [SAID.replace("coefficient 3", called), "another one"]
