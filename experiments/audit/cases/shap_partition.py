"""shap: `PartitionExplainer` gives Owen values of its hierarchy; they are Shapley values of few functions only.

Features 0 and 1 are merged first, then 2. The model asks for two of the three, so that all have the same Shapley value.
"""

from typing import Any

import numpy as np
import shap

hierarchy = np.array([[0, 1, 1.0, 2], [3, 2, 2.0, 3]])
masker = shap.maskers.Partition(np.zeros((1, 3)), clustering=hierarchy)


def majority(rows: Any) -> Any:
    """1 where at least two of the three features are shown."""
    return ((rows > 0.5).sum(axis=1) >= 2).astype(float)


found = shap.PartitionExplainer(majority, masker)(np.ones((1, 3)), silent=True).values[0]
print("expected of Shapley values:", [round(1 / 3, 4)] * 3)
print("found:                     ", found.round(4).tolist())
