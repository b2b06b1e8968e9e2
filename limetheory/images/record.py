"""A question about a photograph and its answer as one record, the JSON of `limetheory explain`."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from limetheory.explaining.record import finite, finite_or_inf, numbers, spent, versions
from limetheory.images.answer import Answer
from limetheory.images.explanation import ImageExplanation
from limetheory.images.hierarchy.dseg import ExplainedSegmentation
from limetheory.images.question import Question

_PACKAGES = ("limetheory", "numpy", "torch", "scikit-image")
_THEORY = "no gap for an additive set function (prop:linear); beyond chance it shows interactions"
_OTHER_REPLACEMENT = ", or that hidden pixels look otherwise at the larger depth"


def recorded(name: str, question: Question, answer: Answer, warnings: list[str]) -> dict[str, Any]:
    """Every number of the answer and of the question; those at the top are of the largest depth.

    Args:
        name: of the photograph.
        question: what was asked.
        answer: what `answered` returned.
        warnings: what was said meanwhile.
    """
    return {
        **_question(name, question, answer.network),
        **({} if answer.generator is None else {"generator": answer.generator}),
        **_subject(answer),
        **_numbers(answer.finest),
        **_map(answer.finest, question.level),
        "interrupted": answer.interrupted is not None,
        "warnings": warnings,
        "backend": None if answer.network.running is None else answer.network.running.record,
        "precision_gap": _precision_gap(answer.network, answer.finest),
        "levels": [
            {"level": number, "masks": masks, **_numbers(found)}
            for number, (found, masks) in enumerate(zip(answer.explanations, answer.masks, strict=True), start=1)
        ],
        "consistency": [
            {"coarse": number, "fine": number + 1, **_consistency(*two_depths, question.level)}
            for number, two_depths in enumerate(pairwise(answer.explained_depths), start=1)
        ],
        "versions": versions(*_PACKAGES),
    }


def _question(name: str, question: Question, network: Any) -> dict[str, Any]:
    return {
        "image": name,
        "output": network.output,
        "precision": network.precision,
        "segmenter": question.segmenter,
        "depth": question.depth,
        "replacement": question.replacement,
        "bandwidth": finite_or_inf(question.bandwidth),
        **spent(question.budget),
        "level": question.level,
        "seed": question.seed,
        **({"random": True} if question.random else {}),
        **_perturbation(question),
    }


def _perturbation(question: Question) -> dict[str, Any]:
    """What differs from LIME, if anything does."""
    asked = {name: getattr(question, name) for name in ("attribution", "smoothing", "sigma", "per_pixel")}
    if not any(asked.values()):
        return {}
    return {**asked, "method": question.attribution} if question.attribution else asked


def _map(found: ImageExplanation, level: float) -> dict[str, Any]:
    """The largest value of a map by pixels; nothing of one by superpixels."""
    if found.map_masks is None:
        return {}
    pixels = found.pixel_map()
    row, column = pixels.largest
    return {
        "map": {
            "largest": float(pixels.values[row, column]),
            "row": row,
            "column": column,
            "standard_error": finite([pixels.standard_errors[row, column]])[0],
            "interval_of_largest": finite(pixels.maximum_interval(level)),
            "pixels_that_may_be_largest": int(pixels.maximum_region(level).sum()),
        }
    }


def _subject(answer: Answer) -> dict[str, Any]:
    found, network = answer.finest, answer.network
    return {
        "model": network.name,
        "target": found.target,
        "target_name": network.class_name(found.target),
        "prediction": float(found.outputs[found.target]),
        "activation": network.activation,
    }


def _numbers(found: ImageExplanation) -> dict[str, Any]:
    placed = {"positions": True} if (found.method or "").endswith(", positions") else {}
    return {"superpixels": found.d, **placed, **numbers(found)}


def _consistency(coarse: ExplainedSegmentation, fine: ExplainedSegmentation, level: float) -> dict[str, Any]:
    found, same = coarse.consistency(fine), coarse.same_replacement(fine)
    return {
        "parents": fine.segmentation.inside(coarse.segmentation).tolist(),
        "coefficients": found.coefficients.tolist(),
        "children_sums": found.children_sums.tolist(),
        "gaps": found.gaps.tolist(),
        "reach": finite(coarse.gap_half_widths(fine, level)),
        "relative": found.relative if math.isfinite(found.relative) else None,
        "same_replacement": same,
        "theory": _THEORY if same else _THEORY + _OTHER_REPLACEMENT,
    }


def _precision_gap(network: Any, found: ImageExplanation, images: int = 16) -> float:
    """Largest effect of the precision on 16 masked images, 0 for float32."""
    if network.precision == "float32":
        return 0.0
    import torch

    masks = found.design.sample(images, np.random.default_rng(0))
    batch = torch.as_tensor(found.masked.compose(masks), dtype=torch.float32).permute(0, 3, 1, 2)
    return float(network.precision_gap(batch))
