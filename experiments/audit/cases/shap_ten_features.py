"""shap: `KernelExplainer` gives at most ten features a value, and 0 to all others.

Its default is l1_reg="num_features(10)". All 2^12 sets of parts can be evaluated, so that nothing is left to chance.
"""

import numpy as np
import shap

weights = np.arange(1.0, 13.0)
explainer = shap.KernelExplainer(lambda rows: rows @ weights, np.zeros((1, 12)))
print("expected:", weights.tolist())
print("found:   ", explainer.shap_values(np.ones(12), nsamples=2**12, silent=True).round(4).tolist())
whole = explainer.shap_values(np.ones(12), nsamples=2**12, silent=True, l1_reg=False)
print("with l1_reg=False:", whole.round(4).tolist())
