"""Several classes at once have the explanations that each has alone, at the cost of one."""

import numpy as np
import pytest

import limetheory as lt

WORDS = "a b c d e f g h i j k l m n o p q r s t u v w x".split()
TEXT = " ".join(WORDS)
TABLE = np.random.default_rng(0).normal(size=(len(WORDS), 3))


class Model:
    """Three classes of interacting words, which counts the texts that it sees."""

    classes_ = ("red", "green", "blue")

    def __init__(self):
        self.asked = 0

    def predict_proba(self, texts):
        self.asked += len(texts)
        scores = np.array([TABLE[[WORDS.index(word) for word in text.split()]].sum(axis=0) for text in texts])
        chances = np.exp(np.tanh(scores))
        return chances / chances.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("options", [{"n": 200}, {"n": 200, "method": "adjusted"}, {"tolerance": 0.2}], ids=str)
@pytest.mark.parametrize("rng", [0, "generator"])
def test_each_class_has_its_own_explanation(options, rng):
    def source():
        return np.random.default_rng(7) if rng == "generator" else rng

    together = lt.explain_text(Model(), TEXT, target="all", rng=source(), **options)
    assert [one.target for one in together] == [0, 1, 2]
    for found in together:
        alone = lt.explain_text(Model(), TEXT, target=found.target, rng=source(), **options)
        np.testing.assert_array_equal(found.coefficients, alone.coefficients)
        np.testing.assert_array_equal(found.standard_errors, alone.standard_errors)
        assert found.intercept == alone.intercept and found.n_masks == alone.n_masks


def test_three_classes_cost_as_much_as_one():
    one, three = Model(), Model()
    lt.explain_text(one, TEXT, n=300, rng=0)
    found = lt.explain_text(three, TEXT, target=["red", 1, "blue"], n=300, rng=0)
    # masks drawn twice are not evaluated again
    assert three.asked <= one.asked and {answer.n_evaluations for answer in found} == {three.asked}
    assert [answer.target_name for answer in found] == ["red", "green", "blue"]


def test_a_class_that_is_named_twice_is_explained_twice():
    once = lt.explain_text(Model(), TEXT, target=["blue", "red"], n=100, rng=0)
    found = lt.explain_text(Model(), TEXT, target=["blue", 2, "red"], n=100, rng=0)
    assert [answer.target for answer in found] == [2, 2, 0]
    for answer, expected in zip(found, [once[0], *once], strict=True):
        np.testing.assert_array_equal(answer.coefficients, expected.coefficients)


def test_an_array_without_axes_is_one_class():
    found = lt.explain_text(Model(), TEXT, target=np.array(1), n=100, rng=0)
    assert found.target == 1


def test_images_have_several_classes_too():
    image = np.random.default_rng(0).random((12, 12, 3))
    colours = lambda images: images.mean(axis=(1, 2))  # noqa: E731
    together = lt.explain_image(colours, image, segments="grid", target=[2, 0], n=100, rng=3)
    for found in together:
        alone = lt.explain_image(colours, image, segments="grid", target=found.target, n=100, rng=3)
        np.testing.assert_array_equal(found.coefficients, alone.coefficients)
    assert [found.target for found in together] == [2, 0]


@pytest.mark.parametrize(
    ("target", "kind", "message"),
    [
        ([], ValueError, "target must name at least one class, got "),
        ([0, 3], ValueError, "target must be below the number of columns the model returns, 3, got 3"),
        (["red", "pink"], ValueError, "got 'pink'; its classes are red, green, blue"),
        ([0.5], TypeError, "target must be an integer, got 0.5"),
    ],
)
def test_classes_that_are_not_there_are_refused(target, kind, message):
    with pytest.raises(kind, match=message):
        lt.explain_text(Model(), TEXT, target=target, n=100, rng=0)
