"""Adapters: people keep the code that they wrote for another library, and change its import.

| module | in place of |
|---|---|
| lime | the package lime 0.2.0.1, with its submodules and class names |
| captum | `Lime` and `KernelShap` of captum.attr |
| quantus | `quantus.explain`, as the explanation function of a metric |
| shap | the explainers that make a `shap.Explanation` for its plots |

Each is imported by its own name, so that none needs the packages of another.
"""

__all__: list[str] = []
