"""xplique: `Lime` and `KernelShap`, with their defaults, and `Lime` with its cosine kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("xplique", "tensorflow", "keras", "scikit-learn")


class Explainer:
    """An explainer whose set function can be exchanged, since TensorFlow compiles each explainer anew."""

    made: dict[Any, Explainer] = {}  # noqa: RUF012  (all of this process)

    def __init__(self, method: Any, **arguments: Any):
        self.function: Any = None
        self._explainer = method(lambda rows: rows, operator=self._values, **arguments)

    @classmethod
    def of(cls, method: Any, **arguments: Any) -> Explainer:
        """The explainer of these arguments, which is made when it is first asked for."""
        key = (method.__name__, *sorted(arguments.items()))
        if key not in cls.made:
            cls.made[key] = cls(method, **arguments)
        return cls.made[key]

    def _values(self, model: Any, rows: Any, targets: Any) -> Any:
        import tensorflow

        return tensorflow.constant(self.function(np.asarray(rows) > 0), tensorflow.float32)

    def explain(self, F: Any, levels: Any, seed: int) -> Any:
        """The coefficients of a row of features, hidden by 0."""
        import tensorflow

        tensorflow.random.set_seed(seed)
        self.function = F
        row = levels[None].astype(np.float32)
        return np.asarray(self._explainer.explain(row, np.zeros((1, 1), np.float32)))[0]


def lime(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`xplique.attributions.Lime` on a row of d features, hidden by 0."""
    from xplique.attributions import Lime

    return _explained(Lime, F, d, n, seed, options)


def lime_cosine(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`Lime` with the cosine distance and the width 0.25 of lime's images."""
    from xplique.attributions import Lime

    return _explained(Lime, F, d, n, seed, options, distance_mode="cosine", kernel_width=0.25)


def kernel_shap(F: Any, d: int, n: int, seed: int, options: Any) -> Any:
    """`xplique.attributions.KernelShap` on a row of d features, hidden by 0."""
    from xplique.attributions import KernelShap

    return _explained(KernelShap, F, d, n, seed, options)


def _explained(method: Any, F: Any, d: int, n: int, seed: int, options: Any, **arguments: Any) -> Any:
    levels = 0.2 + 0.6 * np.arange(1, d + 1) / d if options["content"] == "uneven" else np.full(d, 0.5)
    explainer = Explainer.of(method, nb_samples=n, batch_size=options["batch_size"] or n, **arguments)
    return explainer.explain(F, levels, seed)


SUBJECTS = {"Lime": lime, "Lime, cosine": lime_cosine, "KernelShap": kernel_shap}
