"""The same comparison without sampling, on the saved tables of all values of the networks."""

from __future__ import annotations

from time import process_time

from experiments._frame import Row
from experiments.garreau2021.rounding import rounded
from experiments.garreau2021.theory import key
from experiments.gradients.rows import measured
from experiments.tables.store import Table

SUPERPIXELS = (10, 12, 16)


def compared(table: Table, seed: int) -> Row:
    """The row of one table: LIME's limit, Banzhaf and Shapley values, and integrated gradients."""
    start, row = process_time(), measured(table)
    network, photograph, d = (row[name] for name in ("network", "photograph", "superpixels"))
    return {
        **key("tables", f"d = {d}", network, photograph, seed), "superpixels": d,
        "explanations": {name: rounded(values) for name, values in row["explanations"].items()},
        "lengths": {name: float(f"{value:.5g}") for name, value in row["lengths"].items()},
        "seconds": process_time() - start,
    }  # fmt: skip
