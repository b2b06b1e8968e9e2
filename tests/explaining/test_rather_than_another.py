"""`contrast`: its coefficients are the difference of those of both classes, its errors those of the difference."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from torch import nn

import limetheory as lt
from limetheory.networks import Classifier

LABELS = np.repeat(np.arange(4), 4).reshape(4, 4)
IMAGE = np.random.default_rng(0).random((4, 4, 3))


def scores(images):
    """Three outputs of images (b, 4, 4, 3), neither linear nor independent."""
    rows = images.mean(axis=(2, 3))
    return np.stack([rows[:, 0] * rows[:, 1], np.sqrt(rows.sum(axis=1)), rows[:, 2] ** 3], axis=1)


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 2), nn.Tanh(), nn.Flatten(), nn.Linear(36, 3)).eval()


def classifier(output="probabilities"):
    names = ["cat", "dog", "horse"]
    return Classifier(network(), mean=[0.5] * 3, std=[0.5] * 3, size=4, output=output, class_names=names)


@pytest.mark.parametrize("method", ["wls", "unbiased", "adjusted"])
@pytest.mark.parametrize(
    "model", [scores, network(), classifier(), classifier("logits")], ids=["function", "module", "classifier", "logits"]
)
def test_coefficients_are_the_difference_of_those_of_both_classes(model, method):
    options = {"segments": LABELS, "replacement": 0.0, "n": 12, "rng": 0}
    found = lt.explain_image(lt.contrast(model, 2, 0), IMAGE, method=method, **options)
    A, B = lt.explain_image(model, IMAGE, target=[2, 0], method=method, **options)
    if method == "adjusted":  # a surrogate for each output is not linear in it
        assert found.coefficients.shape == A.coefficients.shape
    else:
        assert found.coefficients == pytest.approx(A.coefficients - B.coefficients, abs=1e-6)
    assert found.outputs == pytest.approx([A.outputs[2] - A.outputs[0]], abs=1e-6)


def test_errors_are_those_of_the_difference_and_not_those_of_independent_samples():
    """The mutant adds the variances of two classes that are nearly one, and is far above the errors here."""

    def twins(images):
        first = scores(images)[:, 0]
        return np.stack([first, 1.01 * first], axis=1)

    options = {"segments": LABELS, "replacement": 0.0, "n": 500, "rng": 0}
    found = lt.explain_image(lt.contrast(twins, 1, 0), IMAGE, **options)
    A, B = lt.explain_image(twins, IMAGE, target=[1, 0], **options)
    assert (found.standard_errors < 0.05 * np.hypot(A.standard_errors, B.standard_errors)).all()


@pytest.mark.slow
def test_intervals_hold_the_limit_of_the_difference_as_often_as_they_say():
    F = lt.set_function(lt.contrast(scores, 0, 1), lt.MaskedImage(IMAGE, LABELS, 0.0), target=0)
    design = lt.BernoulliDesign(4)
    exact = lt.limit(F, design).coefficients
    held = [
        (found[:, 0] <= exact) & (exact <= found[:, 1])
        for found in (lt.estimate(F, design, 200, seed).interval(0.9) for seed in range(400))
    ]
    assert np.mean(held, axis=0) == pytest.approx([0.9] * 4, abs=4 * np.sqrt(0.09 / 400))


def test_a_classifier_tells_names_bounds_and_unit():
    model = lt.contrast(classifier(), "Horse", "cat")
    assert (model.class_name(0), model.output_bounds, model.contrast) == ("horse rather than cat", (-1.0, 1.0), (2, 0))
    assert model.output == "difference of probabilities" and model.number_of_classes == 1
    assert lt.contrast(classifier("logits"), 0, 1).output_bounds is None
    whole = classifier()
    images = torch.rand(5, 3, 4, 4)
    expected = whole(images)[:, [2]] - whole(images)[:, [0]]
    torch.testing.assert_close(lt.contrast(whole, 2, 0)(images), expected)
    assert len([*model.parameters()]) == len([*whole.parameters()]) > 0


def test_rows_and_texts_have_contrasts_by_the_names_of_an_estimator():
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])
    fitted = LogisticRegression(max_iter=500).fit(X, names[y])
    options = {"feature_names": ["a", "b", "c", "d"], "n": 60, "rng": 0}
    found = lt.explain_tabular(lt.contrast(fitted, "virginica", "versicolor"), X[120], X, **options)
    A, B = lt.explain_tabular(fitted.predict_proba, X[120], X, target=[2, 1], **options)
    assert found.coefficients == pytest.approx(A.coefficients - B.coefficients, abs=1e-12)
    text = lt.explain_text(lt.contrast(_letters, 0, 1), "a bad plot and a cast", n=60, rng=0)
    both = lt.explain_text(_letters, "a bad plot and a cast", target=[0, 1], n=60, rng=0)
    assert text.coefficients == pytest.approx(both[0].coefficients - both[1].coefficients, abs=1e-12)


def _letters(texts):
    return np.array([[one.count("a") / (1 + len(one)), one.count("t") * one.count("o")] for one in texts], float)


@pytest.mark.parametrize(
    ("model", "columns", "message"),
    [
        (scores, (1, 1), "a contrast needs two different classes, got class 1 twice; name the class that was not"),
        (classifier(), ("dog", "DOG"), "a contrast needs two different classes"),
        (classifier(), ("dog", "cow"), "no class of Sequential has that name, got 'cow'"),
        (scores, ("dog", 0), "this model has no class names, got 'dog'; give the class as an index"),
        (network(), ("dog", 0), "a torch module has no class names, got 'dog'"),
        (scores, (-1, 0), "class index must be"),
        (classifier(), (3, 0), r"class index must be in 0\.\.2, got 3"),
    ],
    ids=["one class", "one name", "no such name", "no names", "a module has none", "below 0", "too large"],
)
def test_refused_contrasts(model, columns, message):
    with pytest.raises(ValueError, match=message):
        lt.contrast(model, *columns)


@pytest.mark.parametrize("model", [scores, network()], ids=["function", "module"])
def test_a_column_that_there_is_not_is_refused_at_the_first_answer(model):
    with pytest.raises(ValueError, match="must be below the number of columns the model returns, 3, got 5"):
        lt.explain_image(lt.contrast(model, 5, 0), IMAGE, segments=LABELS, n=12, rng=0)


def test_what_is_no_model_is_refused():
    with pytest.raises(TypeError, match="model must be a torch module, a fitted estimator or a function"):
        lt.contrast(3, 0, 1)
