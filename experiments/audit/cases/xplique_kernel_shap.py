"""xplique: the coefficients of `KernelShap` do not sum to F(1) − F(0), and are no Shapley values.

The masks that show or hide every feature, to which KernelSHAP is tied, are neither drawn nor added.
"""

from typing import Any

import numpy as np
import tensorflow as tf
from xplique.attributions import KernelShap


def operator(model: Any, rows: Any, targets: Any) -> Any:
    """The product of the four features."""
    return tf.reduce_prod(rows, axis=1)


tf.random.set_seed(0)
explainer = KernelShap(lambda rows: rows, operator=operator, nb_samples=5000, batch_size=5000)
found = np.asarray(explainer.explain(np.ones((1, 4), np.float32), np.zeros((1, 1), np.float32)))[0]
print("expected: Shapley values 0.25 each, which sum to 1")
print("found:   ", found.round(4).tolist(), "which sum to", round(float(found.sum()), 4))
