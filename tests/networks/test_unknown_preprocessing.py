"""What is said of a network that lacks something: the name of what was given, and a remedy for its kind."""

import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_digits
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import limetheory as lt

DIGITS = load_digits(as_frame=True)


class Session:
    """What a session of ONNX Runtime is known by."""

    class Image:
        name, type, shape = "x", "tensor(float)", [None, 3, 8, 8]

    def get_inputs(self):
        return [self.Image()]

    get_outputs = get_inputs

    def run(self, names, images):
        raise AssertionError


class OfTransformers(torch.nn.Identity):
    config = SimpleNamespace(id2label={0: "a", 1: "b"})


@pytest.mark.parametrize(
    ("network", "got", "remedy"),
    [
        (torch.nn.Identity(), "Identity", "give those of its training, or mean=0, std=1"),
        (LogisticRegression(), "LogisticRegression", "give mean=0 and as std 1 over the largest level"),
        (Session(), "Session", "give those of its training, or mean=0, std=1"),
        (OfTransformers(), "OfTransformers", "give processor=AutoImageProcessor.from_pretrained"),
    ],
)
def test_the_network_is_called_what_was_given(network, got, remedy):
    with pytest.raises(ValueError, match=f"that does not know them, got {got}; {remedy}"):
        lt.Classifier(network)


@pytest.mark.parametrize("network", ["network.onnx", Path("network.onnx")])
def test_a_file_of_onnx_is_opened_first(network):
    with pytest.raises(TypeError, match=r"got \w+; open it first, such as by onnxruntime.InferenceSession\(path\)$"):
        lt.Classifier(network, mean=0, std=1)


def test_a_name_is_loaded_first_and_an_estimator_wrapped():
    masked = lt.MaskedImage(np.zeros((4, 4, 3)), np.arange(16).reshape(4, 4) // 8)
    with pytest.raises(TypeError, match=r"got str; load it first, such as by limetheory.load_model\(name\)$"):
        lt.ModelFunction("efficientnet_lite0", masked)
    with pytest.raises(TypeError, match="got SVC; wrap a fitted estimator in Classifier, or for its exact limit"):
        lt.ModelFunction(SVC(), masked)


@pytest.mark.parametrize(
    ("estimator", "method"),
    [(LogisticRegression(), "predict_proba"), (SVC(), "decision_function"), (LinearRegression(), "predict")],
    ids=["classifier", "scores", "regression"],
)
def test_the_method_that_is_named_for_rows_is_one_that_the_estimator_has(estimator, method):
    rows = np.random.default_rng(0).normal(size=(60, 3))
    fitted = estimator.fit(rows, np.arange(60) % 2)
    with pytest.raises(TypeError, match=rf"give its method, model\.{method}$"):
        lt.explain_tabular(fitted, rows[0], rows, n=50)
    assert lt.explain_tabular(getattr(fitted, method), rows[0], rows, n=50, rng=0).d == 3


def test_an_estimator_of_a_table_gets_its_names_of_columns():
    half = list(DIGITS.data.columns[:32])
    chosen = make_column_transformer((StandardScaler(), half))
    pipeline = make_pipeline(chosen, LogisticRegression(max_iter=300)).fit(DIGITS.data, DIGITS.target)
    model = lt.Classifier(pipeline, mean=0, std=1 / 16)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = lt.ModelFunction(model, lt.MaskedImage(DIGITS.images[0] / 16, np.arange(64).reshape(8, 8) // 32))
    assert found.outputs == pytest.approx(pipeline.predict_proba(DIGITS.data[:1])[0], abs=1e-9)
