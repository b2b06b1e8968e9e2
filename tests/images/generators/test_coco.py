"""COCO's run lengths compared with encoders and decoders written from their description."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from limetheory.images.generators.coco import counts_of_string, from_run_lengths, run_lengths, string_of_counts

masks_of_any_size = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12))


def naive_counts(mask):
    """Walk down the columns and count, starting with background."""
    counts, value = [0], False
    for column in range(mask.shape[1]):
        for row in range(mask.shape[0]):
            if mask[row, column] != value:
                counts.append(0)
                value = not value
            counts[-1] += 1
    return counts


def naive_mask(counts, height, width):
    """Paint a mask pixel by pixel."""
    mask, pixel, value = np.zeros((height, width), dtype=bool), 0, False
    for count in counts:
        for _ in range(count):
            mask[pixel % height, pixel // height] = value
            pixel += 1
        value = not value
    return mask


def naive_numbers(text):
    """Decode the string digit group by digit group, with binary strings in two's complement."""
    counts, bits = [], ""
    for character in text:
        code = format(ord(character) - 48, "06b")
        bits = code[1:] + bits
        if code[0] == "0":
            number = int(bits, 2) - (2 ** len(bits) if bits[0] == "1" else 0)
            counts.append(number + (counts[len(counts) - 2] if len(counts) > 2 else 0))
            bits = ""
    return counts


@pytest.mark.slow
@given(masks_of_any_size)
def test_run_lengths_equal_the_naive_ones_and_come_back(mask):
    encoded = run_lengths(mask)
    assert encoded == {"size": list(mask.shape), "counts": naive_counts(mask)}
    assert np.array_equal(from_run_lengths(encoded), mask)
    assert np.array_equal(naive_mask(encoded["counts"], *mask.shape), mask)


@pytest.mark.slow
@given(masks_of_any_size)
def test_compressed_masks_come_back(mask):
    encoded = run_lengths(mask)
    text = string_of_counts(encoded["counts"])
    assert np.array_equal(from_run_lengths({**encoded, "counts": text}), mask)
    assert np.array_equal(from_run_lengths({**encoded, "counts": text.encode()}), mask)


@given(st.lists(st.integers(0, 2**28), max_size=20))
def test_strings_equal_the_naive_decoding(counts):
    assert naive_numbers(string_of_counts(counts)) == counts == counts_of_string(string_of_counts(counts))


def test_strings_of_pycocotools():
    # pycocotools 2.0: mask.encode of a diagonal and of a rectangle
    diagonal = np.eye(6, 7, 2, dtype=bool)
    assert string_of_counts(run_lengths(diagonal)["counts"]) == "<160000000K"
    wide = np.zeros((1024, 1024), dtype=bool)
    wide[100:900, 37:800] = True
    assert string_of_counts(run_lengths(wide)["counts"]).startswith("TSU1Pi0P7000000")
