"""The classifier: preprocessing, precision, gradients, names."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from PIL import Image
from scipy.special import expit, softmax
from skimage import data
from torch import nn

import limetheory as lt
from limetheory.devices import tensor_float32
from limetheory.models import Classifier, OneOutput, load_model

SETTINGS = {"input_size": 8, "mean": (0.5, 0.4, 0.3), "std": (0.2, 0.3, 0.4), "name": "toy"}


class Recorder(nn.Module):
    """Keeps what reaches the network; its logits are the channel means."""

    def forward(self, images):
        """Return the channel means."""
        self.seen = images
        return images.mean(dim=(2, 3))


def convolutional():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.Dropout(0.5)
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 4))


def random_images(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(1))


def as_batch(image):
    return torch.from_numpy(image.transpose(2, 0, 1)[None].copy())


@pytest.fixture(scope="module")
def photo():
    return data.coffee() / 255.0


@pytest.fixture(scope="module")
def lite0():
    return load_model("efficientnet_lite0")


def test_recognises_the_cup_and_the_cat(lite0, photo):
    cat = lite0(as_batch(data.chelsea() / 255.0))[0]
    cup = lite0(as_batch(photo))[0]
    assert lite0.class_name(int(cup.argmax())) == "espresso"
    assert cup.max() == pytest.approx(0.90, abs=0.03)
    assert lite0.class_name(int(cat.argmax())) == "Egyptian Mau"
    assert cat.max() == pytest.approx(0.77, abs=0.03)


def test_preprocessing_is_the_tensorflow_one(photo):
    recorder = Recorder()
    mean, std = (127 / 255,) * 3, (128 / 255,) * 3
    Classifier(recorder, input_size=224, mean=mean, std=std, name="lite")(as_batch(photo))
    resized = np.asarray(Image.fromarray(data.coffee()).resize((224, 224), Image.Resampling.BILINEAR))
    expected = (resized.astype(float) - 127) / 128
    seen = recorder.seen[0].permute(1, 2, 0).numpy()
    assert np.abs(seen - expected).max() < 1.01 / 128  # Pillow rounds to 8 bits after each of two passes
    assert np.abs(seen - expected).mean() < 0.4 / 128


def test_each_channel_has_its_own_mean_and_std():
    recorder = Recorder()
    images = random_images(2, 3, 8, 8)
    Classifier(recorder, output="logits", **SETTINGS)(images)
    for channel in range(3):
        expected = (images[:, channel] - SETTINGS["mean"][channel]) / SETTINGS["std"][channel]
        torch.testing.assert_close(recorder.seen[:, channel], expected)


def test_height_and_width_are_not_confused():
    recorder = Recorder()
    ramp = torch.linspace(0, 1, 40).reshape(1, 1, 40, 1).expand(1, 3, 40, 20)
    Classifier(recorder, **SETTINGS)(ramp)
    rows = recorder.seen[0, 0]
    assert (rows.diff(dim=0) > 0).all()
    assert rows.diff(dim=1).abs().max() < 1e-6


def test_prepared_photo_gives_the_same_output(lite0, photo):
    small = lite0.prepare(photo)
    assert small.shape == (224, 224, 3) and small.dtype == np.float64
    assert small.min() >= 0 and small.max() <= 1
    np.testing.assert_array_equal(lite0.prepare(small), small)
    torch.testing.assert_close(lite0(as_batch(small)), lite0(as_batch(photo)), atol=1e-5, rtol=0)


def test_no_input_size_leaves_images_alone():
    recorder = Recorder()
    classifier = Classifier(recorder, output="logits", **{**SETTINGS, "input_size": None})
    classifier(random_images(1, 3, 5, 9))
    assert recorder.seen.shape == (1, 3, 5, 9)
    assert classifier.prepare(np.zeros((5, 9, 3))).shape == (5, 9, 3)


def test_prepare_does_not_share_memory_with_the_photo():
    image = np.zeros((8, 8, 3))
    Classifier(Recorder(), **SETTINGS).prepare(image)[:] = 1.0
    assert image.max() == 0.0


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
    [lambda x: x, lambda x: x[:, 0], lambda x: x[:, :, None, None], lambda x: (x,),
     lambda x: SimpleNamespace(logits=x)],
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


def test_softmax_may_be_asked_for_whatever_the_outputs_look_like():
    _, found = classified(Head(3, lambda x: x.softmax(1)), "softmax")
    close(found, softmax(softmax(logits_of(3), axis=1), axis=1))


@pytest.mark.parametrize("columns", [1, 3])
def test_a_sigmoid_within_the_network_is_not_taken_twice(columns):
    network = Head(columns, torch.sigmoid)
    with pytest.raises(ValueError, match=r"must be logits, got some in \[0, 1\] for every input") as caught:
        classified(network)
    assert "output='logits' to leave them as they are" in str(caught.value)
    close(classified(network, "logits")[1], expit(logits_of(columns)))


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
        (lambda x: {"out": x, "aux": x}, TypeError, r"got dict with 'out' \(5, 3\), .*OneOutput\(model, 'out'\)"),
        (lambda x: (x, x), TypeError, r"got tuple with 0 \(5, 3\), .*OneOutput\(model, 0\)"),
        (lambda x: x.numpy(), TypeError, r"must return a tensor \(b, classes\), got ndarray"),
        (lambda x: x.to(torch.complex64), TypeError, "must return real numbers, got torch.complex64"),
        (lambda x: x.argmax(1), TypeError, "must return scores, got one torch.int64 for each image, a label"),
    ],
)
def test_answers_that_are_no_logits_are_refused(answer, error, message):
    with pytest.raises(error, match=message):
        classified(Head(3, answer))


@pytest.mark.parametrize(("answer", "field"), [(lambda x: {"aux": x[:, 0], "out": x}, "out"), (lambda x: (x, x), 0),
                                               (lambda x: SimpleNamespace(scores=x, loss=x[0, 0]), "scores")])
def test_the_remedy_of_several_outputs_works(answer, field):
    with pytest.raises(TypeError, match=rf"OneOutput\(model, {field!r}\)"):
        classified(Head(3, answer))
    close(classified(OneOutput(Head(3, answer), field))[1], softmax(logits_of(3), axis=1))
    labels, image = np.arange(64).reshape(8, 8) // 16, np.random.default_rng(3).random((8, 8, 3))
    found, same = (
        lt.explain_image(one, image, segments=labels, target=1, n=30, rng=0)
        for one in (OneOutput(Head(3, answer), field), Head(3))
    )
    assert (found.coefficients == same.coefficients).all()
    with pytest.raises(ValueError, match=r"field must be one of the network's answer, a .*, got 'none'"):
        OneOutput(Head(3, answer), "none")(IMAGES)


def test_one_output_needs_a_network():
    with pytest.raises(TypeError, match=r"network must be a torch\.nn\.Module, got function"):
        OneOutput(lambda images: images, "out")


def test_always_eval_and_frozen():
    classifier = Classifier(convolutional(), **SETTINGS).train()
    assert not any(module.training for module in classifier.modules())
    assert not any(parameter.requires_grad for parameter in classifier.parameters())


def test_layout_reaches_the_network_channels_last():
    recorder = Recorder()
    Classifier(recorder, **SETTINGS)(random_images(2, 3, 20, 30))
    assert recorder.seen.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_gradients_reach_the_images(precision):
    images = random_images(2, 3, 20, 30).requires_grad_()
    Classifier(convolutional(), precision=precision, **SETTINGS)(images)[:, 0].sum().backward()
    assert images.grad.shape == images.shape
    assert images.grad.isfinite().all() and images.grad.abs().max() > 0


def test_gradients_are_the_slope(lite0):
    images = random_images(1, 3, 224, 224).requires_grad_()
    direction = random_images(1, 3, 224, 224)
    logits = Classifier(lite0.network, **{**SETTINGS, "input_size": 224}, output="logits")
    logits(images)[0, 967].backward()
    with torch.no_grad():
        difference = logits(images + 1e-3 * direction) - logits(images - 1e-3 * direction)
    assert (images.grad * direction).sum().item() == pytest.approx(difference[0, 967].item() / 2e-3, rel=0.05)


def test_captum_explains_it():
    classifier = Classifier(convolutional(), output="logits", **SETTINGS)
    images = random_images(1, 3, 8, 8)
    attribution = IntegratedGradients(classifier).attribute(images, target=2, n_steps=200)
    change = (classifier(images) - classifier(torch.zeros_like(images)))[0, 2]
    assert attribution.sum().item() == pytest.approx(change.item(), rel=0.02)


def test_bfloat16_is_close_but_not_equal(lite0, photo):
    rough = load_model("efficientnet_lite0", precision="bfloat16")
    outputs = rough(as_batch(photo))
    gap = rough.precision_gap(as_batch(photo))
    assert outputs.dtype == torch.float32
    assert 0 < gap < 0.05
    assert gap == pytest.approx((outputs - lite0(as_batch(photo))).abs().max().item(), abs=1e-6)


@pytest.mark.parametrize(("precision", "allowed"), [("float32", False), ("tf32", True)])
def test_a_gpu_may_use_tensor_float32_if_asked(precision, allowed):
    told = []
    network = nn.Sequential(convolutional())
    network.register_forward_hook(lambda *_: told.append(torch.backends.cudnn.allow_tf32))
    classifier = Classifier(network, precision=precision, **SETTINGS)
    with tensor_float32(not allowed):
        classifier(random_images(1, 3, 8, 8))
    assert told == [allowed]
    assert classifier.precision_gap(random_images(1, 3, 8, 8)) == 0.0  # on a CPU
    assert told[1:] == {"float32": [], "tf32": [True, False]}[precision]


def test_float32_has_no_precision_gap():
    assert Classifier(convolutional(), **SETTINGS).precision_gap(random_images(1, 3, 8, 8)) == 0.0


def test_names_are_matched_in_any_case(lite0):
    assert lite0.class_index("ESPRESSO") == lite0.class_index(967) == lite0.class_index(np.int64(967)) == 967
    assert lite0.class_name(285) == "Egyptian Mau"


def test_classes_without_names_are_counted():
    classifier = Classifier(convolutional(), **SETTINGS)
    assert (classifier.number_of_classes, classifier.class_name(3)) == (4, "class 3")
    with pytest.raises(ValueError, match=r"class index must be in 0\.\.3, got 4; count classes from 0"):
        classifier.class_index(4)
    with pytest.raises(ValueError, match=r"toy has no class names, got 'cat'; give the class index"):
        classifier.class_index("cat")


def test_unknown_name_shows_close_ones(lite0):
    with pytest.raises(ValueError, match=r"got 'tabbi cat'; did you mean 'tabby cat' or '.*' or '.*'\?$"):
        lite0.class_index("tabbi cat")
    with pytest.raises(ValueError, match=r"got 'xqzw'; see class_names, or give the index"):
        lite0.class_index("xqzw")


def test_ambiguous_name_lists_the_indices():
    classifier = Classifier(Recorder(), class_names=["crane", "cat", "Crane"], **SETTINGS)
    with pytest.raises(ValueError, match=r"unambiguous, got 'crane' for 0, 2; give the index"):
        classifier.class_index("crane")


@pytest.mark.parametrize("index", [-1, 1000])
def test_index_out_of_range(lite0, index):
    with pytest.raises(ValueError, match=rf"got {index}; count classes from 0"):
        lite0.class_name(index)


def test_index_of_another_type(lite0):
    with pytest.raises(TypeError, match=r"class index must be an integer, got 1\.5; count classes from 0"):
        lite0.class_index(1.5)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"output": "odds"}, ValueError, "output must be one of probabilities, sigmoid, softmax, logits, got 'odds'"),
        ({"precision": "float16"}, ValueError, "precision must be one of float32, tf32, bfloat16, got 'float16'"),
        ({"input_size": 0}, ValueError, "input_size must be at least 1, got 0"),
        ({"input_size": 8.0}, TypeError, "input_size must be an integer, got 8.0"),
        ({"mean": (0.5,)}, ValueError, "mean must be three numbers, got 1; give one per colour channel"),
        ({"std": (1, 0, 1)}, ValueError, "std must be positive, got .*; give three channel deviations"),
        ({"network": abs}, TypeError, "network must be a torch.nn.Module, got .*; wrap it in one"),
    ],
)
def test_refused_settings(change, error, message):
    settings = {"network": Recorder(), **SETTINGS, **change}
    with pytest.raises(error, match=message):
        Classifier(settings.pop("network"), **settings)


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.zeros((1, 3, 8, 8)), TypeError, "float tensor in .*, got float64; divide"),
        (
            torch.zeros(1, 3, 8, 8, dtype=torch.uint8),
            TypeError,
            "got torch.uint8; divide 8-bit values by 255",
        ),
        (torch.zeros(3, 8, 8), ValueError, r"images must have shape \(b, 3, h, w\), got \(3, 8, 8\)"),
        (torch.zeros(1, 8, 8, 3), ValueError, r"got \(1, 8, 8, 3\); put channels second"),
    ],
)
def test_refused_batches(images, error, message):
    with pytest.raises(error, match=message):
        Classifier(Recorder(), **SETTINGS)(images)


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((8, 8, 3), dtype=np.uint8), TypeError, "got uint8; divide 8-bit values by 255"),
        ([[0.0]], TypeError, "image must be a float array in .*, got list"),
        (np.zeros((8, 8)), ValueError, r"image must have shape \(h, w, 3\), got \(8, 8\)"),
        (np.full((8, 8, 3), 2.0), ValueError, r"image must be in \[0, 1\], got values from 2 to 2: divide by 255"),
        (np.full((8, 8, 3), 1 + 2e-6), ValueError, r"image must be in \[0, 1\], got .* to 1.000002: .*np.clip it"),
        (np.full((8, 8, 3), np.nan), ValueError, "image must be finite, got 192 NaN or infinite"),
    ],
)
def test_refused_images(image, error, message):
    with pytest.raises(error, match=message):
        Classifier(Recorder(), **SETTINGS).prepare(image)


def test_prepare_clips_an_overshoot_of_a_millionth():
    classifier = Classifier(Recorder(), **SETTINGS)
    over, clean = np.full((8, 8, 3), 1 + 9e-7), np.ones((8, 8, 3))
    over[0], clean[0] = -9e-7, 0.0
    kept = over.copy()
    np.testing.assert_array_equal(classifier.prepare(over), classifier.prepare(clean))
    np.testing.assert_array_equal(over, kept)


def test_class_names_must_fit_the_outputs():
    with pytest.raises(
        ValueError, match="class_names must name all 3 outputs, got 2 names; give one per class"
    ):
        Classifier(Recorder(), class_names=["a", "b"], **SETTINGS)(random_images(1, 3, 8, 8))


def test_network_must_return_one_row_per_image():
    with pytest.raises(
        ValueError, match=r"must return \(b, classes\), got \(1, 3, 8, 8\); flatten its output"
    ):
        Classifier(nn.Identity(), **SETTINGS)(random_images(1, 3, 8, 8))
