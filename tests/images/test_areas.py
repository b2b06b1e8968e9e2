"""prop:areas for photographs: `explain_image(design=AreaDesign)` takes the areas from the superpixels."""

from functools import partial

import numpy as np
import pytest

import limetheory as lt
from limetheory.inspection import change

LABELS = np.array([[0, 0, 0, 1], [0, 0, 2, 2], [0, 0, 3, 3], [0, 0, 3, 3]])
AREAS = [9, 1, 2, 4]
IMAGE = np.random.default_rng(0).random((4, 4, 3))


def corners(images):
    """A product of two superpixels and a third one alone, so that the design matters."""
    return images[:, 0, 0, 0] * images[:, 0, 3, 1] + 0.5 * images[:, 3, 3, 2]


def explained(**options):
    return lt.explain_image(corners, IMAGE, segments=LABELS, replacement=0.0, **{"n": 2000, "rng": 0} | options)


@pytest.mark.parametrize("design, expected", [
    (lt.AreaDesign, lt.AreaDesign(AREAS)),
    (partial(lt.AreaDesign, power=0.5, bandwidth=0.5), lt.AreaDesign(AREAS, power=0.5, bandwidth=0.5)),
])  # fmt: skip
def test_areas_are_numbers_of_pixels(design, expected):
    found = explained(design=design)
    assert found.design.areas.tolist() == AREAS and repr(found.design) == repr(expected)
    F = lt.Multilinear(4, {(0, 1): IMAGE[0, 0, 0] * IMAGE[0, 3, 1], (3,): 0.5 * IMAGE[3, 3, 2]})
    exact = lt.limit(F, expected).coefficients
    assert (np.abs(found.coefficients - exact) < 6 * found.standard_errors + 1e-9).all()
    other = lt.limit(F, lt.ImageDesign(4)).coefficients  # mutant: LIME's coin
    assert (np.abs(found.coefficients - other) > 6 * found.standard_errors).any()


def test_an_answer_by_areas_is_saved_and_drawn_again(tmp_path):
    found = explained(design=lt.AreaDesign, n=60)
    found.save(tmp_path / "answer.lime")
    again = lt.load_explanation(tmp_path / "answer.lime")
    assert repr(again.design) == repr(found.design) and (again.design.areas == AREAS).all()
    assert (explained(design=again.design, n=60).coefficients == found.coefficients).all()


def test_changes_of_a_photograph_take_areas_too():
    before, after = (lt.MaskedImage(image, LABELS, 0.0) for image in (IMAGE, np.roll(IMAGE, 1)))
    assert change(corners, before, after, design=lt.AreaDesign, n=40, rng=0).before.design.areas.tolist() == AREAS


def test_explanations_for_quantus_take_areas_too():
    from torch import nn

    from limetheory.adapters import quantus

    module, images = nn.Sequential(nn.Flatten(), nn.Linear(48, 2)), np.moveaxis(IMAGE, -1, 0)[None]
    options = {"targets": [1], "segments": LABELS, "replacement": 0.0, "n": 40, "rng": 0}
    found = [
        quantus.explain_func(module, images, design=design, **options)
        for design in (lt.AreaDesign, lt.AreaDesign(AREAS))
    ]
    assert (found[0] == found[1]).all() and np.unique(found[0]).size == 4


@pytest.mark.parametrize("explain", [
    lambda: lt.explain_text(lambda texts: [len(x) * 1.0 for x in texts], "a good plot", design=lt.AreaDesign, n=20),
    lambda: lt.explain_tabular(lambda x: x[:, 0], np.zeros(3), np.random.default_rng(0).normal(size=(9, 3)),
                               design=partial(lt.AreaDesign, power=2.0), n=20),
])  # fmt: skip
def test_texts_and_rows_have_no_areas_and_say_so_in_one_line(explain):
    with pytest.raises(ValueError, match=r"takes the areas .*give AreaDesign\(numbers\)") as refused:
        explain()
    assert "\n" not in str(refused.value)


def test_numbers_of_ones_own_are_taken_for_texts():
    found = lt.explain_text(lambda texts: [len(x) * 1.0 for x in texts], "a good plot", design=lt.AreaDesign([1, 4, 4]),
                            n=40, rng=0)  # fmt: skip
    assert found.coefficients.round(9).tolist() == [1.0, 4.0, 4.0]
