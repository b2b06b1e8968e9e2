"""Other libraries' estimators of the Shapley value: those of shapiq, shap and Captum.

Left out, because more evaluations do not bring them to the Shapley value: shapiq's `OwenSamplingSV`. Left out as the
same numbers: `KernelSHAPIQ` and `SHAPIQ`, in first order `KernelSHAP` and `UnbiasedKernelSHAP`. Left out as made for
sparse interactions of very many features: `SPEX`.
"""

from __future__ import annotations

from typing import Any

from experiments.efficiency.shapley_methods import captum_kernel_shap, shap_kernel, shap_permutation, shapiq
from experiments.rivals.contenders import Contender, at_least

PAIRED = {"pairing_trick": True}
OF_VALUES = {"max_order": 1, "index": "SV"}
"""What makes an estimator of interactions one of Shapley values."""
SHAPIQ: dict[str, tuple[str, dict[str, Any]]] = {
    "KernelSHAP": ("KernelSHAP", {}),
    "KernelSHAP, paired": ("KernelSHAP", PAIRED),
    "LeverageSHAP": ("LeverageSHAP", {}),
    "kADDSHAP, k = 2": ("kADDSHAP", {"max_order": 2}),
    "kADDSHAP, k = 2, paired": ("kADDSHAP", {"max_order": 2, **PAIRED}),
    "kADDSHAP, k = 3": ("kADDSHAP", {"max_order": 3}),
    "kADDSHAP, k = 3, paired": ("kADDSHAP", {"max_order": 3, **PAIRED}),
    "PolySHAP, k = 2, paired": ("PolySHAP", {"max_order": 2, **PAIRED}),
    "PolySHAP, k = 3, paired": ("PolySHAP", {"max_order": 3, **PAIRED}),
    "OddSHAP": ("OddSHAP", {}),
    "RegressionMSR, trees": ("RegressionMSR", {"index": "SV"}),
    "RegressionMSR, linear": ("RegressionMSR", {"index": "SV", "proxy_model": "linear"}),
    "ProxySHAP": ("ProxySHAP", OF_VALUES),
    "ProxySHAP, adjusted": ("ProxySHAP", {**OF_VALUES, "adjustment": True}),
    "ProxySHAP, adjusted in 5 folds": ("ProxySHAP", {**OF_VALUES, "adjustment": True, "k_folds": 5}),
    "SVARM": ("SVARM", {}),
    "PermutationSamplingSV": ("PermutationSamplingSV", {}),
}
"""Its estimators by the names in the rows: the name of the class and its options."""
TUNED: dict[str, tuple[str, dict[str, Any]]] = {
    "ProxySHAP, tuned": ("ProxySHAP", {**OF_VALUES, "hpo": True}),
    "ProxySPEX": ("ProxySPEX", OF_VALUES),
}
"""Those that try many hyperparameters, which takes seconds."""
CHOSEN: dict[str, tuple[str, dict[str, Any]]] = {"ShaplEIG": ("ShaplEIG", {"show_progress": False})}
"""One that chooses masks by a Gaussian process, which takes up to minutes."""
MOST_TUNED, MOST_CHOSEN = 64, 64


def contenders() -> list[Contender]:
    """A contender for each estimator."""
    return [
        *[_of_shapiq(name, "shapiq", *recipe) for name, recipe in SHAPIQ.items()],
        *[_of_shapiq(name, "shapiq, tuned", *recipe, most=MOST_TUNED) for name, recipe in TUNED.items()],
        *[_of_shapiq(name, "shapiq, chosen", *recipe, most=MOST_CHOSEN) for name, recipe in CHOSEN.items()],
        Contender("shap KernelExplainer", "Shapley", "shap", shap_kernel, fewest=at_least(4)),
        Contender("shap PermutationExplainer", "Shapley", "shap", shap_permutation, fewest=at_least(2, each=2),
                  redraws=True),
        Contender("Captum KernelShap", "Shapley", "captum", captum_kernel_shap, fewest=at_least(2, each=1),
                  redraws=True),
    ]  # fmt: skip


def _of_shapiq(name: str, group: str, kind: str, options: dict[str, Any], most: int = 2000) -> Contender:
    redraws = kind == "PermutationSamplingSV"
    return Contender(f"shapiq {name}", "Shapley", group, shapiq(kind, options), most=most, redraws=redraws)
