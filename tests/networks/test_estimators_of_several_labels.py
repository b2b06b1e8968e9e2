"""Estimators of scikit-learn that predict several labels are refused in one line, with remedies that work."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import limetheory as lt
from limetheory.networks import OneOutput

PIXELS = np.random.default_rng(0).random((60, 48))
LABELS = np.column_stack([(PIXELS[:, 0] > 0.5), (3 * PIXELS[:, 1]).astype(int)])
IMAGE, SEGMENTS = PIXELS[0].reshape(4, 4, 3), np.indices((4, 4))[0]
ESTIMATORS = {
    "each its own": lambda: MultiOutputClassifier(LogisticRegression()),
    "a tree": lambda: DecisionTreeClassifier(max_depth=3, random_state=0),
    "a pipeline": lambda: make_pipeline(StandardScaler(), MultiOutputClassifier(LogisticRegression())),
}


@pytest.fixture(params=ESTIMATORS.values(), ids=ESTIMATORS)
def estimator(request):
    return request.param().fit(PIXELS, LABELS)


@pytest.mark.parametrize("label", [0, 1])
def test_images(estimator, label):
    with pytest.raises(
        TypeError, match=r"got list with 0 \(1, 2\), 1 \(1, 3\); .* Classifier\(OneOutput\(network, 0\)"
    ):
        lt.explain_image(lt.Classifier(estimator, mean=0, std=1), IMAGE, segments=SEGMENTS, n=20, rng=0)
    classifier = lt.Classifier(OneOutput(estimator, label), mean=0, std=1)
    found = lt.explain_image(classifier, IMAGE, segments=SEGMENTS, target=1, n=20, rng=0)
    expected = estimator.predict_proba(PIXELS[:1])[label][0]
    np.testing.assert_allclose(found.outputs, expected, rtol=0, atol=1e-6)  # the image is given in float32


@pytest.mark.parametrize("label", [0, 1])
def test_rows(estimator, label):
    predict = estimator.predict_proba
    with pytest.raises(
        TypeError, match=r"got list with 0 \(1, 2\), 1 \(1, 3\); pass lambda rows: predict\(rows\)\[0\]"
    ):
        lt.explain_tabular(predict, PIXELS[0], PIXELS, n=60)
    found = lt.explain_tabular(lambda rows: predict(rows)[label], PIXELS[0], PIXELS, target=1, n=60, rng=0)
    np.testing.assert_array_equal(found.outputs, predict(PIXELS[:1])[label][0])


def test_an_estimator_of_one_label_keeps_its_classes():
    estimator = LogisticRegression().fit(PIXELS, np.where(LABELS[:, 0], "bright", "dark"))
    assert lt.Classifier(estimator, mean=0, std=1).class_names == ("bright", "dark")
