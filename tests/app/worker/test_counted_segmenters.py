"""Every segmenter that the page offers makes the number of superpixels that is asked for."""

import numpy as np
import pytest
from skimage.data import coffee

from limetheory.app.segmenters import segmenter_names, takes_number
from limetheory.app.worker.repeating import Cut
from limetheory.images.segmentation.methods import SEGMENTERS


def test_the_number_of_each_is_asked_for():
    assert all(map(takes_number, segmenter_names()))


@pytest.mark.parametrize("name", ["felzenszwalb", "quickshift"])
def test_another_number_of_superpixels_is_as_many_for_the_test_of_stability(name):
    assert "n_segments" not in SEGMENTERS[name].parameters
    image = np.asarray(coffee()[::8, ::8], float) / 255
    cut = Cut(np.zeros(image.shape[:2], int), name, None, image)
    assert abs(int(cut(image, 20).max()) + 1 - 20) <= 2
