"""Images and modules of any number of channels: what reaches the module, and how a misfit is refused."""

import naive
import numpy as np
import pytest
import torch
from module_images import Answer, D, Flat, Viewing, masked_image
from torch import nn

import limetheory as lt

GREY = np.random.default_rng(3).random((12, 16))


@pytest.mark.parametrize("picture", [GREY, GREY[..., None], np.repeat(GREY[..., None], 3, axis=2)], ids=np.shape)
@pytest.mark.parametrize("colour", [0.0, "mean", "blur"])
def test_a_module_of_one_channel_gets_grey_images_in_one(picture, colour):
    labels, module = masked_image().segments, Flat()
    found = lt.explain_image(module, picture, segments=labels, replacement=colour, target=1, n=40, rng=0)
    weights = module.weights.detach().double().numpy()[1].reshape(12, 16)
    change = weights * (GREY - lt.MaskedImage(GREY, labels, colour).replacement)
    np.testing.assert_allclose(found.coefficients, [change[labels == j].sum() for j in range(D)], rtol=0, atol=1e-5)
    both = lt.superpixel_integrated_gradients(module, picture, labels, target=1, replacement=colour, steps=1)
    np.testing.assert_allclose(both.coefficients, found.coefficients, rtol=0, atol=2e-5)


def test_a_grey_image_reaches_a_module_of_three_channels_in_three():
    labels, module = masked_image().segments, Viewing()
    found = lt.ModelFunction(module, lt.MaskedImage(GREY, labels), 0)(naive.masks(D))
    colours = lt.MaskedImage(np.repeat(GREY[..., None], 3, axis=2), labels)
    assert (found == lt.ModelFunction(module, colours, 0)(naive.masks(D))).all()


def test_a_coloured_replacement_of_a_grey_image_needs_three_channels():
    with pytest.raises(ValueError, match="as many channels as the module takes, 1, got 3; give a grey image"):
        lt.ModelFunction(Flat(), lt.MaskedImage(np.repeat(GREY[..., None], 3, axis=2), "grid", [0.1, 0.2, 0.3]))


def test_what_a_module_of_three_channels_says_of_a_grey_image_is_its_first_error():
    def broken(x):
        raise KeyError(f"layer of {x.shape[1]} channels")

    with pytest.raises(KeyError, match="layer of 3 channels"):
        lt.ModelFunction(Answer(broken), lt.MaskedImage(GREY, "grid"))


def test_pixels_of_thirteen_channels_reach_a_module():
    image, module = np.random.default_rng(5).random((12, 16, 13)), nn.Sequential(nn.Conv2d(13, 2, 12), nn.Flatten())
    masked = lt.MaskedImage(image, masked_image().segments, 0.0)
    composed = torch.as_tensor(masked.compose(naive.masks(D)), dtype=torch.float32).permute(0, 3, 1, 2)
    found = lt.ModelFunction(module, masked, 3)(naive.masks(D))
    np.testing.assert_allclose(found, module(composed)[:, 3].detach(), rtol=0, atol=1e-5)


def convolution(channels):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(channels, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())


class Scaled(nn.Module):
    """One factor a channel, without a convolution."""

    def __init__(self, channels):
        super().__init__()
        self.scale = nn.Parameter(torch.linspace(0.5, 1.5, channels).view(-1, 1, 1))

    def forward(self, x):
        assert x.shape[1] == len(self.scale), "as many channels as factors"
        return (self.scale * x).mean(dim=(1, 3))


def classifier(channels, named):
    return lt.Classifier(convolution(channels), size=9, mean=[0.5] * named, std=[0.5] * named, name="own")


PIXELS = np.random.default_rng(6).random((12, 16, 5))
MISFITS = {
    "1 for 3": (lambda: convolution(1), PIXELS[..., :3], 1, 3, lambda image: image.mean(axis=2)),
    "1 for 5": (lambda: convolution(1), PIXELS, 1, 5, lambda image: image.mean(axis=2)),
    "5 for 3": (lambda: convolution(5), PIXELS[..., :3], 5, 3, lambda image: PIXELS),
    "3 for 5": (lambda: convolution(3), PIXELS, 3, 5, lambda image: image[..., :3]),
    "2 for 5": (lambda: convolution(2), PIXELS, 2, 5, lambda image: image[..., :2]),
    "7 for grey": (lambda: convolution(7), PIXELS[..., 0], 7, 3, lambda image: np.tile(image[..., None], 7)),
    "no convolution, 1 for 3": (lambda: Scaled(1), PIXELS[..., :3], 1, 3, lambda image: image.mean(axis=2)),
    "no convolution, 12 for 3": (lambda: Scaled(12), PIXELS[..., :3], 12, 3, lambda image: np.tile(image, 4)),
    "15 for 3": (lambda: convolution(15), PIXELS[..., :3], 15, 3, lambda image: np.tile(PIXELS, 3)),
    "half precision": (lambda: convolution(5).half(), PIXELS[..., :3], 5, 3, lambda image: PIXELS),
    "classifier, 3 for 5": (lambda: classifier(3, 3), PIXELS, 3, 5, lambda image: image[..., :3]),
    "classifier, 5 for 3": (lambda: classifier(5, 5), PIXELS[..., :3], 5, 3, lambda image: PIXELS),
    "classifier of one mean": (lambda: classifier(5, 1), PIXELS[..., :3], 5, 3, lambda image: PIXELS),
}


@pytest.mark.parametrize("name", MISFITS)
def test_another_number_of_channels_is_refused_in_one_line_and_the_remedy_works(name):
    make, image, taken, given, remedy = MISFITS[name]
    labels, module = masked_image().segments, make()
    with pytest.raises(ValueError, match=rf"channels as the module takes, {taken}, got {given}; give") as caught:
        lt.explain_image(module, image, segments=labels, n=40, rng=0)
    assert "\n" not in str(caught.value)
    assert np.isfinite(lt.explain_image(module, remedy(image), segments=labels, n=40, rng=0).coefficients).all()


def test_a_module_of_four_channels_has_a_remedy_too():
    labels, module, image = masked_image().segments, convolution(4), PIXELS[..., :4]
    with pytest.raises(ValueError, match=r"takes, 4, got 3; \(h, w, 4\) is read as colour and opacity") as caught:
        lt.explain_image(module, image, segments=labels, n=40, rng=0)
    assert "(h, w, 5) with zeros behind to a module that takes images[:, :4]" in str(caught.value)
    dropping = Answer(lambda images: module(images[:, :4]))
    padded = np.dstack([image, np.zeros((12, 16))])
    masked = lt.MaskedImage(padded, labels, 0.0)
    composed = torch.as_tensor(masked.compose(naive.masks(D))[..., :4], dtype=torch.float32).permute(0, 3, 1, 2)
    found = lt.ModelFunction(dropping, masked, 0)(naive.masks(D))
    np.testing.assert_allclose(found, module(composed)[:, 0].detach(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("image", [PIXELS[..., 0], PIXELS[..., :3]], ids=["grey", "colour"])
def test_means_for_other_channels_than_the_network_s_are_refused(image):
    labels = masked_image().segments
    with pytest.raises(ValueError, match=r"per channel of the network, which takes 1, got 3; give as many, or one"):
        lt.explain_image(classifier(1, 3), image, segments=labels, n=40, rng=0)
    lt.explain_image(classifier(1, 1), image if image.ndim == 2 else image.mean(axis=2), segments=labels, n=40, rng=0)


def test_what_a_module_says_of_an_image_with_its_channels_stays():
    def broken(x):
        if x.any():
            raise KeyError("broken layer")
        return x.mean(dim=(2, 3))

    with pytest.raises(KeyError, match="broken layer"):
        lt.ModelFunction(Answer(broken), masked_image())
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        lt.ModelFunction(nn.Sequential(nn.Flatten(), nn.Linear(7, 2)), masked_image())
