"""The weight of a mask under a product design is the product of its factors, digit for digit."""

import numpy as np
import pytest

import limetheory as lt


@pytest.mark.parametrize("d", [1, 7, 30, 300])
def test_weights_are_products_of_the_factors_of_hidden_parts(d):
    rng = np.random.default_rng(d)
    design = lt.ProductDesign(np.full(d, 0.3), np.exp(rng.standard_normal(d)))
    masks = design.sample(500, rng)
    assert np.array_equal(design.weight(masks), np.where(masks, 1.0, design.weights_off).prod(axis=1))
