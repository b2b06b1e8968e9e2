"""The JSON of `limetheory explain`."""

from __future__ import annotations

import math
import platform
from collections.abc import Iterable
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import numpy as np

from limetheory.cli.explain_options import ExplainOptions
from limetheory.cli.explain_run import ExplainRun

_PACKAGES = ("limetheory", "numpy", "torch", "scikit-image")
_THEORY = "no gap for an additive set function (prop:linear); beyond chance it shows interactions"
_OTHER_REPLACEMENT = ", or that hidden pixels look otherwise at the finer level"


def explanation_record(options: ExplainOptions, run: ExplainRun, warnings: list[str]) -> dict[str, Any]:
    """Every number of the answer and of the question, with its warnings; those at the top are of the finest level."""
    return {
        **_question(options),
        **_subject(run),
        **_numbers(run.finest),
        "interrupted": run.interrupted,
        "warnings": warnings,
        "precision_gap": _precision_gap(run.network, run.finest),
        "levels": [
            {"level": number, "masks": masks, **_numbers(level.explanation)}
            for number, (level, masks) in enumerate(zip(run.levels, run.masks, strict=True), start=1)
        ],
        "consistency": [
            {"coarse": number, "fine": number + 1, **_consistency(*levels, options.level)}
            for number, levels in enumerate(pairwise(run.levels), start=1)
        ],
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
    }


def _question(options: ExplainOptions) -> dict[str, Any]:
    return {
        "image": options.image.name,
        "output": options.output,
        "precision": options.precision,
        "segmenter": options.segmenter,
        "depth": options.depth,
        "replacement": options.replacement,
        "bandwidth": options.bandwidth if math.isfinite(options.bandwidth) else "inf",
        "ridge": options.ridge,
        "method": options.method if options.tolerance is None else "sequential",
        "samples": options.masks if options.tolerance is None else None,
        "tolerance": options.tolerance,
        "level": options.level,
        "seed": options.seed,
    }


def _subject(run: ExplainRun) -> dict[str, Any]:
    found = run.finest
    return {
        "model": run.network.name,
        "target": found.target,
        "target_name": run.network.class_name(found.target),
        "prediction": float(found.outputs[found.target]),
        "activation": run.network.activation,
    }


def _numbers(found: Any) -> dict[str, Any]:
    return {
        "superpixels": found.d,
        "coefficients": found.coefficients.tolist(),
        "standard_errors": _finite(found.standard_errors),
        "intercept": found.intercept,
        "n_evaluations": found.n_evaluations,
        **_stopped(found),
    }


def _stopped(found: Any) -> dict[str, Any]:
    """What a tolerance adds, null without one."""
    stop = found.stopping
    if stop is None:
        return dict.fromkeys(("guarantee", "reached", "half_widths"))
    return {"guarantee": stop.guarantee, "reached": stop.reached, "half_widths": _finite(stop.half_widths)}


def _consistency(coarse: Any, fine: Any, level: float) -> dict[str, Any]:
    found, same = coarse.consistency(fine), coarse.same_replacement(fine)
    return {
        "parents": fine.segmentation.inside(coarse.segmentation).tolist(),
        "coefficients": found.coefficients.tolist(),
        "children_sums": found.children_sums.tolist(),
        "gaps": found.gaps.tolist(),
        "reach": _finite(coarse.gap_half_widths(fine, level)),
        "relative": found.relative if math.isfinite(found.relative) else None,
        "same_replacement": same,
        "theory": _THEORY if same else _THEORY + _OTHER_REPLACEMENT,
    }


def _finite(values: Iterable[float]) -> list[float | None]:
    return [float(value) if math.isfinite(value) else None for value in values]


def _precision_gap(network: Any, found: Any, images: int = 16) -> float:
    """Largest effect of the precision on 16 masked images, 0 for float32."""
    import torch

    if network.precision == "float32":
        return 0.0
    masks = found.design.sample(images, np.random.default_rng(0))
    batch = torch.as_tensor(found.masked.compose(masks), dtype=torch.float32).permute(0, 3, 1, 2)
    return float(network.precision_gap(batch))
