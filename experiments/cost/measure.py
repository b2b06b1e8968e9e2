"""One round: times of masking and fitting beside lime and Captum, the overhead, and the peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from captum._utils.models.linear_model import SkLearnRidge
from captum.attr import Lime
from lime.lime_image import LimeImageExplainer
from PIL import Image
from skimage.data import chelsea, coffee

import limetheory as lt
from limetheory.verification.network import exactly

SIDE, SUPERPIXELS = 224, 50


class Free(torch.nn.Module):
    """A model that takes almost no time: the colour of one pixel as the scores of three classes."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map images (b, 3, h, w) to scores (b, 3)."""
        return images[:, :, 100, 100]


class Timed(torch.nn.Module):
    """A module that adds up the time that is spent in it."""

    def __init__(self, module: torch.nn.Module):
        super().__init__()
        self.module, self.seconds = module, 0.0

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Run the module and add the time that it takes."""
        start = time.perf_counter()
        outputs: torch.Tensor = self.module(images)
        self.seconds += time.perf_counter() - start
        return outputs


def photograph() -> np.ndarray:
    """A photograph of 224×224 pixels, (224, 224, 3) uint8."""
    return np.array(Image.fromarray(chelsea()).resize((SIDE, SIDE)))


def scene() -> tuple[np.ndarray, np.ndarray]:
    """The photograph and its slic superpixels."""
    image = photograph()
    return image, lt.segment(lt.as_image(image), "slic", SUPERPIXELS)


def contenders(samples: int) -> dict[str, Callable[[], object]]:
    """For each library, a call that masks and fits with the free model."""
    image, segments = scene()
    pixels = torch.as_tensor(image, dtype=torch.float32).permute(2, 0, 1)[None] / 255
    owner = torch.as_tensor(segments)[None, None]
    means = torch.as_tensor(lt.MaskedImage(image, segments).replacement, dtype=torch.float32).permute(2, 0, 1)[None]
    captum = Lime(Free(), interpretable_model=SkLearnRidge(alpha=1.0))
    options: dict[str, Any] = {"segments": segments, "target": 0, "n": samples, "rng": 0}
    return {
        "limetheory, torch module": lambda: lt.explain_image(Free(), image, **options),
        "limetheory, NumPy callable": lambda: lt.explain_image(lambda x: x[:, 100, 100], image, **options),
        "lime 0.2.0.1": lambda: LimeImageExplainer(random_state=0).explain_instance(
            image, lambda x: x[:, 100, 100] / 255.0, labels=(0,), top_labels=None, num_samples=samples,
            segmentation_fn=lambda _: segments,
        ),
        "captum Lime": lambda: captum.attribute(
            pixels, baselines=means, target=0, feature_mask=owner, n_samples=samples, perturbations_per_eval=32
        ),
    }  # fmt: skip


def masking_round(samples: int) -> dict[str, float]:
    """The seconds of every contender, measured one after the other."""
    return {name: _seconds(run) for name, run in contenders(samples).items()}


def overhead_round(samples: int) -> dict[str, float]:
    """The seconds of an explanation with the demo network, and of the forward passes in it."""
    image, segments = scene()
    network = Timed(lt.load_model("efficientnet_lite0"))
    lt.explain_image(network, image, segments=segments, n=SUPERPIXELS + 10, rng=1)
    network.seconds = 0.0
    total = _seconds(lambda: lt.explain_image(network, image, segments=segments, n=samples, rng=0))
    return {"total": total, "forward": network.seconds}


def memory_round() -> dict[str, float]:
    """The peak memory (MiB) of `explain` for a photograph of 2000×3000 pixels, and of the network alone."""
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        Image.fromarray(coffee()).resize((3000, 2000)).save(photo)
        network = (
            "import limetheory as lt, torch\n"
            "model = lt.load_model('efficientnet_lite0')\n"
            "with torch.inference_mode(): model(torch.rand(16, 3, 224, 224))\n"
        )
        command = f"from limetheory.cli import main; main(['explain', {str(photo)!r}, '--samples', '100'])"
        full = (
            "import limetheory as lt, numpy as np\nfrom limetheory.images import load_image\n"
            f"model = lt.load_model('efficientnet_lite0')\nphoto = load_image({str(photo)!r})\n"
            "lt.explain_image(model, photo, n=60, rng=0)\n"
        )
        return {"network": _peak(network), "explain": _peak(command), "explain_image at full size": _peak(full)}


def freed_round(samples: int) -> dict[str, float]:
    """The seconds of an explanation in a fresh process, if malloc keeps freed memory and if it has its own defaults."""
    code = (
        "import time\nfrom experiments.cost import measure\nfrom experiments.cost.measure import lt, scene\n"
        f"measure.SUPERPIXELS = {SUPERPIXELS}\n"
        "(image, segments), network = scene(), lt.load_model('efficientnet_lite0')\n"
        f"for n in ({SUPERPIXELS + 10}, {samples}):\n"
        "    start = time.perf_counter()\n"
        "    lt.explain_image(network, image, segments=segments, n=n, rng=0, target=0)\n"
        "print(time.perf_counter() - start)\n"
    )
    as_it_is = {"MALLOC_ARENA_TEST": "8"}  # the default of glibc
    return {"kept": float(_printed(code)), "as it is": float(_printed(code, **as_it_is))}


def shared_round(samples: int) -> dict[str, dict[str, float]]:
    """Seconds of an explanation where masks share the network's first layers, and where it shows none, by superpixels.

    Few samples at 12 superpixels, all of them at those of the scene.
    """
    image, segments = scene()
    network = lt.load_model("efficientnet_lite0")
    ways = {"shared": network, "whole": Timed(network)}
    found = {}
    for labels, n in ((exactly(12, lt.as_image(image)), max(samples // 5, 13)), (segments, samples)):
        options = {"segments": labels, "n": n, "target": 0, "rng": 0}
        run = {name: lambda way=way, options=options: lt.explain_image(way, image, **options)
               for name, way in ways.items()}  # fmt: skip
        found[str(labels.max() + 1)] = {name: _seconds(each) for name, each in run.items()}
    return found


def _printed(code: str, **environment: str) -> str:
    """The output of a fresh process."""
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def _peak(code: str) -> float:
    """The peak memory (MiB) of a fresh process, by VmHWM, since ru_maxrss includes the parent's memory before exec."""
    last = "lambda: print(*[l.split()[1] for l in open('/proc/self/status') if 'VmHWM' in l], file=sys.stderr)"
    code = f"import atexit, sys\natexit.register({last})\n{code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stderr.split()[-1]) / 1024


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def one_round(number: int, samples: int) -> dict[str, Any]:
    """One row; it is measured by a process that has computed one explanation before."""
    _warm()
    return {
        "round": number, "seed": 0, "load": round(os.getloadavg()[0], 2), "samples": samples, "side": SIDE,
        "superpixels": int(scene()[1].max()) + 1, "masking": masking_round(samples),
        "overhead": overhead_round(samples), "memory": memory_round(), "freed": freed_round(samples),
        "shared": shared_round(samples), "versions": {"threads": torch.get_num_threads()},
    }  # fmt: skip


@cache
def _warm() -> None:
    masking_round(100)


def small_round(samples: int) -> dict[str, Any]:
    """A row in smoke mode."""
    return {
        "round": 0, "seed": 0, "masking": masking_round(samples), "overhead": overhead_round(samples),
        "freed": freed_round(samples), "shared": shared_round(samples),
    }  # fmt: skip
