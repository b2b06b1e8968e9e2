"""The classifier: preprocessing, precision, gradients, names."""

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from PIL import Image
from skimage import data
from torch import nn

from limetheory.devices import tensor_float32
from limetheory.models import Classifier, load_model

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
    Classifier(recorder, **SETTINGS)(images)
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
    classifier = Classifier(recorder, **{**SETTINGS, "input_size": None})
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
        ({"output": "odds"}, ValueError, "output must be one of probabilities, logits, got 'odds'"),
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
        (np.full((8, 8, 3), 2.0), ValueError, r"image must lie in \[0, 1\], got \[2, 2\]; rescale it"),
        (np.full((8, 8, 3), np.nan), ValueError, r"image must lie in \[0, 1\], got \[nan, nan\]"),
    ],
)
def test_refused_images(image, error, message):
    with pytest.raises(error, match=message):
        Classifier(Recorder(), **SETTINGS).prepare(image)


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
