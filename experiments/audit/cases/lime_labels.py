"""lime: labels of superpixels that are not 0 … d − 1 are explained as if they were.

A picture of three superpixels with the labels 1, 2, 3; the model is 2 where the superpixel with the label 3 is shown.
"""

from typing import Any

import numpy as np
from lime.lime_image import LimeImageExplainer

labels = np.array([[1, 2, 3]])
picture = np.full((1, 3, 3), 0.5)
hidden: list[Any] = []


def model(pictures: Any) -> Any:
    """Two columns, as lime asks for probabilities of classes."""
    shown = np.asarray(pictures)[:, 0, :, 0] > 0
    hidden.append(~shown)
    return np.stack([2.0 * shown[:, 2], -2.0 * shown[:, 2]], axis=1)


found = LimeImageExplainer(random_state=0).explain_instance(
    picture, model, labels=(0,), top_labels=None, hide_color=0, num_samples=1000, segmentation_fn=lambda _: labels
)
print("expected: coefficients of the labels 1, 2, 3, about 0, 0 and 2")
print("found:   ", {int(label): round(float(value), 4) for label, value in sorted(found.local_exp[0])})
print("expected: the superpixel with the label 3 is hidden in about half of the masks")
print("found:   ", f"{np.concatenate(hidden)[:, 2].mean():.2f} of the masks")
