"""Captum: the coefficients of `Lime` are those of a Lasso with the penalty 0.01, not of a linear regression.

An additive model, which every weighted regression without a penalty gives back exactly.
"""

import torch
from captum.attr import Lime

weights = torch.tensor([0.3, 0.1, 0.03])
torch.manual_seed(0)
found = Lime(lambda rows: rows @ weights).attribute(torch.ones(1, 3), n_samples=500)
print("expected:", [round(float(one), 4) for one in weights])
print("found:   ", [round(float(one), 4) for one in found[0]])
