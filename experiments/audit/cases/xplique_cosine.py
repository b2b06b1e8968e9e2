"""xplique: `Lime` with `distance_mode="cosine"` gives the smallest weights to the masks that are nearest to the input.

It takes 1 minus Keras' cosine similarity, which is minus the cosine, so that the distance is 1 + cosine.
"""

import numpy as np
import tensorflow as tf
from xplique.attributions import Lime

row = np.ones((1, 4), np.float32)
kernel = Lime._get_exp_kernel_func("cosine", 1.0)
masks = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0]], np.int32)
weights = kernel(tf.constant(row[0]), tf.constant(masks), tf.constant((row * masks).astype(np.float32)))
cosine = np.sqrt(masks.mean(axis=1))
print("masks:                ", masks.tolist())
print("expected:              weights", np.exp(-((1 - cosine) ** 2)).round(4).tolist())
print("found:                 weights", np.asarray(weights).round(4).tolist())
print("right for a distance of 1 + cosine:", np.exp(-((1 + cosine) ** 2)).round(4).tolist())
additive = np.array([1.0, 2.0, -1.0, 0.5], np.float32)
tf.random.set_seed(0)
explainer = Lime(
    lambda rows: rows, operator=lambda model, rows, targets: tf.linalg.matvec(rows, additive), nb_samples=400,
    distance_mode="cosine", kernel_width=0.25,
)  # fmt: skip
found = np.asarray(explainer.explain(row, np.zeros((1, 1), np.float32)))[0]
print("expected of an additive model, width 0.25:", additive.tolist(), "less what a ridge penalty of 2 takes")
print("found:                                    ", found.round(4).tolist())
