"""The same comparison without sampling, on the saved tables of all values of the networks."""

from __future__ import annotations

from time import process_time

import limetheory as lt
from experiments._frame import Row
from experiments.garreau2021.agreement import TOPS, simulated
from experiments.garreau2021.rounding import rounded
from experiments.garreau2021.rules import REFERENCE
from experiments.garreau2021.settings import Settings
from experiments.garreau2021.theory import key
from experiments.gradients.rows import measured
from experiments.tables.store import Table

SUPERPIXELS = (10, 12, 16)


def compared(table: Table, seed: int, settings: Settings) -> Row:
    """The row of one table: LIME's limit, Banzhaf and Shapley values, and integrated gradients.

    Repetitions of LIME are drawn around the limit with the exact asymptotic covariance.
    """
    start, row = process_time(), measured(table)
    network, photograph, d = (row[name] for name in ("network", "photograph", "superpixels"))
    design = lt.ImageDesign(d)
    covariance = lt.asymptotic_covariance(table.function, design) / settings.masks
    limit, path = lt.limit(table.function, design).coefficients, {REFERENCE: table.gradients}
    return {
        **key("tables", f"d = {d}", network, photograph, seed), "superpixels": d,
        **settings.of("masks", "repetitions"),
        "explanations": {name: rounded(values) for name, values in row["explanations"].items()},
        "lengths": {name: float(f"{value:.5g}") for name, value in row["lengths"].items()},
        "simulated": {
            str(k): simulated(limit, covariance, settings.repetitions, path, k, [seed, d]) for k in TOPS
        },
        "seconds": process_time() - start,
    }  # fmt: skip
