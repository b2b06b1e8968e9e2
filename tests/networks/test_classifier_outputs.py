"""How the classifier reads a network's outputs: logits, probabilities, a single logit, several fields."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.special import expit, softmax
from torch import nn
from toy_networks import SETTINGS, convolutional, random_images

import limetheory as lt
from limetheory.networks import Classifier, OneOutput


def test_probabilities_are_the_softmax_of_the_logits():
    images = random_images(3, 3, 8, 8)
    logits = Classifier(convolutional(), output="logits", **SETTINGS)(images)
    probabilities = Classifier(convolutional(), **SETTINGS)(images)
    torch.testing.assert_close(probabilities, logits.softmax(dim=1))
    assert probabilities.dtype == torch.float32


class Head(nn.Module):
    """Logits of the mean colour, through a function."""

    def __init__(self, columns, function=lambda logits: logits):
        super().__init__()
        weights = np.random.default_rng(0).normal(size=(3, columns))
        self.weights, self.function = nn.Parameter(torch.as_tensor(weights, dtype=torch.float32)), function

    def forward(self, images):
        """Return the function of the logits."""
        return self.function(images.mean(dim=(2, 3)) @ self.weights)


IMAGES = random_images(5, 3, 8, 8)


def logits_of(columns):
    normalised = (IMAGES - torch.tensor(SETTINGS["mean"]).view(3, 1, 1)) / torch.tensor(SETTINGS["std"]).view(3, 1, 1)
    return Head(columns)(normalised).detach().double().numpy()


def classified(network, output="probabilities"):
    classifier = Classifier(network, output=output, **SETTINGS)
    return classifier, classifier(IMAGES).double().numpy()


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-7)


@pytest.mark.parametrize(
    "shape",
    [
        lambda x: x,
        lambda x: x[:, 0],
        lambda x: x[:, :, None, None],
        lambda x: (x,),
        lambda x: SimpleNamespace(logits=x),
        lambda x: {"out": x},
        lambda x: {"scores": x, "loss": None, "seconds": 0.1},
    ],
)
def test_one_logit_is_the_log_odds_of_class_1(shape):
    classifier, found = classified(Head(1, shape))
    probability = expit(logits_of(1)[:, 0])
    close(found, np.stack([1 - probability, probability], axis=1))
    assert (classifier.activation, classifier.number_of_classes) == ("sigmoid", 2)
    assert classifier.class_index(1) == 1 and classifier.output_bounds == (0, 1)
    assert np.ptp(found) > 0.1  # softmax of one logit is 1


def test_one_logit_of_a_large_size_keeps_the_digits_of_both_classes():
    _, found = classified(Head(1, lambda x: 0 * x + 20))
    np.testing.assert_allclose(found[0], [expit(-20), expit(20)], rtol=1e-6)


def test_two_names_fit_one_logit():
    classifier = Classifier(Head(1), class_names=["cat", "dog"], **SETTINGS)
    assert classifier.class_name(int(classifier(IMAGES)[0].argmax())) in ("cat", "dog")
    with pytest.raises(ValueError, match="class_names must name all 2 outputs, got 3 names"):
        Classifier(Head(1), class_names=["cat", "dog", "cup"], **SETTINGS)(IMAGES)


@pytest.mark.parametrize("target", [0, 1])
def test_one_logit_is_explained_as_the_probability_of_either_class(target):
    labels, network = np.arange(64).reshape(8, 8) // 16, Head(1)
    image = np.random.default_rng(3).random((8, 8, 3))
    question = {"segments": labels, "target": target, "replacement": 0.0, "n": 60, "rng": 0}
    found = lt.explain_image(Classifier(network, **SETTINGS), image, **question)
    weights = network.weights.detach().double().numpy()[:, 0]

    def probability(images):
        p = expit(((images - SETTINGS["mean"]) / SETTINGS["std"]).mean(axis=(1, 2)) @ weights)
        return np.stack([1 - p, p], axis=1)

    expected = lt.explain_image(probability, image, **question)
    np.testing.assert_allclose(found.coefficients, expected.coefficients, rtol=0, atol=1e-5)
    assert np.abs(expected.coefficients).max() > 0.01  # all were 0


@pytest.mark.parametrize("columns", [1, 3])
def test_sigmoid_is_that_of_each_logit(columns):
    classifier, found = classified(Head(columns), "sigmoid")
    close(found, expit(logits_of(columns)))
    assert (classifier.activation, classifier.number_of_classes) == ("sigmoid", columns)


@pytest.mark.parametrize("columns", [1, 3])
def test_logits_are_the_network_s_outputs(columns):
    classifier, found = classified(Head(columns), "logits")
    close(found, logits_of(columns))
    assert classifier.activation == "none" and classifier.output_bounds is None


def test_softmax_of_one_logit_is_refused_and_the_remedy_works():
    with pytest.raises(ValueError, match="two logits or more, got one, whose softmax is 1; take output='sigmoid'"):
        classified(Head(1), "softmax")
    classified(Head(1), "sigmoid")


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (Head(3, lambda x: x.softmax(1)), lambda: softmax(logits_of(3), axis=1)),
        (Head(3, lambda x: x.softmax(1).half()), lambda: softmax(logits_of(3), axis=1)),
        (nn.Sequential(Head(3), nn.Softmax(dim=1)), lambda: softmax(logits_of(3), axis=1)),
        (nn.Sequential(Head(3), nn.Sigmoid()), lambda: expit(logits_of(3))),
        (nn.Sequential(nn.Sequential(Head(1), nn.Sigmoid())), lambda: expit(logits_of(1) * [[-1, 1]])),
    ],
)
def test_probabilities_stay_as_they_are(network, expected):
    classifier, found = classified(network)
    np.testing.assert_allclose(found, expected(), rtol=0, atol=1e-3 if network.__class__ is Head else 2e-7)
    assert classifier.activation == "none"


def test_logarithms_of_probabilities_are_logits():
    classifier, found = classified(nn.Sequential(Head(3), nn.LogSoftmax(dim=1)))
    close(found, softmax(logits_of(3), axis=1))
    assert classifier.activation == "softmax"


@pytest.mark.parametrize("function", [lambda x: x.softmax(1), torch.sigmoid])
def test_a_softmax_of_probabilities_is_refused_and_both_remedies_work(function):
    network = Head(3, function)
    with pytest.raises(ValueError, match=r"must be logits, got some in \[0, 1\] for every input, .*output='identity'"):
        classified(network, "softmax")
    close(classified(network, "identity")[1], function(torch.from_numpy(logits_of(3))).numpy())
    wrapped = nn.Sequential(network, nn.Softmax(dim=1))
    close(classified(wrapped, "softmax")[1], softmax(function(torch.from_numpy(logits_of(3))).numpy(), axis=1))


def test_a_softmax_of_logits_that_happen_to_lie_in_0_1_is_taken():
    classifier, found = classified(Head(3, lambda x: 0.5 + x / 100), "softmax")
    close(found, softmax(0.5 + logits_of(3) / 100, axis=1))
    assert classifier.activation == "softmax"


@pytest.mark.parametrize("function", [lambda x: x, lambda x: x.softmax(1)])
def test_identity_says_nothing_of_the_outputs(function):
    classifier, found = classified(Head(3, function), "identity")
    close(found, function(torch.from_numpy(logits_of(3))).numpy())
    assert classifier.activation == "none" and classifier.output_bounds is None


@pytest.mark.parametrize("output", ["probabilities", "sigmoid"])
@pytest.mark.parametrize("columns", [1, 3])
def test_a_sigmoid_within_the_network_is_not_taken_twice(columns, output):
    network = Head(columns, torch.sigmoid)
    with pytest.raises(ValueError, match=r"must be logits, got some in \[0, 1\] for every input") as caught:
        classified(network, output)
    assert "output='identity' to leave them as they are" in str(caught.value)
    close(classified(network, "logits")[1], expit(logits_of(columns)))


def test_a_softmax_within_the_network_gets_no_sigmoid_in_silence():
    with pytest.raises(ValueError, match=r"must be logits, got some in \[0, 1\] for every input"):
        classified(Head(3, lambda x: x.softmax(1)), "sigmoid")


def test_a_sigmoid_of_bounded_logits_may_be_asked_for_as_the_refusal_says():
    network = Head(3, lambda x: x.clamp(0, 1))
    with pytest.raises(ValueError, match=r"if they are logits, .* or nn.Sequential\(network, nn.Sigmoid\(\)\)"):
        classified(network, "sigmoid")
    close(classified(nn.Sequential(network, nn.Sigmoid()), "sigmoid")[1], expit(logits_of(3).clip(0, 1)))


def test_logits_are_looked_at_for_a_sigmoid_once():
    calls = []
    classifier = Classifier(Head(3, lambda x: calls.append(len(x)) or 0.5 + x / 100), output="sigmoid", **SETTINGS)
    close(classifier(IMAGES).double().numpy(), expit(0.5 + logits_of(3) / 100))
    classifier(IMAGES)
    assert calls == [5, 8, 5]


@pytest.mark.parametrize("target", [0, 1])
def test_the_sigmoid_of_a_confident_network_is_not_taken_twice(target):
    # σ(12 · 0.95 − 2.4) = 0.99988 looked like probabilities of sum 1, whose sigmoid is 0.731
    network = Head(1, lambda x: (12 * x / network.weights.sum() - 2.4).sigmoid())
    settings = {**SETTINGS, "size": None, "mean": [0] * 3, "std": [1] * 3}
    image, labels = np.full((24, 24, 3), 0.95), np.indices((24, 24))[0] // 12 * 2 + np.indices((24, 24))[1] // 12
    question = {"segments": labels, "replacement": 0.0, "n": 60, "rng": 0}
    with pytest.raises(ValueError, match=r"must be logits, got some in \[0, 1\] for every input"):
        lt.explain_image(Classifier(network, **settings), image, target=target, **question)
    found = lt.explain_image(Classifier(network, output="logits", **settings), image, target=0, **question)
    assert found.outputs == pytest.approx([expit(9.0)], abs=1e-6)
    same = lt.explain_image(lambda images: expit(12 * images.mean(axis=(1, 2, 3)) - 2.4), image, **question)
    np.testing.assert_allclose(found.coefficients, same.coefficients, rtol=0, atol=1e-5)
    assert same.coefficients.min() > 0.1  # 0.031 was said


@pytest.mark.parametrize("value", [0.0, 0.9995, 1.0, 1.0005])
def test_one_logit_near_0_or_1_is_a_logit(value):
    classifier, found = classified(Head(1, lambda x: value + 1e-4 * x))
    close(found[:, 1], expit(value + 1e-4 * logits_of(1)[:, 0]))
    assert classifier.activation == "sigmoid"


def test_a_softmax_of_one_logit_within_the_network_is_refused():
    with pytest.raises(ValueError, match="one output must be a logit, got 1 for every input, as the softmax of one"):
        classified(Head(1, lambda x: x.softmax(1)))
    for output in ("probabilities", "softmax"):
        with pytest.raises(ValueError, match="got a network that takes it of one, where it is 1; leave its last layer"):
            classified(nn.Sequential(Head(1), nn.Softmax(dim=1)), output)


def test_a_network_that_overflows_far_from_images_is_no_network_of_logits_for_that():
    for columns in (1, 3):
        with pytest.raises(ValueError, match=r"must be logits, got some in \[0, 1\] for every input"):
            classified(Head(columns, lambda x: torch.where(x.abs() > 50, torch.nan, x.sigmoid())))


@pytest.mark.parametrize("columns", [1, 3])
def test_logits_that_happen_to_lie_in_0_1_are_logits(columns):
    classifier, found = classified(Head(columns, lambda x: 0.5 + x / 100))
    logits = 0.5 + logits_of(columns) / 100
    close(found, softmax(logits, axis=1) if columns == 3 else expit(logits * [-1, 1]))
    assert classifier.activation in ("softmax", "sigmoid")


def test_outputs_that_are_probabilities_of_some_images_only_are_refused():
    classifier = Classifier(Head(2, lambda x: torch.where(x[:, :1] > 0, x.softmax(1), 9 * x)), **SETTINGS)
    some = torch.from_numpy(logits_of(2)[:, 0] > 0)
    assert some.any() and not some.all()
    classifier(IMAGES[some])
    with pytest.raises(ValueError, match=r"probabilities for every image or for none, .* output='softmax' or"):
        classifier(IMAGES)


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (lambda x: {"out": x, "aux": x}, TypeError, r"got dict with 'out' \(5, 3\), .*OneOutput\(network, 'out'\)"),
        (lambda x: (x, x), TypeError, r"got tuple with 0 \(5, 3\), .*OneOutput\(network, 0\)"),
        (lambda x: x.numpy(), TypeError, r"must return a tensor \(b, classes\), got ndarray"),
        (lambda x: x.to(torch.complex64), TypeError, "must return real numbers, got torch.complex64"),
        (lambda x: x.argmax(1), TypeError, "must return scores, got one torch.int64 for each image, a label"),
    ],
)
def test_answers_that_are_no_logits_are_refused(answer, error, message):
    with pytest.raises(error, match=message):
        classified(Head(3, answer))


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        (lambda x: {"aux": x[:, 0], "out": x}, "out"),
        (lambda x: (x, x), 0),
        (lambda x: SimpleNamespace(scores=x, loss=x[0, 0]), "scores"),
    ],
)
def test_the_remedy_of_several_outputs_works(answer, field):
    remedy = rf"from limetheory.networks import OneOutput, and give Cl.*k, {field!r}"
    with pytest.raises(TypeError, match=remedy) as told:
        classified(Head(3, answer))
    statement, _, expression = str(told.value).partition("; ")[2].partition(", and give ")
    names = {"Classifier": lt.Classifier, "network": Head(3, answer), "settings": SETTINGS}
    exec(statement, names)
    close(eval(expression.replace("...", "**settings"), names)(IMAGES).double(), softmax(logits_of(3), axis=1))
    close(classified(OneOutput(Head(3, answer), field))[1], softmax(logits_of(3), axis=1))
    labels, image = np.arange(64).reshape(8, 8) // 16, np.random.default_rng(3).random((8, 8, 3))
    with pytest.raises(TypeError, match=rf"and give OneOutput\(model, {field!r}\)$"):
        lt.explain_image(Head(3, answer), image, segments=labels)
    found, same = (
        lt.explain_image(one, image, segments=labels, target=1, n=30, rng=0)
        for one in (OneOutput(Head(3, answer), field), Head(3))
    )
    assert (found.coefficients == same.coefficients).all()
    with pytest.raises(ValueError, match=r"field must be one of the network's answer, a .*, got 'none'"):
        OneOutput(Head(3, answer), "none")(IMAGES)


def test_one_output_needs_a_network():
    with pytest.raises(TypeError, match=r"network must be one of a torch\.nn\.Module, .*, got function"):
        OneOutput(lambda images: images, "out")
