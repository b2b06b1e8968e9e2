"""dianna: `KERNELSHAPTabular` does not pass `nsamples` on, so that shap's default is used whatever is asked for.

It passes on what the signature of `KernelExplainer.shap_values` names, and that takes `nsamples` as one of `**kwargs`.
"""

from typing import Any

import numpy as np
from dianna.methods.kernelshap_tabular import KERNELSHAPTabular

evaluated: list[int] = []


def model(rows: Any) -> Any:
    """The sum of each row."""
    evaluated.append(len(rows))
    return rows.sum(axis=1)


explainer = KERNELSHAPTabular(np.zeros((1, 50)), mode="regression", silent=True)
explainer.explain(model, np.ones(50), nsamples=200)
print("expected: about 200 evaluations")
print("found:   ", sum(evaluated))
