"""Captum: `KernelShap` of a single feature raises an error; its Shapley value is the whole difference.

The weights of the sizes 1 … d − 1 are an empty list, whose probabilities are not a number.
"""

import torch
from captum.attr import KernelShap

print("expected: [2.0]")
try:
    print("found:   ", KernelShap(lambda rows: 2 * rows[:, 0]).attribute(torch.ones(1, 1)).tolist()[0])
except ValueError as error:
    print("found:    ValueError:", str(error).splitlines()[0])
