"""Intervals that hold for all coefficients at once are called so, wherever they are shown."""

import numpy as np
import pytest
from rich.console import Console

import limetheory as lt
from limetheory.cli.coefficient_table import print_coefficients
from limetheory.cli.explain_outputs import table_html

TOGETHER = "simultaneous 95 % interval"


def answers():
    F, design = lt.SetFunction(np.arange(4096) % 5 / 5), lt.ImageDesign(12)
    return lt.estimate_until(F, design, 0.3, rng=0, bounds=(0, 1)), lt.estimate(F, design, 200, 0)


def printed(found, capsys):
    print_coefficients(Console(), found, 0.95, "token")
    return capsys.readouterr().out


SHOWN = {
    "text": lambda found, capsys: str(found),
    "notebook": lambda found, capsys: found._repr_html_(),
    "page": lambda found, capsys: table_html(found, 0.95, "superpixel"),
    "terminal": printed,
}


@pytest.mark.parametrize("place", SHOWN)
def test_a_tolerance_makes_intervals_simultaneous_and_a_number_of_masks_does_not(place, capsys):
    to_a_tolerance, of_a_number = answers()
    assert TOGETHER in SHOWN[place](to_a_tolerance, capsys)
    shown = SHOWN[place](of_a_number, capsys)
    assert "95 % interval" in shown and TOGETHER not in shown
