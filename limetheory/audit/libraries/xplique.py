"""xplique: `Lime` and `KernelShap`, with their defaults, and `Lime` with its cosine kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

PACKAGES = ("xplique", "tensorflow", "keras", "scikit-learn")


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
    import tensorflow

    # what is compiled keeps the seed with which it was compiled, and compiling takes longer than explaining
    tensorflow.config.run_functions_eagerly(True)
    tensorflow.random.set_seed(seed)
    levels = 0.2 + 0.6 * np.arange(1, d + 1) / d if options["content"] == "uneven" else np.full(d, 0.5)

    def operator(model: Any, rows: Any, targets: Any) -> Any:
        return tensorflow.constant(F(np.asarray(rows) > 0), tensorflow.float32)

    explainer = method(
        lambda rows: rows, operator=operator, nb_samples=n, batch_size=options["batch_size"] or n, **arguments
    )
    return np.asarray(explainer.explain(levels[None].astype(np.float32), np.zeros((1, 1), np.float32)))[0]


SUBJECTS = {"Lime": lime, "Lime, cosine": lime_cosine, "KernelShap": kernel_shap}
