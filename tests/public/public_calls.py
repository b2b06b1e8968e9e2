"""A call that works of every public function and class: its arguments by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import isabstract
from pathlib import Path
from typing import Any

import numpy as np
from inspection_calls import inspection_calls
from picture_calls import picture_calls
from testing_calls import testing_calls
from word_and_table_calls import word_and_table_calls

import limetheory as lt
from limetheory import audit, verification
from limetheory.reports import Report, label_map_png

REFERENCE = Path(__file__).parents[2] / "docs" / "reference.md"
SUBPACKAGES = re.findall(r"^api/(?!limetheory$)(\w+)$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
"""Those of the API reference, besides limetheory itself; tests/docs compares them with the folders."""


def public_callables() -> dict[str, Callable[..., Any]]:
    """Every public function and every public class of which there are instances, by its shortest dotted name."""
    found: dict[str, Callable[..., Any]] = {}
    for package in [lt, *(import_module(f"limetheory.{part}") for part in SUBPACKAGES)]:
        for name in package.__all__:
            one = getattr(package, name)
            if callable(one) and not isabstract(one) and not any(one is other for other in found.values()):
                found[f"{package.__name__}.{name}".removeprefix("limetheory.")] = one
    return found


def public_calls(folder: Path) -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """Each function with the arguments of a call that works; ", and so on" after its name tells a second call apart.

    Args:
        folder: for the files that some of them read or write.
    """
    known, rows = public_callables(), dict(_rows(folder))
    return {name: (known[name.partition(",")[0]], arguments) for name, arguments in rows.items()}


def _rows(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    design, model = lt.ImageDesign(3), lt.Additive([1.0, -2.0, 0.5])
    yield from _designs()
    yield from _set_functions()
    yield from _answers(design, model, folder)
    yield from _statistics(design, model)
    yield from _records(design, model)
    yield from _many(folder)
    yield from picture_calls(folder)
    yield from word_and_table_calls(folder)
    yield from testing_calls()
    yield from inspection_calls()
    yield from _verification(folder)
    yield from _audit()
    yield from _reports()


def _designs():
    for name in ("ImageDesign", "TextDesign"):
        yield name, {"d": 3, "bandwidth": 0.25}
    yield "BernoulliDesign", {"d": 3, "p": 0.5}
    yield "ShapleyDesign", {"d": 3}
    yield "LeaveOneOutDesign", {"d": 3}
    yield "KeepOneDesign", {"d": 3}
    yield "SizeLawDesign", {"masses": [1, 2, 2, 1]}
    yield "GlimeDesign", {"d": 3, "sigma": 1.0, "law": "binomial"}
    yield "ProductDesign", {"keep": [0.5, 0.4, 0.3], "weights_off": [1.0, 0.5, 0.5]}
    yield "UnequalDesign", {"keep": [0.5, 0.4, 0.3], "log_weight": [-1.0, 0.0, 0.0, 0.0]}
    yield "AreaDesign", {"areas": [4.0, 2.0, 1.0], "p": 0.5, "power": 1.0, "bandwidth": 0.25}
    yield "ExchangeableDesign", {"d": 3, "log_law": np.log([1 / 8, 3 / 8, 3 / 8, 1 / 8]), "log_weight": np.zeros(4)}
    yield "DegenerateDesignError", {}


def _set_functions():
    leaf = lt.Leaf(3, on=(0,))
    yield "Additive", {"weights": [1.0, 2.0], "intercept": 1.0}
    yield "Leaf", {"d": 3, "on": (0,), "off": (1,), "value": 1.0}
    yield "LeafSum", {"d": 3, "leaves": [leaf], "intercept": 1.0}
    yield "NormalisedSum", {"weights": [3.0, 4.0], "sizes": [9.0, 16.0], "power": 0.5, "intercept": 1.0}
    yield "Multilinear", {"d": 3, "terms": {(0, 1): 1.0}}
    yield "FactorProduct", {"on": [1.0, 2.0, 3.0], "off": [0.0, 1.0, 2.0]}
    ones = np.ones((2, 3))
    yield "FactorSum", {"on": ones, "off": ones, "weights": [1.0, 2.0], "log_scale": [0.0, 0.0], "intercept": 1.0}
    yield "Maximum", {"leaves": [leaf]}
    yield "any_of", {"detectors": [leaf]}
    yield "all_of", {"detectors": [leaf]}
    yield "parity", {"d": 3, "members": (0, 1)}
    yield "exclusive_or", {"d": 3, "members": (0, 1)}
    yield "WeightedSum", {"models": [leaf], "weights": [1.0], "intercept": 1.0}
    yield "SetFunction", {"values": [0.0, 1.0]}
    yield "tabulate", {"function": lt.Additive([1.0, 2.0]), "d": 2}
    yield "all_masks", {"d": 3, "start": 0, "stop": 2}
    yield "supported", {}
    yield "Placed", {"function": leaf, "positions": [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]], "areas": [1.0, 2.0, 1.0]}


def _answers(design, model, folder):
    F = {"F": model, "design": design}
    yield "limit", {"model": model, "design": design, "ridge": 0.1}
    yield "estimate", {
        **F, "n": 40, "rng": 0, "method": "wls", "ridge": 0.0, "include_original": False, "sampling": "design",
    }  # fmt: skip
    yield "estimate_until", {
        **F, "tolerance": 0.5, "level": 0.9, "rng": 0, "bounds": (-3.0, 3.0), "guarantee": "bounded", "n_max": 100,
        "fit": None,
    }  # fmt: skip
    yield "two_level", {
        "cheap": model, "exact": model, "design": design, "n": 40, "n_exact": 20, "rng": 0, "method": "unbiased",
    }  # fmt: skip
    yield "estimate, by a function", {**F, "n": 40, "rng": 0, "method": "adjusted", "sampling": "design"}
    yield "estimate_until, asymptotically", {**F, "tolerance": 0.5, "rng": 0, "guarantee": "asymptotic", "n_max": 100}
    yield "slime", {**F, "k": 1, "rng": 0, "n": 40, "n_max": 80, "alpha": 0.05, "ridge": 1.0}
    yield "slime_limit", {"model": model, "design": design, "k": 1, "ridge": 0.1}
    yield "baylime", {
        **F, "n": 40, "rng": 0, "mode": "full", "prior_mean": [0.0, 0.0, 0.0], "prior_precision": 1.0,
        "noise_precision": 1.0,
    }  # fmt: skip
    yield "baylime_limit", {"model": model, "design": design, "prior_mean": [0.0, 0.0, 0.0], "ridge": 0.1}
    masks = design.sample(20, np.random.default_rng(0))
    yield "attribute", {"F": model, "sample_or_masks": masks, "method": "ols", "design": design, "ridge": 0.1}
    yield "attribute, of a sample", {"F": model, "sample_or_masks": lt.Sample.of(masks, np.ones(20), model(masks))}
    yield "attribution_limit", {"method": "lime", "F": model, "design": design, "ridge": 0.1}
    yield "attribution.Attribution", {
        "name": "mean", "summary": "a mean", "fit": _attribution, "limit": _attribution, "design": lt.BernoulliDesign,
        "needs": ("shown",), "sampling": "design", "beside": "", "slopes": False, "ridge": False,
        "statement": "",
    }  # fmt: skip
    yield "ig_gap", {**F, "gradients": [1.0, 2.0, 3.0]}
    yield "order_spectrum", {"F": model}
    yield "quadratic_limit", {"model": model, "design": design}
    yield "r_squared", {"F": model, "design": design, "ridge": 0.1}
    lt.limit(model, design).save(folder / "answer.npz")
    yield "load_explanation", {"path": folder / "answer.npz"}


def _attribution(*arguments):
    return lt.limit(lt.Additive([1.0, -2.0, 0.5]), lt.ImageDesign(3))


def _statistics(design, model):
    answer = lt.estimate(model, design, 40, 0)
    yield "above", {"explanation": answer, "i": 0, "j": 1}
    yield "rank_intervals", {"explanation": answer, "level": 0.9}
    yield "stability", {"explanation": answer, "k": 1, "rng": 0, "draws": 10}
    yield "asymptotic_covariance", {"model": model, "design": design}
    yield "asymptotic_deviations", {"model": model, "design": design}
    yield "statistics.leaf_covariance", {"model": lt.LeafSum(3, [lt.Leaf(3, on=(0,))]), "design": design}
    yield "bias_split", {"answer": answer, "model": model, "design": design, "n": 40, "ridge": 0.1, "wanted": design}
    yield "estimated_bias_split", {"answer": answer, "reference": answer, "design": design, "n": 40, "ridge": 0.1}
    yield "plan", {
        "design": design, "half_width": 0.1, "level": 0.9, "pilot": None, "bounds": (0.0, 1.0), "spread": 0.5,
        "simultaneous": False, "method": "clt", "random": False,
    }  # fmt: skip
    yield "plan, from a pilot", {"design": design, "half_width": 0.1, "pilot": answer, "method": "clt"}
    yield "Bound", {"design": design, "bounds": (0.0, 1.0), "spread": 0.5, "simultaneous": True}
    for name in ("BettingSequence", "NormalMixtureSequence", "PartwiseBettingSequence"):
        yield f"statistics.{name}", {"m": 3, "tolerance": 0.1, "level": 0.9, "horizon": 100}


def _many(folder):
    yield "load_stored_model", {"source": "math:fsum", "trusted": [], "trust_pickle": False}
    yield "StoredModel", {"name": "math:fsum", "model": sum, "columns": ("age",), "n_columns": 1}
    yield "explain_many", {
        "explain": nothing_shown, "items": {"one": 1}, "path": folder / "many.parquet", "seed": 0, "level": 0.9,
        "workers": 1, "cluster": None, "settings": {"samples": 3}, "retry_failed": False,
    }  # fmt: skip


def nothing_shown(item, seed):
    """An explanation of anything."""
    return lt.Explanation(np.zeros(2), 0.0, np.zeros(2), 3)


def _records(design, model):
    """Classes of answers, which users read and do not make."""
    zeros = np.zeros(3)
    explanation = {
        "coefficients": zeros, "intercept": 0.0, "standard_errors": zeros, "n_evaluations": 3,
        "degrees_of_freedom": 3.0, "covariance": np.eye(3), "method": "wls", "stopping": None, "names": ["a", "b", "c"],
    }  # fmt: skip
    yield "Explanation", explanation
    yield "BayesianExplanation", {**explanation, "prior_mean": zeros, "prior_precision": 1.0, "noise_precision": 1.0}
    yield "SparseExplanation", {**explanation, "selected": (0,), "statistics": (1.0,), "significant": True}
    masked = lt.MaskedImage(np.eye(3), np.arange(9).reshape(3, 3) // 3, 0.0)
    yield "ImageExplanation", {
        **explanation, "masked": masked, "target": 0, "outputs": zeros, "design": design, "n_masks": 3, "seed": 0,
    }  # fmt: skip
    yield "Stopping", {
        "half_widths": zeros, "reached": True, "tolerance": 0.1, "level": 0.9, "guarantee": "bounded", "n_masks": 3,
    }  # fmt: skip
    sample = {"d": 3, "bits": np.zeros((2, 1), np.uint8), "weights": np.ones(2), "values": np.ones(2)}
    yield "Sample", sample
    yield "Interrupted", {"sample": lt.Sample(**sample)}
    yield "FewMasksWarning", {}
    yield (
        "BiasSplit",
        dict.fromkeys(("bandwidth", "ridge", "sampling", "bandwidth_errors", "ridge_errors", "sampling_size"), zeros),
    )
    yield "Comparison", {"difference": 1.0, "standard_error": 1.0, "degrees_of_freedom": 3.0, "p_value": 0.1}
    yield "GradientsGap", {
        "lime": zeros, "banzhaf": zeros, "shapley": zeros, "gradients": zeros, "by_order": np.zeros((3, 3)),
    }  # fmt: skip
    yield "QuadraticLimit", {
        "intercept": 1.0, "coefficients": np.zeros(3), "interactions": np.zeros((3, 3)), "n_evaluations": 0,
    }  # fmt: skip
    yield "OrderSpectrum", {"moebius": np.zeros(4), "walsh": np.zeros(4)}
    need = lt.statistics.Requirement(3.0, "nothing")
    yield "statistics.Requirement", {"n": 3.0, "assumes": "nothing"}
    yield "Plan", {
        "d": 3, "half_width": 0.1, "level": 0.9, "method": "clt", "clt": need, "unbiased": None, "wls": None,
    }  # fmt: skip
    yield "Stability", {
        "selected": (0,), "change": 0.1, "inclusion": zeros, "variables_index": 1.0, "coefficients_index": 1.0,
    }  # fmt: skip
    yield "SuperpixelGradients", {"coefficients": zeros, "completeness_gap": 0.0, "rise": 0.0}
    yield "Supported", {"model": "", "statement": "", "file": "", "test": ""}
    yield "estimation.Method", {"name": "a", "summary": "b", "function": print}
    yield "explaining.Masks", {"n": 40, "method": "wls", "ridge": 0.0, "include_original": False}
    yield "explaining.Until", {
        "tolerance": 0.1, "level": 0.9, "bounds": (0.0, 1.0), "guarantee": "bounded", "n_max": 100,
    }  # fmt: skip


def _verification(folder):
    yield "verification.Check", {"name": "a", "value": 1.0, "low": 0.0, "high": 2.0, "meaning": "b"}
    yield "verification.Section", {"title": "a", "text": "b", "checks": [], "numbers": {}, "figures": {}}
    workload = verification.WORKLOADS["quick"]
    yield "verification.Workload", vars(workload)
    yield "verification.verify", {"workload": workload, "folder": folder, "say": print}


def _audit():
    subject = {"name": "a", "method": "b", "design": lt.ImageDesign}
    yield "audit.Subject", subject
    absent = {"name": "a", "package": "no_such_package", "versions": "1", "file": Path("a.py")}
    yield "audit.Library", {**absent, "subjects": (audit.Subject(**subject),)}
    yield "audit.Check", {"asks": "a", "judge": print}
    yield "audit.Finding", {"check": "limit", "verdict": "holds", "says": "a", "explanation": "", "numbers": {}}
    yield "audit.Audited", {"library": "a", "name": "b", "method": "c", "versions": {}, "findings": (), "notes": ()}
    yield "audit.audit", {
        "libraries": [audit.Library(**absent, subjects=(audit.Subject(**subject),))], "battery": "small",
        "python": None, "seconds": 0.01, "workers": 1, "seed": 0,
    }  # fmt: skip


def _reports():
    labels = np.arange(12).reshape(3, 4) // 4
    found = lt.explain_image(lambda images: images.mean(axis=(1, 2)), labels / 2, segments=labels, n=20, rng=0)
    asked = {"found": found, "document": {"coefficients": found.coefficients.tolist(), "level": 0.9}, "place": 0}
    shown = {"photo": None, "level": 0.9, "regions": [], "edits": [], "change": None}
    yield "reports.Report", {**asked, **shown}
    region = {"name": "sky", "superpixels": 3, "share": 0.5, "coefficient": 0.1, "interval": (0.0, 0.2)}
    yield "reports.ReportedRegion", region
    yield "reports.ReportedEdit", {"name": "blur", "region": None, "parameters": {"sigma": 1.0}, "on": True}
    yield "reports.ReportedChange", {"after": None, "predictions": [("cat", 0.1, 0.2)], "difference": found}
    yield "reports.html_report", {"report": Report(**asked)}
    yield "reports.pdf_report", {"report": Report(**asked)}
    yield "reports.label_map_png", {"labels": labels}
    yield "reports.read_label_map_png", {"content": label_map_png(labels)}
