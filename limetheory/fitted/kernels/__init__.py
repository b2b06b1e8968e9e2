"""Kernel machines: exact limits of what is linear in Gaussian kernels (prop:factor).

| module | idea |
|---|---|
| machines.py | `KernelMachine`: a fitted estimator as a model of images, or of superpixel features |
| rbf.py | `RBFExpansion`: the sum of Gaussian kernels itself |
| reading.py, readers.py, gaussian_processes.py | from scikit-learn's estimators to such sums |
| agreement.py | what was read is compared with the estimator's own output |
"""

from limetheory.fitted.kernels.machines import KernelMachine
from limetheory.fitted.kernels.rbf import RBFExpansion

__all__ = ["KernelMachine", "RBFExpansion"]
