"""Means and deviations of channels: on the scale of the pixels, one for each of any number of channels."""

import naive
import numpy as np
import pytest
import torch
from torch import nn
from toy_networks import SETTINGS, Recorder, random_images

import limetheory as lt
from limetheory.networks import Classifier


def of_channels(numbers):
    return np.asarray(numbers, float).reshape(-1, 1, 1)


@pytest.mark.parametrize(
    ("mean", "std"),
    [
        (0, 1),
        (0.5, 0.5),
        ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ((0.4, 0.5, 0.6), 1 / 255),
        ([0], [1 / 255]),
        ((1, 1, 1), (0.5,)),
        (np.full((3, 1, 1), 0.25), [[[0.5]], [[0.25]], [[0.75]]]),
        (torch.tensor([0.25, 0.5, 0.75]).view(1, 3, 1, 1), torch.full((1, 3, 1, 1), 0.5)),
        ([[0.25, 0.5, 0.75]], [[0.5]]),
    ],
)
def test_any_scale_of_levels_in_0_1_is_taken(mean, std):
    recorder, images = Recorder(), random_images(2, 3, 8, 8)
    Classifier(recorder, output="logits", **{**SETTINGS, "mean": mean, "std": std})(images)
    expected = (images.double().numpy() - of_channels(mean)) / of_channels(std)
    np.testing.assert_allclose(
        recorder.seen, expected, rtol=2**-22, atol=2**-22 / of_channels(std).min()
    )  # float32's rounding


def test_the_remedy_of_8_bit_means_works():
    mean, std = (123.7, 116.3, 103.5), (58.4, 57.1, 57.4)
    with pytest.raises(ValueError, match="divide mean and std by 255"):
        Classifier(Recorder(), **{**SETTINGS, "mean": mean, "std": std})
    recorder, images = Recorder(), random_images(2, 3, 8, 8)
    settings = {**SETTINGS, "mean": np.divide(mean, 255), "std": np.divide(std, 255)}
    Classifier(recorder, output="logits", **settings)(images)
    expected = (255 * images.numpy() - np.reshape(mean, (3, 1, 1))) / np.reshape(std, (3, 1, 1))
    np.testing.assert_allclose(recorder.seen, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("channels", "several"), [(1, False), (1, True), (5, False), (5, True), (13, True)])
@pytest.mark.parametrize("side", [None, 12])
def test_networks_of_any_number_of_channels_are_explained(channels, several, side):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = nn.Sequential(nn.Conv2d(channels, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
    mean, std = np.linspace(0.2, 0.6, channels), np.linspace(0.1, 0.3, channels)
    mean, std = (mean, std) if several else (mean[:1], std[0])
    classifier = Classifier(network, size=side, mean=mean, std=std, output="logits", name="own")
    image = np.random.default_rng(0).random((12, 12, channels) if channels > 1 else (12, 12))
    labels = np.indices((12, 12))[0] // 3
    question = {"segments": labels, "target": 1, "replacement": 0.0, "n": 40, "rng": 0}
    found = lt.explain_image(classifier, image, **question)

    def normalised(images):
        batch = torch.as_tensor(((images.reshape(len(images), 12, 12, channels) - mean) / std).astype(np.float32))
        with torch.no_grad():
            return network(batch.permute(0, 3, 1, 2)).numpy()

    masks = lt.MaskedImage(image, labels, 0.0).compose(naive.masks(4))
    exact = lt.limit(lt.SetFunction(normalised(masks)[:, 1].astype(float)), lt.ImageDesign(4)).coefficients
    assert (np.abs(found.coefficients - exact) <= 6 * found.standard_errors + 1e-4).all()
    assert classifier.number_of_classes == 2 and np.abs(exact).max() > 1e-2
    if channels > 1:
        assert classifier.prepare(image).shape == (12, 12, channels)


def test_as_many_channels_as_mean_and_std_say():
    classifier = Classifier(Recorder(), **{**SETTINGS, "mean": (0.5,) * 5, "std": (1,)})
    assert classifier.channels == 5 and Classifier(Recorder(), **{**SETTINGS, "mean": 0.5, "std": 1}).channels is None
    with pytest.raises(ValueError, match=r"shape \(b, 5, h, w\), got \(1, 3, 8, 8\); put channels second, one"):
        classifier(torch.zeros(1, 3, 8, 8))
