"""One round of Captum's adapter: its overhead, and what Captum's defaults do on a photograph."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import captum.attr
import numpy as np
import torch
from captum._utils.models.linear_model import SkLearnLinearRegression, SkLearnRidge
from skimage.data import coffee
from torch import Tensor, nn

import limetheory as lt
from experiments._frame import Job
from limetheory.adapters.captum import KernelShap, Lime
from limetheory.arrays import PerSuperpixel

ROUNDS, SAMPLES = 7, 500
SIDE, SUPERPIXELS, BATCH, DEFAULT_N = 96, 30, 32, 25
Row = dict[str, Any]


def jobs(small: bool) -> list[Job]:
    """A job for each round, and one for the defaults."""
    rounds, samples = (1, 40) if small else (ROUNDS, SAMPLES)
    found = [
        Job({"measured": "overhead", "round": number}, partial(overhead, number, samples)) for number in range(rounds)
    ]
    return [*found, Job({"measured": "defaults", "round": 0}, partial(defaults, small))]


class Convolutions(nn.Module):
    """A network of a few milliseconds an image, whose first layers are not shared between masks."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        widths = (3, 24, 48, 96)
        layers: list[nn.Module] = []
        for a, b in pairwise(widths):
            layers += [nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)]
        self.layers = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], 5))

    def forward(self, images: Tensor) -> Tensor:
        """Map images (b, 3, h, w) to scores (b, 5)."""
        scores: Tensor = self.layers(images)
        return scores


def overhead(number: int, samples: int) -> Row:
    """Processor seconds of the adapter, of a direct call for the same work, and of Captum, one after the other.

    The same work is as many masks of the same image by the same network in the same batches, with the same ridge, and
    standard errors besides. The order turns from round to round.
    """
    network, image = Convolutions().eval(), _photograph(SIDE)
    labels = lt.segment(image, "slic", SUPERPIXELS)
    runs = _contenders(network, image, labels, samples, number)
    for run in _contenders(network, image, labels, 4 * int(labels.max() + 1), number).values():
        run()  # what is done once only, such as importing scikit-learn
    torch.manual_seed(number)
    names = list(runs)[number % len(runs) :] + list(runs)[: number % len(runs)]
    seconds = {name: _seconds(runs[name]) for name in names}
    return {
        "measured": "overhead", "round": number, "seed": number, "samples": samples, "side": SIDE,
        "superpixels": int(labels.max()) + 1, "seconds": {name: seconds[name] for name in runs},
    }  # fmt: skip


def _contenders(
    network: Any, image: np.ndarray, labels: np.ndarray, samples: int, seed: int
) -> dict[str, Callable[[], object]]:
    pixels, owner = _tensor(image), torch.as_tensor(labels)[None, None]
    options: Row = {
        "segments": labels, "target": 1, "replacement": 0.0, "n": samples, "batch_size": BATCH, "rng": seed,
    }  # fmt: skip
    asked: Row = {"target": 1, "feature_mask": owner, "n_samples": samples, "perturbations_per_eval": BATCH}
    ridge = SkLearnRidge(alpha=1.0)
    return {
        "Lime, adapter": lambda: _explained(Lime(network, ridge), pixels, asked),
        "Lime, direct": lambda: lt.explain_image(network, image, ridge=1.0, **options),
        "Lime, Captum": lambda: captum.attr.Lime(network, ridge).attribute(pixels, **asked),
        "KernelShap, adapter": lambda: _explained(KernelShap(network), pixels, asked),
        "KernelShap, direct": lambda: lt.explain_image(network, image, design=lt.ShapleyDesign, **options),
        "KernelShap, Captum": lambda: captum.attr.KernelShap(network).attribute(pixels, **asked),
    }


def _explained(explainer: Lime, pixels: Tensor, asked: Row) -> object:
    """The attributions with their standard errors."""
    return explainer.attribute(pixels, **asked), explainer.explanations


def defaults(small: bool) -> Row:
    """What Captum's defaults do on the probabilities of a network at a photograph."""
    network, image = _network(small)
    labels = lt.segment(image, "slic", SUPERPIXELS)
    pixels, owner, d = _tensor(image), torch.as_tensor(labels)[None, None], int(labels.max()) + 1
    with torch.no_grad():
        target = int(network(pixels)[0].argmax())
    asked: Row = {"target": target, "feature_mask": owner, "perturbations_per_eval": BATCH, "return_input_shape": False}
    n, runs = (3 * d, 3) if small else (400, 20)
    return {
        "measured": "defaults", "round": 0, "seed": 0, "superpixels": d, "samples": n, "runs": runs,
        "lasso": _lasso(network, pixels, asked, n), "weights": _weights(network, pixels, asked, n),
        "few": _few(network, pixels, asked, n, runs), "ends": _ends(network, pixels, asked, n),
    }  # fmt: skip


def _lasso(network: Any, pixels: Tensor, asked: Row, n: int) -> Row:
    """How many coefficients Captum's default makes 0, and how large least squares says that they are."""
    torch.manual_seed(0)
    sparse = captum.attr.Lime(network).attribute(pixels, **asked, n_samples=n)
    torch.manual_seed(0)
    full = Lime(network, SkLearnLinearRegression())
    slopes = full.attribute(pixels, **asked, n_samples=n)
    low, high = full.explanations[0].interval().T
    values = full.samples[0].values
    return {
        "zeros": int((sparse == 0).sum()), "largest": float(abs(slopes).max()), "span": float(np.ptp(values)),
        "certain": int(((low > 0) | (high < 0)).sum()),
    }  # fmt: skip


def _weights(network: Any, pixels: Tensor, asked: Row, n: int) -> Row:
    """Captum's default weights of the same masks against black and against grey, and those of lime's kernel."""
    explainer, found = Lime(network, SkLearnLinearRegression()), {}
    for name, baseline in (("black", 0.0), ("grey", 0.5)):
        torch.manual_seed(0)
        explainer.attribute(pixels, **asked, baselines=baseline, n_samples=n)
        found[name] = _spread(explainer.samples[0].weights)
    design = lt.ImageDesign(explainer.samples[0].d)
    return {**found, "lime": _spread(design.weight(explainer.samples[0].masks))}


def _spread(weights: np.ndarray) -> list[float]:
    return [float(one) for one in (weights.min(), np.median(weights), weights.max())]


def _few(network: Any, pixels: Tensor, asked: Row, n: int, runs: int) -> Row:
    """How far coefficients of Captum's default number of masks are from their mean over many masks."""
    explainer = Lime(network, SkLearnLinearRegression())
    far = explainer.attribute(pixels, **asked, n_samples=runs * DEFAULT_N + n)
    deviations = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lt.FewMasksWarning)
        for seed in range(runs):
            torch.manual_seed(seed)
            deviations.append(explainer.attribute(pixels, **asked, n_samples=DEFAULT_N) - far)
        undetermined = int(np.isinf(explainer.explanations[0].standard_errors).sum())
    error = float(torch.cat(deviations).square().mean().sqrt())
    return {
        "samples": DEFAULT_N,
        "error": error,
        "size": float(far.square().mean().sqrt()),
        "undetermined": undetermined,
    }


def _ends(network: Any, pixels: Tensor, asked: Row, n: int) -> Row:
    """How far Captum's weight of 10⁶ is from the exact constraint on the same masks."""
    found: list[PerSuperpixel] = []
    ours = KernelShap(network)
    for explainer in (captum.attr.KernelShap(network), ours):
        torch.manual_seed(0)
        found.append(np.asarray(explainer.attribute(pixels, **asked, n_samples=n), float).ravel())
    empty, full = ours.samples[0].ends or (0.0, 0.0)
    return {
        "sum": [float(one.sum() - (full - empty)) for one in found],
        "difference": float(abs(found[0] - found[1]).max()), "largest": float(abs(found[1]).max()),
    }  # fmt: skip


def _network(small: bool) -> tuple[Any, np.ndarray]:
    """A network that returns probabilities, and an image as it takes them."""
    if small:
        return nn.Sequential(Convolutions(), nn.Softmax(1)).eval(), _photograph(24)
    network = lt.load_model("efficientnet_lite0")
    return network, network.prepare(lt.as_image(coffee()))


def _photograph(side: int) -> np.ndarray:
    from PIL import Image

    return lt.as_image(Image.fromarray(coffee()).resize((side, side)))


def _tensor(image: np.ndarray) -> Tensor:
    return torch.as_tensor(image, dtype=torch.float32).permute(2, 0, 1)[None].contiguous()


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start
