"""Layers shared by all masks give the same numbers as without sharing, and are shared only where that is possible."""

import naive
import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt
from limetheory.images.torch import shared_layers as module
from limetheory.images.torch.evaluator import TorchEvaluator
from limetheory.images.torch.shared_layers import layers_of, shared_layers

D = 9


class Whole(nn.Module):
    """A network that does not show its layers."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return self.network(images)


class Layer(nn.Module):
    """A function as a layer that counts the images it evaluates."""

    def __init__(self, function):
        super().__init__()
        self.function, self.images = function, 0

    def forward(self, maps):
        self.images += len(maps)
        return self.function(maps)


def masked_image(side=48):
    rows, columns = np.indices((side, side)) * 3 // side
    return lt.MaskedImage(np.random.default_rng(0).random((side, side, 3)), 3 * rows + columns, "mean")


def convolutions(*between, seed=0):
    """Two convolutions, the second with a stride, layers between them, and a mean over positions."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        first, second, last = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 6, 5, 2, 2), nn.Linear(6, 4)
        return nn.Sequential(first, *between, second, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), last)


def shared_by(network, largest=D + 2 ** (D - 1)):
    evaluator = TorchEvaluator(network, masked_image())
    with torch.inference_mode():
        layers = layers_of(network)
        return shared_layers(layers, evaluator.compose, evaluator.shares.labels, largest)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_features_are_those_of_the_layers_themselves(seed, layout):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(9)[np.indices((40, 30)).sum(axis=0) // rng.integers(8, 12)]
    masked = lt.MaskedImage(rng.random((40, 30, 3)), labels, "blur")
    network = convolutions(nn.MaxPool2d(2), seed=seed).to(memory_format=layout)
    evaluator, masks = TorchEvaluator(network, masked), naive.masks(masked.d)
    with torch.inference_mode():
        shared = shared_layers(network, evaluator.compose, evaluator.shares.labels, masked.d + 32)
        expected = network[: shared.depth](evaluator.compose(masks))
        found = shared(masks)
    assert shared.depth >= 4
    assert len(shared.features) < 2**masked.d * shared.shape[0] * shared.shape[1]
    assert found.stride() == expected.stride()
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)


def test_values_are_those_of_the_whole_network_and_first_layers_see_fewer_images():
    counted = Layer(nn.Identity())
    network = nn.Sequential(counted, *convolutions())
    values = lt.ModelFunction(network, masked_image(), 1)(naive.masks(D))
    assert 2 * D < counted.images < 2**D / 2
    expected = lt.ModelFunction(Whole(network), masked_image(), 1)(naive.masks(D))
    np.testing.assert_allclose(values, expected, rtol=0, atol=1e-6)
    assert np.ptp(expected) > 1e-3


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (4, 5)])
def test_bundled_networks_share_a_quarter_of_their_layers_and_not_a_bit_changes(rows, columns):
    model, d = lt.load_model("efficientnet_lite0"), rows * columns
    image = model.prepare(np.random.default_rng(0).random((80, 100, 3)))
    row, column = np.indices((224, 224)) * np.array([rows, columns])[:, None, None] // 224
    masked = lt.MaskedImage(image, columns * row + column)
    masks = np.random.default_rng(1).random((2 * d + 24, d)) < 0.5
    function = lt.ModelFunction(model, masked, 0, batch_size=8)
    values = function(masks)
    assert function.evaluator.shared.depth >= 6
    assert values.tobytes() == lt.ModelFunction(Whole(model), masked, 0, batch_size=8)(masks).tobytes()


def test_in_bfloat16_layers_are_shared_too():
    rough, exact = (
        lt.Classifier(convolutions(), size=None, mean=[0.5] * 3, std=[0.2] * 3, name="small", precision=precision)
        for precision in ("bfloat16", "float32")
    )
    masks = naive.masks(D)[::16]
    function = lt.ModelFunction(rough, masked_image(), 0, batch_size=8)
    values = function(masks)
    assert function.evaluator.shared.features.dtype == torch.bfloat16
    whole, numbers = (lt.ModelFunction(Whole(network), masked_image(), 0)(masks) for network in (rough, exact))
    rounding = np.abs(whole - numbers).max()
    assert np.abs(values - whole).max() <= rounding and rounding > 1e-5 * np.abs(numbers).max()


def test_images_are_picked_exactly_under_autocast():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.AvgPool2d(48), nn.Flatten())
    evaluator, masks = TorchEvaluator(network, masked_image()), naive.masks(D)
    with torch.inference_mode(), torch.autocast("cpu"):
        shared = shared_layers(network, evaluator.compose, evaluator.shares.labels, D + 2**D)
        found, expected = shared(masks), network[:2](evaluator.compose(masks))
    assert shared.depth == 2 and len(shared.features) == 2**D
    assert torch.equal(found, expected)


def test_layers_are_shared_after_2_d_evaluated_masks():
    evaluator = TorchEvaluator(convolutions(), masked_image())
    for _ in range(2 * D):
        assert evaluator.shared is None
        evaluator(np.ones((1, D), bool))
    evaluator(np.ones((1, D), bool))
    assert evaluator.shared is not None


def test_nothing_is_shared_between_a_batch_and_its_check():
    # Features from images of another batch size may have other digits in bfloat16, which is no batch dependence.
    evaluator = TorchEvaluator(convolutions(), masked_image())
    batch = evaluator(naive.masks(D)[: 2 * D])
    np.testing.assert_allclose(evaluator.again(naive.masks(D)[:1]), batch[:1], rtol=0, atol=1e-6)
    assert evaluator.shared is None
    evaluator(naive.masks(D)[:1])
    assert evaluator.shared is not None


@pytest.mark.slow
def test_more_layers_are_shared_when_more_images_are_allowed():
    network = nn.Sequential(*(nn.Conv2d(3, 3, 5, padding=2) for _ in range(8)), nn.Flatten())
    assert [shared_by(network, D + images).depth for images in (16, 2**D)] == [4, 8]  # 17 pixels of 16 × 16
    assert shared_by(network, D + 1) is None


@pytest.mark.parametrize(
    "swallow",
    [
        lambda maps: torch.where(maps > 0, maps, 0.0),
        lambda maps: maps.nan_to_num(),
        lambda maps: maps + 0.1 * torch.rand_like(maps),
    ],
    ids=["where", "nan_to_num", "random"],
)
def test_layers_that_hide_what_they_see_are_not_shared(swallow):
    assert shared_by(convolutions(nn.Identity())) is not None
    assert shared_by(convolutions(Layer(swallow))) is None


def test_layers_are_not_shared_if_the_search_for_dependent_positions_misses_some(monkeypatch):
    def corners(image, labels):
        painted = image.repeat(D, 1, 1, 1)
        for j in range(D):
            row, column = (labels == j).nonzero()[0]
            painted[j, :, row, column] = torch.nan
        return painted

    monkeypatch.setattr(module, "_painted", corners)
    assert shared_by(convolutions()) is None


def refusing(maps):
    if maps.isnan().any():
        raise ValueError("NaN")
    return maps


def centred(maps):
    return maps - maps.mean(dim=(1, 2, 3), keepdim=True)


@pytest.mark.parametrize("function", [refusing, centred, lambda maps: maps.flatten(2)])
def test_only_what_lies_before_a_layer_that_cannot_be_shared_is(function):
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), Layer(function), nn.Flatten())
    assert shared_by(network).depth == 2


def test_layers_that_answer_with_several_tensors():
    network = nn.Sequential(nn.Conv2d(3, 4, 3), Layer(lambda maps: (maps, 1)), Layer(lambda pair: pair[0].mean((2, 3))))
    found, expected = (lt.ModelFunction(each, masked_image(), 0)(naive.masks(D)) for each in (network, Whole(network)))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_a_layer_that_stands_twice_is_run_twice():
    twice = nn.ReLU()
    assert layers_of(nn.Sequential(twice, nn.Tanh(), twice))[2] is twice


@pytest.mark.slow
def test_networks_with_hooks_or_a_forward_of_their_own_stay_whole_and_bfloat16_off_the_cpu():
    hooked, patched = convolutions(), convolutions()
    seen = []
    hooked.register_forward_hook(lambda network, images, outputs: seen.append(len(outputs)))
    patched.forward = lambda images: nn.Sequential.forward(patched, images)

    class Doubled(nn.Sequential):
        def forward(self, images):
            return 2 * super().forward(images)

    opaque = lt.Classifier(Whole(convolutions()), size=None, mean=[0] * 3, std=[1] * 3, name="opaque")
    elsewhere = lt.load_model("efficientnet_lite0", precision="bfloat16").to("meta")
    for network in (opaque, hooked, patched, Doubled(nn.Flatten()), elsewhere):
        assert layers_of(network) == [network]
    lt.ModelFunction(hooked, masked_image(), 0)(naive.masks(D))
    assert sum(seen) == 2**D + 5


@pytest.mark.parametrize(("after", "more"), [((), 0), ((nn.Softmax(1),), 1)])
def test_a_network_behind_its_preprocessing_is_hardly_asked_for_it(after, more):
    normalise, counted = Layer(lambda images: (images - 0.5) / 0.2), Layer(convolutions())
    lt.ModelFunction(nn.Sequential(normalise, counted, *after), masked_image(), 0)(naive.masks(D)[:60])
    assert counted.images == 66 + more


def test_many_superpixels_of_large_images_are_left_to_the_network():
    image = torch.zeros(1, 3, 600, 600)
    few, many = (torch.arange(600**2).view(600, 600) // pixels for pixels in (60_000, 6_000))
    compose, layers = lambda masks: image.repeat(len(masks), 1, 1, 1), [nn.Identity(), nn.Flatten()]
    assert shared_layers(layers, compose, few, 10**6) is not None
    assert shared_layers(layers, compose, many, 10**6) is None


@pytest.mark.gpu
def test_the_same_on_a_gpu():
    network, masked = convolutions().to("cuda"), masked_image()
    evaluator = TorchEvaluator(network, masked)
    values = np.concatenate([evaluator(part) for part in np.array_split(naive.masks(D), 8)])
    assert evaluator.shared is not None
    np.testing.assert_allclose(values, TorchEvaluator(Whole(network), masked)(naive.masks(D)), rtol=0, atol=1e-5)
