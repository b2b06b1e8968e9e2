"""Samples given by users: masks of two values and numeric weights and values are read, and all else is refused."""

import numpy as np
import pytest

import limetheory as lt

MASKS, WEIGHTS, VALUES = lt.all_masks(2), np.ones(4), np.arange(4.0)


@pytest.mark.parametrize("masks", [MASKS * 1, MASKS * 255, MASKS * 1.0, MASKS.tolist()])
def test_two_valued_masks_are_read(masks):
    assert np.array_equal(lt.Sample.of(masks, WEIGHTS, VALUES).masks, MASKS)


@pytest.mark.parametrize("parts, error, message", [
    ((MASKS * 0.5, WEIGHTS, VALUES), ValueError, "masks must be True and False, .* got 0 to 0.5"),
    ((np.where(MASKS, 1, -1), WEIGHTS, VALUES), ValueError, "masks must be True and False, .* got -1 to 1"),
    ((MASKS, [1, np.nan, 1, 1], VALUES), ValueError, "weights must be finite, got 1 NaN or infinite"),
    ((MASKS, ["1"] * 4, VALUES), TypeError, "weights must be numbers"),
    ((MASKS, WEIGHTS, VALUES * 1j), TypeError, "values must be numbers, got complex128"),
    ((MASKS, WEIGHTS, VALUES * np.nan), ValueError, "values must be finite, got 4 NaN"),
])  # fmt: skip
def test_samples_with_bad_parts_are_refused_in_one_line(parts, error, message):
    with pytest.raises(error, match=message) as said:
        lt.Sample.of(*parts)
    assert "\n" not in str(said.value)
