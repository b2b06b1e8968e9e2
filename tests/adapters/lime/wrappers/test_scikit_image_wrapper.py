"""Wrapped segmentations take the parameters of the installed scikit-image."""

import numpy as np
import pytest
from skimage.data import chelsea
from skimage.segmentation import felzenszwalb, quickshift, slic

from limetheory.adapters.lime.wrappers.scikit_image import BaseWrapper, SegmentationAlgorithm

IMAGE = chelsea()[:100:4, :100:4] / 255.0


@pytest.mark.parametrize("function, options", [
    (quickshift, {"kernel_size": 2, "max_dist": 6, "ratio": 0.5}), (slic, {"n_segments": 5}),
    (felzenszwalb, {"scale": 10}),
])  # fmt: skip
def test_a_segmentation_is_scikit_images(function, options):
    assert (SegmentationAlgorithm(function.__name__, **options)(IMAGE) == function(IMAGE, **options)).all()


def test_a_random_seed_reaches_quickshift():
    even = np.zeros((20, 20, 3))
    options = {"kernel_size": 2, "max_dist": 4, "ratio": 0.5}
    found = SegmentationAlgorithm("quickshift", random_seed=133, **options)
    assert (found(even) == quickshift(even, rng=133, **options)).all()
    assert SegmentationAlgorithm("slic", random_seed=133, n_segments=4)(even).shape == (20, 20)


def test_unknown_parameters_are_left_out_with_a_warning():
    with pytest.warns(UserWarning, match="must be some of slic's own, got n_segment, left out"):
        found = SegmentationAlgorithm("slic", n_segment=5, compactness=3)
    assert found.target_params == {"compactness": 3}


def test_parameters_are_checked_and_filtered():
    def function(a, b, c=True):
        return a + b

    wrapper = BaseWrapper(function, a=1, b=2, d=3)
    assert wrapper.filter_params(function, {"c": False}) == {"a": 1, "b": 2, "c": False}
    wrapper.set_params(a=5)
    assert wrapper.target_params == {"a": 5}
    with pytest.raises(ValueError, match="got 'd'"):
        wrapper.set_params(d=1)
    for wrong in ("a", None):
        with pytest.raises(TypeError):
            wrapper._check_params(wrong)
    with pytest.raises(TypeError, match="target_fn must be a callable, got None"):
        BaseWrapper()._check_params(["a"])
    with pytest.raises(ValueError, match="algo_type must be one of"):
        SegmentationAlgorithm("watershed")
