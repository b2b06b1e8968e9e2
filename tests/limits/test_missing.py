"""Missing closed forms are named with the alternative; enumeration says how long it would take."""

import time

import numpy as np
import pytest

import limetheory as lt
from limetheory.limits.missing import enumeration_time


def slow(masks):
    time.sleep(0.001 * len(masks))
    return masks[:, 0]


def test_the_time_is_measured_on_a_few_masks():
    said = enumeration_time(slow, 30)  # 2^30 ms are 12.4 days
    assert said.startswith("1.1e+09 evaluations, about ") and said.endswith(" days")
    assert 12 <= float(said.split()[-2]) < 60


def test_too_many_superpixels_are_refused_with_the_time():
    message = r"d ≤ 24, got d = 40; use limetheory.estimate, or .* closed form \(1\.1e\+12 evaluations, about .* years"
    for question in (lambda f: lt.limit(f, lt.ImageDesign(40)), lambda f: lt.tabulate(f, 40)):
        with pytest.raises(ValueError, match=message):
            question(slow)


def test_a_model_that_is_no_callable_is_named_with_its_design():
    with pytest.raises(NotImplementedError, match="no closed form for str under ShapleyDesign; pass a callable"):
        lt.limit("leaf", lt.ShapleyDesign(3))


def test_a_black_box_of_images_with_too_many_superpixels_is_refused_with_the_time():
    masked = lt.MaskedImage(np.zeros((6, 6)), np.arange(36).reshape(6, 6), 1.0)
    black_box = lt.set_function(lambda images: images.mean(axis=(1, 2)), masked)
    with pytest.raises(ValueError, match=r"d ≤ 24, got d = 36; use .* \(6\.9e\+10 evaluations, about "):
        lt.limit(black_box, lt.ImageDesign(36))
    by_class = lt.set_function(lt.LinearPixels(np.full((6, 6), 1 / 36)), masked)
    np.testing.assert_allclose(lt.limit(by_class, lt.ImageDesign(36)).coefficients, -1 / 36, rtol=0, atol=1e-15)
