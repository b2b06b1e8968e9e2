"""A small image with random replacements, and models of it whose mean set function is known exactly."""

import numpy as np

import limetheory as lt
from limetheory.images import RandomMaskedImage, SoftMaskedImage, soft_masks

IMAGE = np.random.default_rng(0).random((4, 6, 3)).round(2)
LABELS = np.add.outer(np.arange(4) // 2 * 3, np.arange(6) // 2)
OTHERS = np.random.default_rng(1).random((3, 4, 6, 3))
WEIGHTS = np.random.default_rng(2).normal(size=IMAGE.shape)
REPLACEMENTS = {"noise": "noise", "histogram": "histogram", "others": OTHERS}
SMOOTHINGS = (None, "gaussian")


def smooth(images):
    """A model that is far from linear, with numbers in (0, 1)."""
    return 1 / (1 + np.exp(-1.5 * (images * WEIGHTS).sum(axis=(1, 2, 3))))


def linear(images):
    return (images * WEIGHTS).sum(axis=(1, 2, 3))


def masked(name, smoothing=None):
    found = RandomMaskedImage(IMAGE, LABELS, REPLACEMENTS[name])
    if smoothing is None:
        return found
    return RandomMaskedImage.of(SoftMaskedImage.of(found.masked, soft_masks(LABELS, smoothing)), found.law)


def shares(masks, smoothing=None):
    """How much of each pixel is shown, by a loop over the definition."""
    parts = soft_masks(LABELS, smoothing)
    found = np.zeros((len(masks), *LABELS.shape))
    for image, mask in zip(found, masks, strict=True):
        for part, kept in zip(parts, mask, strict=True):
            image += kept * part
    return found


def mean_over_others(model, smoothing=None):
    """E[f(x(z)) | z] over the other images, by enumeration of masks and images: a `SetFunction`."""
    shown = shares(lt.all_masks(6), smoothing)[..., None]
    return lt.SetFunction(np.mean([model(one + shown * (IMAGE - one)) for one in OTHERS], axis=0))
