"""One row: processor time a mask by torch and by other backends, all layers and those that masks do not share."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from skimage.data import coffee
from threadpoolctl import threadpool_limits

import limetheory as lt
from limetheory.backends import BACKENDS, Layers
from limetheory.images.torch.evaluator import TorchEvaluator, evaluation_mode
from limetheory.networks.backends.onnx_graph import INPUT, onnx_graph
from limetheory.verification.network import exactly

NETWORK, BATCH = "efficientnet_lite0", 32
OPENVINO = "openvino"
"""A backend that limetheory does not have, measured where it is installed."""


def on_openvino(network: torch.nn.Module, example: torch.Tensor) -> Layers:
    """The network by OpenVINO, on a CPU in float32."""
    import openvino

    core = openvino.Core()
    settings = {
        "INFERENCE_NUM_THREADS": torch.get_num_threads(), "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
    }  # fmt: skip
    request = core.compile_model(core.read_model(onnx_graph(network, example)), "CPU", settings).create_infer_request()

    def run(images: torch.Tensor) -> torch.Tensor:
        found = request.infer({INPUT: images.contiguous().numpy()}, share_inputs=True)
        return torch.from_numpy(np.array(found[0]))

    return run


def one_round(number: int, superpixels: int, batches: int) -> dict[str, Any]:
    """One row; each way evaluates the same batches, in the opposite order in every second round.

    Args:
        number: of the round, which is the seed of its masks.
        superpixels: d.
        batches: of 32 masks each.
    """
    with threadpool_limits(limits=1), torch.inference_mode():
        model = lt.load_model(NETWORK)
        image = model.prepare(lt.as_image(coffee()))
        evaluator = TorchEvaluator(model, lt.MaskedImage(image, exactly(superpixels, image)))
        masks = np.random.default_rng(number).random((batches, BATCH, superpixels)) < 0.5
        evaluator(masks[0].repeat(-(-2 * superpixels // BATCH), axis=0))
        with evaluation_mode(model):
            return _measured(number, evaluator, masks)


def _measured(number: int, evaluator: TorchEvaluator, masks: np.ndarray) -> dict[str, Any]:
    model: Any = evaluator.module
    whole = model.network
    evaluator(masks[0])
    shared = evaluator.shared
    depth = 1 if shared is None else shared.depth
    rest = whole[depth - 1 :]
    ways, making = {}, {}
    maps: dict[str, Any] = {"whole": lambda one: model.inputs(evaluator.compose(one)), "shared": shared}
    for name, convert in _backends().items():
        for kind, network in (("whole", whole), ("shared", rest)):
            start = time.process_time()
            made = convert(network, maps[kind](masks[0][:2]))
            making[f"{name}, {kind}"] = time.process_time() - start
            ways[f"{name}, {kind}"] = _way(model, maps[kind], made)
    order = sorted(ways, reverse=number % 2 == 1)
    timed = {name: _timed(ways[name], masks) for name in order}
    exact = timed["torch, whole"][0]
    return {
        "round": number, "superpixels": masks.shape[2], "seed": number, "network": NETWORK, "masks": BATCH * len(masks),
        "depth": depth, "load": round(os.getloadavg()[0], 2),
        "milliseconds": {name: 1e3 * seconds / (BATCH * len(masks)) for name, (_, seconds) in timed.items()},
        "making": making, "gap": {name: float(np.abs(found - exact).max()) for name, (found, _) in timed.items()},
        "versions": {"threads": torch.get_num_threads()},
    }  # fmt: skip


def _backends() -> dict[str, Callable[[torch.nn.Module, torch.Tensor], Layers]]:
    found = {name: row.convert for name, row in BACKENDS.own.items()}
    return {**found, OPENVINO: on_openvino} if find_spec(OPENVINO) else found


def _way(model: Any, maps: Any, layers: Layers) -> Callable[[np.ndarray], np.ndarray]:
    return lambda batch: np.asarray(model.outputs(layers(maps(batch))))


def _timed(way: Callable[[np.ndarray], np.ndarray], masks: np.ndarray) -> tuple[np.ndarray, float]:
    way(masks[0][:4])  # nothing is made ready while the clock runs
    start = time.process_time()
    found = [way(batch) for batch in masks]
    return np.concatenate(found), time.process_time() - start
