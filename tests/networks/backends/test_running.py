"""Networks by other backends give torch's numbers, or are left to torch with the reason."""

import copy
import pickle
import warnings

import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt
from limetheory import backends
from limetheory.backends import Backend
from limetheory.images.torch.converted import FEWEST

D = 9
IMAGE = np.random.default_rng(0).random((24, 24, 3))
ROWS, COLUMNS = np.indices((24, 24)) * 3 // 24
MASKED = lt.MaskedImage(IMAGE, 3 * ROWS + COLUMNS, "mean")
MASKS = np.array(np.meshgrid(*[[False, True]] * D)).reshape(D, -1).T


def layers(*last_layers):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        first, second, last = nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 6, 3, 2, 1), nn.Linear(6, 4)
        return nn.Sequential(
            first, nn.ReLU(), second, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), last, *last_layers
        )


def classifier(backend, network=None, **options):
    network = layers() if network is None else network
    return lt.Classifier(network, size=24, mean=0.5, std=0.1, name="small", backend=backend, **options)


def values(model, masks=MASKS, **options):
    return lt.ModelFunction(model, MASKED, 1, **options)(masks)


class Function(nn.Module):
    """A function as a layer."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, maps):
        return self.function(maps)


def with_row(monkeypatch, convert):
    """A backend "own" of another package."""
    row = {"own": Backend("own", convert)}
    monkeypatch.setattr(backends.BACKENDS, "own", {**backends.BACKENDS.own, **row})


@pytest.mark.parametrize("backend", ["onnxruntime", "auto"])
@pytest.mark.parametrize("whole", [False, True])
def test_the_numbers_are_torchs_and_the_record_names_the_backend(backend, whole):
    network = Function(layers()) if whole else layers()
    model = classifier(backend, network)
    found, expected = values(model), values(classifier("torch", network))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    assert np.ptp(expected) > 1e-3 and (found != expected).any()
    record = model.running.record
    assert (record["name"], record["asked"], record["reason"]) == ("onnxruntime", backend, None)
    assert record["version"] == __import__("onnxruntime").__version__


def test_the_backend_runs_the_layers_that_are_not_shared(monkeypatch):
    lengths = []
    with_row(monkeypatch, lambda network, example: lengths.append(len(network)) or network)
    function = lt.ModelFunction(classifier("own"), MASKED, 1)
    function(MASKS)
    assert lengths == [len(layers()) + 1 - function.evaluator.shared.depth] and lengths[0] < len(layers())


def test_soft_masks_are_run_by_the_backend_too():
    options = {"segments": MASKED.segments, "n": 200, "rng": 0, "target": 1, "smoothing": "gaussian", "sigma": 2.0}
    model = classifier("onnxruntime")
    found = lt.explain_image(model, IMAGE, **options)
    expected = lt.explain_image(classifier("torch"), IMAGE, **options)
    np.testing.assert_allclose(found.coefficients, expected.coefficients, rtol=0, atol=1e-5)
    assert model.running.name == "onnxruntime" and (found.coefficients != expected.coefficients).any()


def test_few_masks_are_left_to_torch_and_the_record_says_so():
    model = classifier("auto")
    assert values(model, MASKS[: FEWEST // 2]).tobytes() == values(classifier("torch"), MASKS[: FEWEST // 2]).tobytes()
    assert model.running.name == "torch" and "so few images" in model.running.reason


def test_a_second_explanation_converts_nothing_and_has_the_same_bits(monkeypatch):
    made = []
    with_row(monkeypatch, lambda network, example: made.append(1) or (lambda maps: network(maps) + 1e-7))
    model = classifier("own")
    assert values(model).tobytes() == values(model).tobytes() and made == [1]


def test_weights_that_were_changed_since_are_converted_again():
    model = classifier("onnxruntime")
    before = values(model)
    with torch.no_grad():
        model.network[-1].bias[1] += 2.0
    after = values(model)
    np.testing.assert_allclose(after, values(classifier("torch", model.network)), rtol=0, atol=1e-6)
    assert np.abs(after - before).min() > 0.01 and model.running.name == "onnxruntime"


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (lambda rows: rows.reshape(len(rows), 4), "its graph may be that of some inputs only"),
        (lambda rows: rows if rows.mean() < 1e9 else -rows, "its graph may be that of some inputs only"),
        (lambda rows: torch.from_numpy(rows.numpy() * 2), "its"),
    ],
    ids=["length of the batch", "branch", "NumPy"],
)
def test_a_network_that_cannot_be_converted_is_left_to_torch_with_a_warning(layer, reason):
    network = layers(Function(layer))
    model = classifier("onnxruntime", network)
    with pytest.warns(UserWarning, match=f"backend onnxruntime cannot run this network, torch does: {reason}"):
        found = values(model)
    assert found.tobytes() == values(classifier("torch", network)).tobytes()
    assert model.running.name == "torch" and reason in model.running.reason


def test_auto_warns_of_nothing_and_tries_once(monkeypatch):
    tried = []

    def convert(network, example):
        tried.append(1)
        raise RuntimeError("no such layer")

    with_row(monkeypatch, convert)
    monkeypatch.setattr("limetheory.networks.backends.running.ORDER", ("own",))
    model = classifier("auto")
    expected = values(classifier("torch"))
    assert values(model).tobytes() == values(model).tobytes() == expected.tobytes()
    assert tried == [1] and model.running.record["reason"] == "no such layer"


@pytest.mark.parametrize("error", [2e-5, np.nan, None])
def test_a_backend_with_other_numbers_or_shapes_is_not_used(monkeypatch, error):
    def wrong(network, example):
        return lambda maps: network(maps)[:, :2] if error is None else network(maps) + torch.eye(4)[1] * 8 * error

    with_row(monkeypatch, wrong)
    model = classifier("own", output="logits")
    with pytest.warns(UserWarning, match="its outputs differ from torch's by"):
        found = values(model)
    assert found.tobytes() == values(classifier("torch", output="logits")).tobytes()


def test_a_backend_that_takes_batches_of_one_size_only_is_not_used(monkeypatch):
    def of_one_size(network, example):
        return lambda maps: network(maps[: len(example)])

    with_row(monkeypatch, of_one_size)
    with pytest.warns(UserWarning, match="its outputs differ"):
        values(classifier("own"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda model: setattr(model, "precision", "bfloat16"), "its precision is bfloat16"),
        (lambda model: model.double(), "its precision is torch.float64"),
        (lambda model: model.network[2].register_forward_hook(lambda *_: None), "it has hooks"),
    ],
    ids=["bfloat16", "float64", "hook"],
)
def test_what_other_backends_cannot_keep_is_torchs(change, reason):
    model = classifier("onnxruntime")
    change(model)
    with pytest.warns(UserWarning, match=reason):
        values(model)
    assert model.running.name == "torch"


def test_a_missing_package_is_said_with_what_installs_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    model = classifier("auto")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values(model)
    assert "pip install" in model.running.reason and "limetheory[backends]" in model.running.reason


def test_an_unknown_backend_is_refused_with_the_names():
    with pytest.raises(ValueError, match=r"backend must be one of auto, torch, onnxruntime, got 'tensorrt'"):
        classifier("tensorrt")
    with pytest.raises(ValueError, match="backend must be one of"):
        lt.load_model("efficientnet_lite0", backend="tensorrt")


def test_a_model_that_was_converted_can_be_copied_and_pickled():
    model = classifier("onnxruntime")
    expected = values(model)
    for again in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert values(again).tobytes() == expected.tobytes() and again.running.name == "onnxruntime"
