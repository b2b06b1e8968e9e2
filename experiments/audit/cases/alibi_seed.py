"""alibi: `KernelShap(seed=…)` seeds NumPy's global generator."""

import numpy as np
from alibi.explainers import KernelShap


def drawn(seed: int) -> float:
    """The global generator's next number after an explainer was fitted."""
    np.random.seed(seed)  # noqa: NPY002
    KernelShap(lambda rows: rows.sum(axis=1, keepdims=True), seed=0).fit(np.zeros((1, 2)))
    return float(np.random.random())  # noqa: NPY002


print("expected: other numbers after other seeds")
print("found:   ", drawn(1), drawn(2))
