"""The classifier's gradients and the precision that it computes in."""

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from scipy.special import softmax
from torch import nn
from toy_networks import SETTINGS, as_batch, convolutional, random_images

import limetheory as lt
from limetheory.devices import tensor_float32
from limetheory.networks import Classifier, load_model


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_gradients_reach_the_images(precision):
    images = random_images(2, 3, 20, 30).requires_grad_()
    Classifier(convolutional(), precision=precision, **SETTINGS)(images)[:, 0].sum().backward()
    assert images.grad.shape == images.shape
    assert images.grad.isfinite().all() and images.grad.abs().max() > 0


@pytest.mark.slow
def test_gradients_are_the_slope(lite0):
    images = random_images(1, 3, 224, 224).requires_grad_()
    direction = random_images(1, 3, 224, 224)
    logits = Classifier(lite0.network, **{**SETTINGS, "size": 224}, output="logits")
    logits(images)[0, 967].backward()
    with torch.no_grad():
        difference = logits(images + 1e-3 * direction) - logits(images - 1e-3 * direction)
    assert (images.grad * direction).sum().item() == pytest.approx(difference[0, 967].item() / 2e-3, rel=0.05)


def test_captum_explains_it():
    classifier = Classifier(convolutional(), output="logits", **SETTINGS)
    images = random_images(1, 3, 8, 8)
    attribution = IntegratedGradients(classifier).attribute(images, target=2, n_steps=200)
    change = (classifier(images) - classifier(torch.zeros_like(images)))[0, 2]
    assert attribution.sum().item() == pytest.approx(change.item(), rel=0.02)


@pytest.mark.slow
def test_bfloat16_is_close_but_not_equal(lite0, photo):
    rough = load_model("efficientnet_lite0", precision="bfloat16")
    outputs = rough(as_batch(photo))
    gap = rough.precision_gap(as_batch(photo))
    assert outputs.dtype == torch.float32
    assert 0 < gap < 0.05
    assert gap == pytest.approx((outputs - lite0(as_batch(photo))).abs().max().item(), abs=1e-6)


@pytest.mark.parametrize(("precision", "allowed"), [("float32", False), ("tf32", True)])
def test_a_gpu_may_use_tensor_float32_if_asked(precision, allowed):
    told = []
    network = nn.Sequential(convolutional())
    network.register_forward_hook(lambda *_: told.append(torch.backends.cudnn.allow_tf32))
    classifier = Classifier(network, precision=precision, **SETTINGS)
    with tensor_float32(not allowed):
        classifier(random_images(1, 3, 8, 8))
    assert told == [allowed]
    assert classifier.precision_gap(random_images(1, 3, 8, 8)) == 0.0  # on a CPU
    assert told[1:] == {"float32": [], "tf32": [True, False]}[precision]


def test_float32_has_no_precision_gap():
    assert Classifier(convolutional(), **SETTINGS).precision_gap(random_images(1, 3, 8, 8)) == 0.0


HALVES = {torch.float16: 2e-3, torch.bfloat16: 2e-2, torch.float64: 1e-12}


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("output", ["probabilities", "logits"])
def test_a_network_in_another_precision_is_run_in_it(dtype, output):
    settings = {**SETTINGS, "size": None, "output": output}
    classifier = Classifier(convolutional().to(dtype), **settings)
    exact = convolutional().double().eval()
    mean, std = np.reshape(SETTINGS["mean"], (3, 1, 1)), np.reshape(SETTINGS["std"], (3, 1, 1))

    def answer(images):
        with torch.no_grad():
            logits = exact(torch.from_numpy((np.moveaxis(images, 3, 1) - mean) / std)).numpy()
        return softmax(logits, axis=1) if output == "probabilities" else logits

    image, labels = np.random.default_rng(5).random((8, 8, 3)), np.indices((8, 8))[0] // 2
    found = classifier(torch.as_tensor(image).permute(2, 0, 1)[None])
    assert found.dtype == (dtype if dtype == torch.float64 else torch.float32)
    np.testing.assert_allclose(found.double(), answer(image[None]), rtol=0, atol=HALVES[dtype])
    question = {"segments": labels, "target": 1, "replacement": 0.0, "n": 40, "rng": 0}
    explained, same = lt.explain_image(classifier, image, **question), lt.explain_image(answer, image, **question)
    np.testing.assert_allclose(explained.coefficients, same.coefficients, rtol=0, atol=4 * HALVES[dtype])
    assert np.abs(same.coefficients).max() > 1e-3 and classifier.number_of_classes == 4
    captum = IntegratedGradients(classifier).attribute(random_images(1, 3, 8, 8), target=1, n_steps=4)
    assert captum.isfinite().all() and captum.abs().max() > 0


def test_a_sigmoid_in_half_precision_is_not_taken_twice():
    for dtype in HALVES:
        with pytest.raises(ValueError, match=r"must be logits, got some in \[0, 1\] for every input"):
            network = nn.Sequential(convolutional(), nn.Sigmoid(), nn.Identity()).to(dtype)
            Classifier(network, **SETTINGS)(random_images(5, 3, 8, 8))
