"""Positions of superpixels in the methods: where they are used, said and refused."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.layout import Layout, layout_of

D = 16
PLACES = np.stack(np.divmod(np.arange(D), 4), axis=1)
RNG = np.random.default_rng(0)
SLOPES = RNG.normal(size=D)


def neighbours(masks):
    grid = np.asarray(masks, bool).reshape(-1, 4, 4)
    together = (grid[:, :, 1:] & grid[:, :, :-1]) @ np.ones(3)
    return 1 / (1 + np.exp(-0.3 * masks @ SLOPES - (together - 3).sum(axis=1)))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["quadrature", "adjusted"])
def test_positions_are_used_and_said(method):
    plain = lt.estimate(neighbours, lt.ImageDesign(D), 150, 0, method)
    placed = lt.estimate(lt.Placed(neighbours, PLACES), lt.ImageDesign(D), 150, 0, method)
    assert placed.method == f"{method}, positions" and "positions" not in plain.method
    exact = lt.limit(lt.tabulate(neighbours, D), lt.ImageDesign(D)).coefficients
    errors = [((one.coefficients - exact) ** 2).sum() for one in (plain, placed)]
    assert errors[1] < 0.8 * errors[0]


def test_nothing_changes_without_a_surrogate_or_with_few_superpixels():
    for method in ("wls", "unbiased"):
        both = (neighbours, lt.Placed(neighbours, PLACES))
        one, other = (lt.estimate(F, lt.ImageDesign(D), 60, 0, method) for F in both)
        assert one.coefficients.tolist() == other.coefficients.tolist() and one.method == other.method
    few = lt.SetFunction(RNG.random(2**8))
    one, other = (lt.estimate(f, lt.ImageDesign(8), 40, 0, "quadrature") for f in (few, lt.Placed(few, np.arange(8))))
    assert one.coefficients.tolist() == other.coefficients.tolist() and one.method == other.method


def test_noise_has_the_same_answer_with_positions():
    noise = lt.SetFunction(np.random.default_rng(1).normal(size=2**D))
    one, other = (lt.estimate(f, lt.ImageDesign(D), 100, 0, "quadrature") for f in (noise, lt.Placed(noise, PLACES)))
    assert one.coefficients.tolist() == other.coefficients.tolist()  # no kernel predicts it better than a line


def test_a_network_passes_the_positions_of_segments():
    blocks = np.add.outer(np.arange(32) // 8 * 4, np.arange(32) // 8)
    masked = lt.MaskedImage(np.ones((32, 32, 3)), blocks, replacement=0.0)
    assert masked.layout.positions[5].tolist() == [11.5, 11.5] and (masked.layout.areas == 64).all()

    def model(images):
        return neighbours(images[:, ::8, ::8, 0].reshape(-1, D) > 0.5)

    function = lt.ModelFunction(model, masked)
    assert layout_of(function, 16) is masked.layout and layout_of(function, 15) is None
    asked = {"segments": blocks, "replacement": 0.0, "n": 150, "rng": 0}
    found = lt.explain_image(model, masked.image, method="quadrature", **asked)
    assert found.method == "quadrature, positions"
    assert "positions" not in lt.explain_image(model, masked.image, **asked).method


def test_a_placed_function_is_the_function_beside_its_places():
    F = lt.Placed(lt.SetFunction(np.arange(8.0)), [0, 1, 2], areas=[1, 2, 3])
    assert F.d == 3 and F(lt.all_masks(3)).tolist() == list(range(8)) and F.values.tolist() == list(range(8))
    assert F.layout.positions.shape == (3, 1) and F.layout.areas.tolist() == [1, 2, 3]
    assert not hasattr(F, "nothing") and isinstance(F.layout, Layout)


@pytest.mark.parametrize(
    ("positions", "areas", "error", "text"),
    [
        (np.zeros((2, 3)), None, ValueError, r"positions must have shape \(d,\), \(d, 1\) or \(d, 2\)"),
        (np.zeros((0, 2)), None, ValueError, "positions must have shape"),
        ([0.0, np.nan], None, ValueError, "positions must be finite, got 1"),
        (["a", "b"], None, TypeError, "positions must be"),
        ([0, 1], [1.0], ValueError, "areas must have one entry for each of the 2 positions"),
        ([0, 1], [1.0, 0.0], ValueError, "areas must be positive, got 0"),
    ],
)
def test_places_that_are_none_are_refused(positions, areas, error, text):
    with pytest.raises(error, match=text):
        lt.Placed(neighbours, positions, areas)


def test_positions_of_another_number_of_superpixels_are_refused():
    with pytest.raises(ValueError, match="same d, got 3 and 16"):
        lt.estimate(lt.Placed(neighbours, np.arange(3)), lt.ImageDesign(D), 60, 0, "quadrature")
