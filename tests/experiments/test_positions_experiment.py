"""The experiment on positions: rows on the same masks, and what the table says of them."""

import numpy as np
import pytest

from experiments._frame.command import main
from experiments.positions.experiment import EXPERIMENT
from experiments.positions.measure import FUNCTIONS, made_up, made_up_row
from experiments.positions.report import gain, summary


def found(without: float, placed: float, shuffled: float | None = None) -> dict:
    error = {"without": without, "with": placed} | ({} if shuffled is None else {"shuffled": shuffled})
    pair = {"without": 0.95, "with": 0.97}
    return {"runs": 2, "error": error, "coverage": pair, "seconds": {"without": 0.1, "with": 0.5}}


def row(name: str, n: int, **designs) -> dict:
    return {"function": name, "superpixels": 50, "method": "quadrature", "n": n, "network": "net", "designs": designs}


def test_the_table_has_geometric_means_and_the_smallest_gain():
    rows = [row("a", 250, ImageDesign=found(0.4, 0.1, 0.8)), row("b", 250, ImageDesign=found(0.1, 0.1, 0.05))]
    assert gain([rows[0]["designs"]["ImageDesign"]], "with") == pytest.approx([4])
    assert "| networks | 50 | ImageDesign | `quadrature` | 250 | 2 | 2.00 | 1.00 | 1.00 " in summary(rows)
    assert "| 1 | 2.00 | 2.00 | – | 0.950, 0.970 | 0.10, 0.50 |" in summary([row("a", 1000, ImageDesign=found(2, 1))])


def test_a_row_compares_both_on_the_same_masks():
    key = {"function": "noise", "superpixels": 16, "method": "quadrature", "n": 60}
    found_row = made_up_row(key, 1)
    assert found_row.items() >= key.items() and set(found_row["designs"]) == {"ImageDesign", "ShapleyDesign"}
    for design in found_row["designs"].values():
        assert design["error"]["with"] == design["error"]["without"]  # nothing can be learned of noise


def test_made_up_functions_have_no_neighbours():
    for name in FUNCTIONS:
        assert np.ptp(made_up(name, 16)(np.eye(16, dtype=bool))) > 0


def test_a_run_without_photographs_is_refused():
    with pytest.raises(ValueError, match="run needs photographs, got no --images"):
        main(EXPERIMENT, ["run"])
