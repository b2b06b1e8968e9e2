"""Drawn designs have limits, drawn functions have the limits of brute force, and pictures are read as they are."""

import builtins

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import limetheory as lt
from limetheory.images import compact
from limetheory.testing import designs, images, label_maps, set_functions
from limetheory.testing.runs import set_function_of


@pytest.mark.slow
@given(st.data(), st.integers(1, 5))
@settings(max_examples=60)
def test_closed_forms_under_drawn_designs_are_those_of_enumeration(data, d):
    design, F = data.draw(designs(d)), data.draw(set_functions(d))
    table = lt.tabulate(F, d)
    scale = max(1.0, np.abs(table.values).max())
    assert np.abs(lt.limit(F, design).coefficients - lt.limit(table, design).coefficients).max() < 1e-8 * scale
    assert set_function_of(F, d)[1] == d


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ImageDesign", "TextDesign", "ShapleyDesign", "BernoulliDesign", "ProductDesign",
                                  "SizeLawDesign", "GlimeDesign"])  # fmt: skip
def test_each_design_is_drawn(kind):
    found = find(designs(), lambda design: type(design) is getattr(lt, kind))
    assert found.d <= 2  # hypothesis shrinks towards few parts


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["Additive", "Leaf", "LeafSum", "Multilinear", "FactorProduct", "SetFunction"])
def test_each_kind_of_function_is_drawn(kind):
    assert find(set_functions(3), lambda F: type(F) is getattr(lt, kind)).d == 3


@pytest.mark.slow
@given(images(), st.data())
def test_images_are_read_and_their_label_maps_fit(image, data):
    height, width = image.shape[:2]
    assert lt.as_image(image).shape == (height, width, 3)
    labels = data.draw(label_maps((height, width), max_labels=4))
    found, d = compact(labels, (height, width)), len(np.unique(labels))
    assert 2 <= d <= 4 and np.unique(found).tolist() == list(range(d))


@pytest.mark.slow
def test_labels_with_gaps_and_in_pieces_are_drawn():
    find(label_maps((3, 3)), lambda labels: np.unique(labels).size > 1 and np.diff(np.unique(labels)).max() > 1)
    find(label_maps((1, 3)), lambda labels: labels[0, 0] == labels[0, 2] != labels[0, 1])
    assert find(images(), lambda image: image.dtype == np.uint8).max() == 0


@pytest.mark.parametrize("call, message", [
    (lambda: designs(0), "d must be at least 1, got 0"),
    (lambda: set_functions("3"), "d must be an integer, got '3'"),
    (lambda: images((3,)), r"shape must be a pair \(h, w\), got \(3,\)"),
    (lambda: label_maps((3, 3), 1), "max_labels must be at least 2"),
    (lambda: images((1, 1)), "width must be at least 2, got 1; an image needs two pixels to be cut"),
])  # fmt: skip
def test_wrong_arguments_are_refused_in_one_line(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_without_hypothesis_there_is_a_hint(monkeypatch):
    real = builtins.__import__

    def missing(name, *arguments, **options):
        if name.startswith("hypothesis"):
            raise ModuleNotFoundError(name=name.partition(".")[0])
        return real(name, *arguments, **options)

    monkeypatch.setattr("limetheory.packages.import_module", lambda name: missing(name))
    with pytest.raises(ImportError, match=r"designs needs hypothesis, got none installed; run pip install 'limetheory"):
        designs(3)
