"""The classifier: its preprocessing, the input that its network gets, and bad arguments."""

import re

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from torch import nn
from toy_networks import SETTINGS, Recorder, as_batch, convolutional, random_images

import limetheory as lt
from limetheory.networks import Classifier


@pytest.mark.slow
def test_recognises_the_cup_and_the_cat(lite0, photo):
    cat = lite0(as_batch(data.chelsea() / 255.0))[0]
    cup = lite0(as_batch(photo))[0]
    assert lite0.class_name(int(cup.argmax())) == "espresso"
    assert cup.max() == pytest.approx(0.90, abs=0.03)
    assert lite0.class_name(int(cat.argmax())) == "Egyptian Mau"
    assert cat.max() == pytest.approx(0.77, abs=0.03)


def test_preprocessing_is_the_tensorflow_one(photo):
    recorder = Recorder()
    mean, std = (127 / 255,) * 3, (128 / 255,) * 3
    Classifier(recorder, size=224, mean=mean, std=std, name="lite")(as_batch(photo))
    resized = np.asarray(Image.fromarray(data.coffee()).resize((224, 224), Image.Resampling.BILINEAR))
    expected = (resized.astype(float) - 127) / 128
    seen = recorder.seen[0].permute(1, 2, 0).numpy()
    assert np.abs(seen - expected).max() < 1.01 / 128  # Pillow rounds to 8 bits after each of two passes
    assert np.abs(seen - expected).mean() < 0.4 / 128


def test_each_channel_has_its_own_mean_and_std():
    recorder = Recorder()
    images = random_images(2, 3, 8, 8)
    Classifier(recorder, output="logits", **SETTINGS)(images)
    for channel in range(3):
        expected = (images[:, channel] - SETTINGS["mean"][channel]) / SETTINGS["std"][channel]
        torch.testing.assert_close(recorder.seen[:, channel], expected)


def test_height_and_width_are_not_confused():
    recorder = Recorder()
    ramp = torch.linspace(0, 1, 40).reshape(1, 1, 40, 1).expand(1, 3, 40, 20)
    Classifier(recorder, **SETTINGS)(ramp)
    rows = recorder.seen[0, 0]
    assert (rows.diff(dim=0) > 0).all()
    assert rows.diff(dim=1).abs().max() < 1e-6


def test_prepared_photo_gives_the_same_output(lite0, photo):
    small = lite0.prepare(photo)
    assert small.shape == (224, 224, 3) and small.dtype == np.float64
    assert small.min() >= 0 and small.max() <= 1
    np.testing.assert_array_equal(lite0.prepare(small), small)
    torch.testing.assert_close(lite0(as_batch(small)), lite0(as_batch(photo)), atol=1e-5, rtol=0)


def test_no_input_size_leaves_images_alone():
    recorder = Recorder()
    classifier = Classifier(recorder, output="logits", **{**SETTINGS, "size": None})
    classifier(random_images(1, 3, 5, 9))
    assert recorder.seen.shape == (1, 3, 5, 9)
    assert classifier.prepare(np.zeros((5, 9, 3))).shape == (5, 9, 3)


def test_prepare_does_not_share_memory_with_the_photo():
    image = np.zeros((8, 8, 3))
    Classifier(Recorder(), **SETTINGS).prepare(image)[:] = 1.0
    assert image.max() == 0.0


def test_always_eval():
    classifier = Classifier(convolutional(), **SETTINGS).train()
    assert not any(module.training for module in classifier.modules())


def test_the_network_s_parameters_stay_trainable_and_get_no_gradients_through_the_classifier():
    network = convolutional()
    network[0].bias.requires_grad_(False)
    before = [parameter.requires_grad for parameter in network.parameters()]
    classifier, images = Classifier(network, **SETTINGS), random_images(2, 3, 8, 8).requires_grad_()
    classifier(images)[:, 0].sum().backward()
    assert images.grad.abs().max() > 0 and all(parameter.grad is None for parameter in network.parameters())
    assert not classifier(images.detach()).requires_grad
    assert [parameter.requires_grad for parameter in network.parameters()] == before
    network.train()(random_images(2, 3, 8, 8)).sum().backward()
    assert [parameter.grad is not None for parameter in network.parameters()] == before


def test_parameters_are_as_before_when_the_network_fails():
    network = convolutional()
    with pytest.raises(RuntimeError):
        Classifier(network, **{**SETTINGS, "size": 2})(random_images(1, 3, 8, 8))
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_no_more_is_kept_for_gradients_than_of_a_frozen_network():
    def kept(network):
        sizes, images = [], random_images(2, 3, 8, 8).requires_grad_()
        classifier = Classifier(network, **SETTINGS)
        with torch.autograd.graph.saved_tensors_hooks(lambda one: sizes.append(one.numel()) or one, lambda one: one):
            classifier(images)
        return sizes

    assert kept(convolutional()) == kept(convolutional().requires_grad_(False)) != []


EXPORTED = {
    "torch.export": lambda network: torch.export.export(
        network, (random_images(2, 3, 8, 8),), dynamic_shapes=({0: torch.export.Dim("b")},)
    ).module(),
    "torch.jit.script": torch.jit.script,
    "torch.jit.trace": lambda network: torch.jit.trace(network, random_images(2, 3, 8, 8)),
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning")
@pytest.mark.parametrize("kind", EXPORTED)
def test_exported_networks_are_explained_as_the_network_itself(kind):
    exported = EXPORTED[kind](convolutional().eval())
    labels, image = np.arange(64).reshape(8, 8) // 16, np.random.default_rng(3).random((8, 8, 3))

    def explained(model):
        return lt.explain_image(model, image, segments=labels, target=1, n=30, rng=0).coefficients

    plain, part = lambda one: one, lambda one: nn.Sequential(one, nn.Softmax(1))
    for wrap in (plain, part, lambda one: Classifier(one, **SETTINGS)):
        expected = explained(wrap(convolutional()))
        np.testing.assert_allclose(explained(wrap(exported)), expected, rtol=0, atol=1e-6)
        assert np.abs(expected).max() > 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("fixed", [1, 2])
def test_a_network_exported_for_one_batch_size_is_refused_and_the_remedies_work(fixed):
    def exported(images, **options):
        program = torch.export.export(convolutional().eval(), (random_images(images, 3, 8, 8),), **options)
        return Classifier(program.module(), **SETTINGS)

    image, labels = np.random.default_rng(3).random((8, 8, 3)), np.arange(64).reshape(8, 8) // 16
    question = {"segments": labels, "target": 1, "n": 30, "rng": 0}
    with pytest.raises(ValueError, match=rf"batches of any size, got 'Guard failed.* == {fixed}'; export it") as caught:
        lt.explain_image(exported(fixed), image, **question)
    options = re.search(r"dynamic_shapes=(.*), or give batch_size=1", str(caught.value))[1]
    found = lt.explain_image(exported(2, dynamic_shapes=eval(options)), image, **question)
    one_by_one = lt.explain_image(exported(1), image, batch_size=1, **question)
    np.testing.assert_allclose(found.coefficients, one_by_one.coefficients, rtol=0, atol=1e-6)


def test_layout_reaches_the_network_channels_last():
    recorder = Recorder()
    Classifier(recorder, **SETTINGS)(random_images(2, 3, 20, 30))
    assert recorder.seen.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            {"output": "odds"},
            ValueError,
            "output must be one of probabilities, sigmoid, softmax, logits, identity, got 'odds'",
        ),
        ({"precision": "float16"}, ValueError, "precision must be one of float32, tf32, bfloat16, got 'float16'"),
        ({"size": 0}, ValueError, "size must be at least 1, got 0"),
        (
            {"size": 10**6},
            ValueError,
            "^size must be at most 134,217,728 pixels in all, got 1000000 x 1000000; give the s",
        ),
        (
            {"size": (1, 10**9)},
            ValueError,
            "^size must be at most 134,217,728 pixels in all, got 1 x 1000000000; give t",
        ),
        ({"size": 8.0}, TypeError, "size must be an integer, got 8.0"),
        ({"mean": (0.5, 0.4)}, ValueError, "one number per channel, got 2 and 3; give as many as the network takes"),
        ({"mean": ()}, ValueError, "one number per channel, got 0 and 3; give"),
        (
            {"mean": np.zeros((2, 3))},
            ValueError,
            r"^mean must be one number or one per channel, got shape \(2, 3\); give a list with one for each channel$",
        ),
        ({"mean": "0.5"}, TypeError, "^mean must be numbers, got '0.5'; write 0.5, without quotes$"),
        ({"std": "one"}, TypeError, "^std must be numbers, got 'one'; give a number$"),
        ({"std": ["0.5"] * 3}, TypeError, "^std must be numbers, got list with '0.5'; give numbers$"),
        ({"mean": {}}, TypeError, "^mean must be numbers, got {}; give a number$"),
        ({"mean": (123.7, 116.3, 103.5)}, ValueError, r"mean must be in \[0, 1\], got 123.7; .* mean and std by 255"),
        ({"mean": (0.5, -0.1, 0.5)}, ValueError, r"mean must be in \[0, 1\], got -0.1; images are in \[0, 1\]"),
        ({"std": (58.4, 57.1, 57.4)}, ValueError, "std must be above 0 and at most 10, got 58.4; .* by 255"),
        ({"std": (1, 0, 1)}, ValueError, "std must be above 0 and at most 10, got 0"),
        (
            {"network": nn.Sequential(nn.ReLU(), nn.Linear(2, 1, device="meta"))},
            ValueError,
            "^a network must have its numbers in memory, got 1.weight on the device meta, .*; load them by network",
        ),
        ({"network": nn.Identity}, TypeError, r"network must be an instance, got the class Identity; .* Identity\(\)"),
        (
            {"network": abs},
            TypeError,
            "network must be one of a torch.nn.Module, .* scikit-learn, got .*; wrap it in a torch.nn.Module",
        ),
    ],
)
def test_refused_settings(change, error, message):
    settings = {"network": Recorder(), **SETTINGS, **change}
    with pytest.raises(error, match=message):
        Classifier(settings.pop("network"), **settings)


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.zeros((1, 3, 8, 8)), TypeError, "float tensor in .*, got float64; divide"),
        (
            torch.zeros(1, 3, 8, 8, dtype=torch.uint8),
            TypeError,
            "got torch.uint8; divide 8-bit values by 255",
        ),
        (torch.zeros(3, 8, 8), ValueError, r"images must have shape \(b, 3, h, w\), got \(3, 8, 8\)"),
        (torch.zeros(1, 8, 8, 3), ValueError, r"got \(1, 8, 8, 3\); put channels second"),
    ],
)
def test_refused_batches(images, error, message):
    with pytest.raises(error, match=message):
        Classifier(Recorder(), **SETTINGS)(images)


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((8, 8, 3), dtype=np.uint8), TypeError, "got uint8; divide 8-bit values by 255"),
        ([[0.0]], TypeError, "image must be a float array in .*, got list"),
        (
            np.zeros((8, 8)),
            ValueError,
            r"image must have shape \(h, w, 3\), got \(8, 8\); give as_image\(image\), which",
        ),
        (np.full((8, 8, 3), 2.0), ValueError, r"image must be in \[0, 1\], got values from 2 to 2: divide by the"),
        (np.full((8, 8, 3), 1 + 2e-6), ValueError, r"image must be in \[0, 1\], got .* to 1.000002: .*np.clip it"),
        (np.full((8, 8, 3), np.nan), ValueError, "image must be finite, got 192 NaN or infinite"),
    ],
)
def test_refused_images(image, error, message):
    with pytest.raises(error, match=message):
        Classifier(Recorder(), **SETTINGS).prepare(image)


def test_prepare_clips_an_overshoot_of_a_millionth():
    classifier = Classifier(Recorder(), **SETTINGS)
    over, clean = np.full((8, 8, 3), 1 + 9e-7), np.ones((8, 8, 3))
    over[0], clean[0] = -9e-7, 0.0
    kept = over.copy()
    np.testing.assert_array_equal(classifier.prepare(over), classifier.prepare(clean))
    np.testing.assert_array_equal(over, kept)


def test_network_must_return_one_row_per_image():
    with pytest.raises(ValueError, match=r"must return \(b, classes\), got .*8\); return one number for each class"):
        Classifier(nn.Identity(), **SETTINGS)(random_images(1, 3, 8, 8))
