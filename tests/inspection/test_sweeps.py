"""Sweeps: one evaluation for each value, in any kind of input, and what Ctrl-C and wrong arguments do."""

import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt
from limetheory.inspection import Unfinished, sweep

IMAGE = np.random.default_rng(0).random((5, 6, 3))
STRENGTHS = np.linspace(0, 1, 23)


class Colours:
    """Three classes by the mean colours, and what it sees."""

    names = ("red", "green", "blue")

    def __init__(self):
        self.seen = []

    def __call__(self, images):
        self.seen += [image.tobytes() for image in images]
        return images.mean(axis=(1, 2))

    def class_name(self, column):
        return self.names[column]

    def class_index(self, name):
        return self.names.index(name)


def redder(strength):
    image = IMAGE.copy()
    image[..., 0] *= strength
    return image


@pytest.mark.parametrize("batch_size", [1, 4, 50])
def test_curves_are_the_answers_one_by_one(batch_size):
    found = sweep(Colours(), redder, STRENGTHS, ["red", 2], parameter="strength", batch_size=batch_size)
    by_hand = np.stack([redder(strength).mean(axis=(0, 1)) for strength in STRENGTHS])
    np.testing.assert_allclose(found.outputs, by_hand, atol=1e-14)
    np.testing.assert_array_equal(found.curves, found.outputs[:, [0, 2]])
    assert found.columns == (0, 2) and found.names == ("red", "blue") and found.parameter == "strength"


def test_each_value_is_edited_once_and_evaluated_once_but_for_the_checks():
    model, edits = Colours(), []

    def edited(strength):
        edits.append(strength)
        return redder(strength)

    found = sweep(model, edited, STRENGTHS, [0], batch_size=8)
    assert edits == STRENGTHS.tolist() and len(model.seen) == found.n_evaluations
    assert len(STRENGTHS) <= found.n_evaluations <= len(STRENGTHS) + 12


def test_without_targets_the_classes_that_lead_somewhere_are_shown_first():
    def moving(images):
        means = images.mean(axis=(1, 2, 3))
        return np.stack([0 * means, 0.2 + 0 * means, means, 0.3 + 0 * means], axis=1)

    found = sweep(moving, lambda strength: strength * IMAGE, [0.0, 0.2, 0.9, 1.0])
    assert found.columns == (2, 3, 1, 0) and found.top.tolist() == [3, 3, 2, 2]


def test_a_torch_module_gets_batches_on_its_device_and_a_batch_norm_that_mixes_is_refused():
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    found = sweep(network, redder, STRENGTHS, [1], batch_size=6)
    pictures = torch.as_tensor(np.stack([redder(one) for one in STRENGTHS]), dtype=torch.float32).permute(0, 3, 1, 2)
    with torch.no_grad():
        np.testing.assert_allclose(found.outputs, network(pictures).numpy(), atol=1e-6)
    mixing = nn.Sequential(nn.BatchNorm2d(3, track_running_stats=False), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with pytest.raises(ValueError, match="give batch norms running statistics"):
        sweep(mixing, redder, STRENGTHS, [1], batch_size=6)


def test_a_network_of_one_channel_takes_grey_pictures():
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    found = sweep(network, lambda strength: strength * IMAGE[..., 0], [0.1, 0.5, 0.9], [0])
    assert found.outputs.shape == (3, 2) and len(set(found.outputs[:, 0])) == 3


def test_texts_and_rows_have_sweeps_too():
    stars = lambda texts: [3.0 + text.count("good") for text in texts]  # noqa: E731
    found = sweep(stars, lambda count: "good " * int(count), [0, 1, 4])
    assert found.curves[:, 0].tolist() == [3, 4, 7] and found.n_evaluations == 3
    rows = sweep(lambda rows: rows[:, 0] * 2, lambda age: [age, 3.0], [1.0, 2.0])
    assert rows.curves[:, 0].tolist() == [2.0, 4.0]
    mixed = sweep(lambda rows: [row[0] if row[1] == "red" else 0.0 for row in rows], lambda age: [age, "red"], [1, 2])
    assert mixed.curves[:, 0].tolist() == [1.0, 2.0]


def test_the_classes_of_estimators_have_names():
    class Estimator:
        classes_ = ("no", "yes")

        def predict_proba(self, rows):
            return np.stack([1 - rows[:, 0], rows[:, 0]], axis=1)

    found = sweep(Estimator(), lambda share: np.array([share, 1.0]), [0.2, 0.7], ["yes"])
    assert found.names == ("yes",) and found.curves[:, 0].tolist() == [0.2, 0.7]


def test_ctrl_c_gives_the_finished_values():
    calls = []

    def model(images):
        calls.append(len(images))
        if len(calls) == 9:
            raise KeyboardInterrupt
        return images.mean(axis=(1, 2))

    with pytest.raises(Unfinished, match=r"interrupted after \d+ of 23 values") as stopped:
        sweep(model, redder, STRENGTHS, [0], batch_size=2)
    found = stopped.value.answer
    assert 2 <= len(found.values) < 23 and len(found.outputs) == len(found.values)
    np.testing.assert_array_equal(found.values, STRENGTHS[: len(found.values)])


@pytest.mark.parametrize(("arguments", "kind", "message"), [
    ({"values": []}, ValueError, "values must be one or more numbers, got none; give such as numpy.linspace"),
    ({"values": [[1.0]]}, ValueError, "values must be one-dimensional"),
    ({"targets": [7]}, ValueError, "target must be below the number of columns the model returns, 3, got 7"),
    ({"targets": 1}, TypeError, "targets must be a list of class indices or names, got int; put a single one in"),
    ({"edited": lambda: IMAGE}, TypeError, "edited must be a callable value → input, got one with the arguments"),
    ({"edited": lambda value: None}, TypeError, "an input must be an image, a text or a row, got None"),
    ({"edited": lambda value: IMAGE[: 3 + int(value)]}, ValueError, r"same size, got \(3, 6, 3\) and \(4, 6, 3\)"),
    ({"parameter": 3}, TypeError, "parameter must be a string, got int"),
])  # fmt: skip
def test_wrong_arguments_are_refused_in_one_line(arguments, kind, message):
    call = {"model": Colours(), "edited": redder, "values": [0.0, 1.0], **arguments}
    with pytest.raises(kind, match=message) as refused:
        sweep(**call)
    assert "\n" not in str(refused.value)


def test_options_of_images_are_refused_with_texts():
    with pytest.raises(ValueError, match="device is for images, got 'cpu' with texts; leave it out"):
        sweep(len, lambda value: "a", [1], device="cpu")


def test_a_sweep_shows_itself():
    found = sweep(Colours(), redder, [0.0, 0.5], ["red", "blue"], parameter="a < b")
    assert str(found).splitlines()[1].split() == ["a", "<", "b", "red", "blue"]
    assert "<th>a &lt; b</th><th>red</th><th>blue</th>" in found._repr_html_()
    figure = found.plot()
    assert [line.get_label() for line in figure.axes[0].get_lines()[:2]] == ["red", "blue"]
    np.testing.assert_array_equal(figure.axes[0].get_lines()[0].get_ydata(), found.curves[:, 0])
    assert list(found.to_dataframe().columns) == ["a < b", "red", "blue"]
    assert lt.__version__
