"""Changes of texts and of rows of tables: which parts correspond, what is refused, and what is drawn."""

import subprocess
import sys

import numpy as np
import pytest

import limetheory as lt
from limetheory.inspection import change, row_change, text_change

TRAINING = np.random.default_rng(0).normal(size=(200, 3))
ROW, EDITED = [0.1, -0.2, 0.3], [0.1, 1.8, 0.3]


class Stars:
    """A model of texts with named classes, which counts what it sees."""

    classes_ = ("low", "high")

    def __init__(self):
        self.seen = []

    def predict_proba(self, texts):
        self.seen += texts
        score = np.array([text.count("good") - 2.0 * text.count("bad") + 0.5 * ("plot" in text) for text in texts])
        chance = 1 / (1 + np.exp(-score))
        return np.stack([1 - chance, chance], axis=1)


def test_a_replaced_word_is_named_by_both_and_classes_by_their_names():
    model = Stars()
    found = text_change(model, "a good plot", "a bad plot", target="high", n=200, rng=0)
    assert found.difference.names == ("a", "good → bad", "plot")
    assert (found.before.names, found.after.names) == (("a", "good", "plot"), ("a", "bad", "plot"))
    assert found.prediction.name == "high" and found.target == 1 and found.before.target_name == "high"
    assert found.difference.coefficients[1] < -0.3
    # with the checks of the model no text is asked about again and again
    assert len(model.seen) == found.n_evaluations <= 2 * (2**3 + 14)


def test_a_text_change_is_the_difference_of_explain_text():
    found = text_change(Stars(), "a good plot", "a bad plot", target=1, n=300, rng=4)
    alone = [lt.explain_text(Stars(), text, target=1, n=300, rng=4) for text in ("a good plot", "a bad plot")]
    np.testing.assert_array_equal(found.before.coefficients, alone[0].coefficients)
    np.testing.assert_array_equal(found.after.coefficients, alone[1].coefficients)
    gap = alone[1].coefficients - alone[0].coefficients
    np.testing.assert_allclose(found.difference.coefficients, gap, atol=1e-12)


@pytest.mark.parametrize(("before", "after", "message"), [
    ("a good plot", "a plot", "as many tokens, got 3 and 2; replace a word by another one"),
    ("good, good plot", "good, bad plot", "got 2 and 3 distinct ones; tell occurrences apart by positions=True"),
])  # fmt: skip
def test_tokens_that_do_not_correspond_are_refused_with_what_works(before, after, message):
    with pytest.raises(ValueError, match=message):
        text_change(Stars(), before, after, n=100)


def test_the_remedies_work():
    found = text_change(Stars(), "good, good plot", "good, bad plot", positions=True, n=100, rng=0)
    assert found.difference.names == ("good", "good → bad", "plot")
    assert text_change(Stars(), "a good plot", "a fine plot", n=100, rng=0).d == 3


def score(rows):
    return 1 / (1 + np.exp(-(rows[:, 0] + 2 * rows[:, 1] * rows[:, 2])))


def test_a_row_change_is_named_by_both_conditions():
    found = row_change(score, ROW, EDITED, TRAINING, feature_names=["a", "b", "c"], n=2000, rng=0)
    names = found.difference.names
    assert " → " in names[1] and " → " not in names[0] + names[2]
    assert found.before.conditions[1] in names[1] and found.after.conditions[1] in names[1]
    expected = float(score(np.array([EDITED]))[0] - score(np.array([ROW]))[0])
    assert found.prediction.change == pytest.approx(expected)


def test_a_row_change_is_the_difference_of_explain_tabular_under_one_design():
    found = row_change(score, ROW, EDITED, TRAINING, n=1500, rng=3)
    before = lt.explain_tabular(score, ROW, TRAINING, n=1500, rng=3)
    after = lt.explain_tabular(score, EDITED, TRAINING, n=1500, rng=3, design=before.design)
    np.testing.assert_array_equal(found.before.coefficients, before.coefficients)
    np.testing.assert_array_equal(found.after.coefficients, after.coefficients)
    gap = after.coefficients - before.coefficients
    np.testing.assert_allclose(found.difference.coefficients, gap, atol=1e-12)
    assert found.difference.record.n == 1500


def test_rows_share_their_random_numbers_so_that_equal_cells_cancel():
    found = row_change(score, ROW, ROW, TRAINING, n=1000, rng=0)
    assert not found.difference.coefficients.any()
    edited = row_change(score, ROW, EDITED, TRAINING, n=4000, rng=0)
    alone = edited.before.standard_errors**2 + edited.after.standard_errors**2
    assert (edited.difference.standard_errors**2 < alone).all()


def test_rows_are_asked_about_once():
    seen = []

    def counted(rows):
        seen.append(len(rows))
        return score(rows)

    found = row_change(counted, ROW, EDITED, TRAINING, n=500, rng=0)
    checks = 7  # whether a row's score depends on the batch, and whether it is the same behind the masks
    assert sum(seen) == 2 * (500 + 1 + checks) == found.n_evaluations


def test_rows_of_other_tables_and_other_kinds_of_input_are_refused():
    one, other = lt.MaskedRow(ROW, TRAINING), lt.MaskedRow(EDITED, TRAINING[:50])
    with pytest.raises(ValueError, match=r"rows of one table with the same bins, .*; make both with the same training"):
        change(score, one, other, n=100)
    with pytest.raises(TypeError, match="of one kind, got MaskedRow and MaskedText; make both in the same way"):
        change(score, one, lt.MaskedText("a b"), n=100)
    with pytest.raises(TypeError, match=r"with parts, got str; make a MaskedImage, .* or call image_change, text_cha"):
        change(score, "a b", "a c", n=100)
    with pytest.raises(ValueError, match="device is for images, got 'cpu' with a row"):
        row_change(score, ROW, EDITED, TRAINING, device="cpu")
    with pytest.raises(ValueError, match="exact needs a set function of one value for each mask, got a model that is "):
        row_change(score, ROW, EDITED, TRAINING, exact=True)


def test_images_of_other_superpixels_or_sizes_are_refused():
    image, halves = np.random.default_rng(0).random((4, 6, 3)), np.repeat([[0, 0, 0, 1, 1, 1]], 4, axis=0)
    mean = lambda images: images.mean(axis=(1, 2, 3))  # noqa: E731
    thirds = lt.MaskedImage(image, np.repeat([[0, 0, 1, 1, 2, 2]], 4, axis=0))
    with pytest.raises(ValueError, match="same superpixels, got 2 and 3 of them; cut both by one label map"):
        change(mean, lt.MaskedImage(image, halves), thirds, n=50)
    with pytest.raises(ValueError, match=r"same size, got \(4, 6, 3\) and \(2, 6, 3\); bring both to the model's"):
        lt.inspection.image_change(mean, image, image[:2], segments=halves)


def test_random_replacements_draw_the_same_before_and_after():
    image, halves = np.random.default_rng(0).random((4, 6, 3)), np.repeat([[0, 0, 0, 1, 1, 1]], 4, axis=0)
    mean = lambda images: images.mean(axis=(1, 2, 3)) ** 2  # noqa: E731
    same = lt.inspection.image_change(mean, image, image, segments=halves, replacement="noise", n=100, rng=0)
    assert not same.difference.coefficients.any() and same.before.standard_errors.all()
    alone = lt.explain_image(mean, image, segments=halves, replacement="noise", n=100, rng=0)
    np.testing.assert_array_equal(same.before.coefficients, alone.coefficients)


@pytest.mark.slow
def test_changes_of_texts_need_neither_torch_nor_matplotlib():
    code = """
import sys
from limetheory.inspection import text_change
found = text_change(lambda texts: [float(len(text)) for text in texts], "a good plot", "a fine plot", n=50, rng=0)
str(found), found._repr_html_()
assert not {"torch", "matplotlib"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
