"""shap: making a `PermutationExplainer` seeds NumPy's global generator, also where no seed is given.

What else draws from that generator, such as a training that runs beside it, starts anew.
"""

import numpy as np
import shap


def drawn(seed: int) -> float:
    """The global generator's next number after an explainer was made."""
    np.random.seed(seed)  # noqa: NPY002
    shap.PermutationExplainer(lambda rows: rows.sum(axis=1), np.zeros((1, 2)), seed=0)
    return float(np.random.random())  # noqa: NPY002


print("expected: other numbers after other seeds")
print("found:   ", drawn(1), drawn(2))
