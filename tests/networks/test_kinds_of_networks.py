"""Every kind of network that a classifier takes gives the module's own forward pass on normalised images."""

import io

import numpy as np
import onnxruntime
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from torch import nn
from toy_networks import SETTINGS, convolutional, random_images

import limetheory as lt

IMAGES = random_images(5, 3, 8, 8)
NORMALISED = (IMAGES - torch.tensor(SETTINGS["mean"]).view(3, 1, 1)) / torch.tensor(SETTINGS["std"]).view(3, 1, 1)


class Returning(nn.Module):
    """A network that packs its logits into something."""

    def __init__(self, pack):
        super().__init__()
        self.network, self.pack = convolutional(), pack

    def forward(self, images):
        return self.pack(self.network(images))


def own(kind=torch.float32):
    return convolutional().eval().to(kind)


def exported():
    return torch.export.export(own(), (NORMALISED,), dynamic_shapes=({0: torch.export.Dim("b", min=1, max=64)},))


def frozen(kind=torch.float32):
    return torch.jit.freeze(torch.jit.script(own(kind)))


FORMS = {
    "module": own,
    "logits": lambda: Returning(lambda x: type("Answer", (), {"logits": x})()),
    "dict": lambda: Returning(lambda x: {"out": x, "loss": None}),
    "tuple": lambda: Returning(lambda x: (x,)),
    "float64": lambda: own(torch.float64),
    "scripted": lambda: torch.jit.script(own()),
    "frozen": frozen,
    "frozen float64": lambda: frozen(torch.float64),
    "program": exported,
    "module of a program": lambda: exported().module(),
    "compiled": lambda: torch.compile(own(), backend="eager"),
    "parallel": lambda: nn.DataParallel(own()),
}


@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning")
@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.parametrize("name", FORMS)
def test_every_form_answers_as_the_module_does(name):
    expected = own()(NORMALISED).softmax(dim=1).detach()
    found = lt.Classifier(FORMS[name](), **SETTINGS)(IMAGES)
    torch.testing.assert_close(found.float(), expected, rtol=0, atol=2e-6)
    assert (expected - own()(IMAGES).softmax(dim=1)).abs().max() > 1e-3  # without normalisation they differ


@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning")
@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.parametrize("form", [own, frozen])
def test_half_precision_is_taken(form):
    expected = own()(NORMALISED).softmax(dim=1).detach()
    found = lt.Classifier(form(torch.float16), **SETTINGS)(IMAGES)
    torch.testing.assert_close(found.float(), expected, rtol=0, atol=2e-3)


def session(batch="b", last=False):
    import onnx
    from onnx import TensorProto, helper

    shape = [batch, 8, 8, 3] if last else [batch, 3, 8, 8]
    axes = [1, 2] if last else [2, 3]
    means = helper.make_node("ReduceMean", ["x"], ["means"], axes=axes, keepdims=0)
    label = helper.make_node("ArgMax", ["means"], ["label"], axis=1, keepdims=0)
    outputs = [
        helper.make_tensor_value_info("label", TensorProto.INT64, [batch]),
        helper.make_tensor_value_info("means", TensorProto.FLOAT, [batch, 3]),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
    model = helper.make_model(
        helper.make_graph([means, label], "g", inputs, outputs), opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
    )  # fmt: skip
    content = io.BytesIO()
    onnx.save_model(model, content)
    return onnxruntime.InferenceSession(content.getvalue(), providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("batch", ["b", 1, 4])
@pytest.mark.parametrize("last", [False, True])
def test_sessions_of_any_batch_and_order_of_axes(batch, last):
    settings = {name: value for name, value in SETTINGS.items() if name != "size"}
    classifier = lt.Classifier(session(batch, last), output="logits", **settings)
    torch.testing.assert_close(classifier(IMAGES), NORMALISED.mean(dim=(2, 3)), rtol=0, atol=1e-6)
    assert classifier.input_size == 8 and classifier.number_of_classes == 3


def digits():
    data = load_digits()
    return data.data, data.target, data.images / 16.0


def test_a_pipeline_on_pixels_gives_its_own_probabilities():
    rows, labels, images = digits()
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(rows, labels)
    classifier = lt.Classifier(pipeline, mean=0, std=1 / 16)
    batch = torch.as_tensor(images[:9])[:, None]
    np.testing.assert_allclose(classifier(batch).numpy(), pipeline.predict_proba(rows[:9]), rtol=0, atol=1e-12)
    assert classifier.class_names == tuple("0123456789") and classifier.input_size == 8
    found = lt.explain_image(classifier, images[0], segments="grid", n=200, rng=0)
    assert found.target == labels[0] and found.outputs.shape == (10,)


def test_scores_of_estimators_without_probabilities_are_left_as_they_are():
    rows, labels, images = digits()
    batch = torch.as_tensor(images[:9])[:, None]
    for estimator, method in ((LinearSVC(max_iter=50, tol=1), "decision_function"), (Ridge(), "predict")):
        fitted = estimator.fit(rows, labels)
        classifier = lt.Classifier(fitted, mean=0, std=1 / 16)
        found = classifier(batch).numpy().squeeze()
        np.testing.assert_allclose(found, getattr(fitted, method)(rows[:9]), rtol=0, atol=1e-9)
        assert classifier.output == "identity"


def test_a_network_of_unknown_means_says_so_and_the_remedy_works():
    with pytest.raises(ValueError, match="mean and std must be given for a network that does not know them, got Sequ"):
        lt.Classifier(own())
    lt.Classifier(own(), mean=0, std=1)(IMAGES)
