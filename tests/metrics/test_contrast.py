"""A second model is compared with its own class."""

import naive
import numpy as np
import pytest
from scenes import Counted, photo, predictions

import limetheory as lt
from limetheory.metrics import Predictions, contrast_deletion, contrast_preservation


def two_models():
    """Two models of one image whose classes of it differ."""
    first, _ = predictions(5)
    seconds = (Predictions(lt.ModelFunction(Counted(photo(5).image.size, s), photo(5))) for s in range(2, 99))
    return first, next(s for s in seconds if s.original != first.original)


def test_the_second_models_own_class_decides():
    first, second = two_models()
    for mask in naive.masks(5):
        kept, gone = second.classes(np.array([mask, ~mask]))
        assert contrast_preservation(first, second, mask) == (kept == second.original)
        assert contrast_deletion(first, second, mask) == (gone != second.original)
    assert contrast_preservation(first, second, np.ones(5, bool))
    # With the first model's class, as the public table of colours has it, even the whole image would fail.
    assert second.original != first.original


def test_segments_must_be_the_same():
    first, _ = predictions(5)
    for other in (predictions(4)[0], Predictions(lt.ModelFunction(Counted(45), lt.MaskedImage(
            photo(5).image, photo(5).segments[:, ::-1], 0.0)))):  # fmt: skip
        for check in (contrast_preservation, contrast_deletion):
            with pytest.raises(ValueError, match="the same segments"):
                check(first, other, np.ones(5, bool))
