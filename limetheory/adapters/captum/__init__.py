"""Captum's `Lime` and `KernelShap` on limetheory: the same arguments, masks and coefficients, and intervals besides.

Only the import changes: ``from limetheory.adapters.captum import Lime``. `docs/howto/captum-adapter.md` lists where an
answer differs from Captum's, and which of Captum's defaults to think about.

| module | idea |
|---|---|
| question.py | the arguments of a call, checked, and the examples in it |
| draws.py | masks from torch's global generator, in Captum's order |
| kernels.py | weights of masks |
| evaluated.py | values of masks, none of which is evaluated twice |
| fits.py | coefficients from masks, weights and values |
| lime.py, kernel_shap.py | the two classes |
"""

from captum.attr import LimeBase as LimeBase

from limetheory.adapters.captum.kernel_shap import KernelShap as KernelShap
from limetheory.adapters.captum.kernels import get_exp_kernel_similarity_function as get_exp_kernel_similarity_function
from limetheory.adapters.captum.lime import Lime as Lime

__all__ = ["KernelShap", "Lime", "LimeBase", "get_exp_kernel_similarity_function"]
