"""`verify` with a small network yields sections, checks and figures, and finds wrong theories."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

import limetheory as lt
from limetheory.verification import Workload, verify
from limetheory.verification import bandwidth as bandwidth_module
from limetheory.verification import network as network_module
from limetheory.verification.bandwidth import bandwidth_checks, sweep
from limetheory.verification.digit_models import FITTED, random_forest, stroke_detector, support_vector_machine
from limetheory.verification.digits import digit_checks, digit_comparisons, enlarged_digits
from limetheory.verification.figures import gradients_figure
from limetheory.verification.network import converge, network_checks, study
from limetheory.verification.report import write_report

SIZES = [256, 512, 1024]
PLAN = Workload(("tiny",), ("coffee",), 5, 60, 32, (32, 256, 512, 1024), 100, 30)


class Tiny(nn.Module):
    """Two smooth classes of the colours of 24×24 images, with the interface of a Classifier."""

    name = "tiny"

    def __init__(self):
        super().__init__()
        weights = np.random.default_rng(0).normal(size=(2, 3 * 24 * 24)) / 8
        self.weights = nn.Parameter(torch.as_tensor(weights, dtype=torch.float32))

    def forward(self, x):
        return torch.sigmoid(x.reshape(len(x), -1) @ self.weights.T)

    def prepare(self, image):
        return image[8 : 8 + 24 * 16 : 16, 8 : 8 + 24 * 16 : 16]

    def class_name(self, index):
        return f"<b>{index}"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    return study(Tiny(), "coffee", 5, SIZES, 200, 32, 0, folder)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One whole run: its sections, its folder and its messages."""
    folder, said = tmp_path_factory.mktemp("run"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("limetheory.networks.load_model", lambda name: Tiny())
        return list(verify(PLAN, folder, said.append)), folder, said


@pytest.mark.slow
def test_every_section_comes_out_with_checks_numbers_and_figures(run):
    sections, folder, _ = run
    assert [section.title.split()[0] for section in sections] == ["Closed", "Convergence", "Bandwidth"]
    for section in sections:
        assert section.checks and section.numbers and section.figures and section.text
    assert [len(section.figures) for section in sections] == [1, 2, 1]
    assert [path.name for path in (folder / "tables").iterdir()] == ["coffee-tiny-d5.npz"]
    page = write_report(sections, {"seed": 0}, folder)
    record = json.loads((folder / "report.json").read_text())
    limit = record["sections"][1]["numbers"]["coffee"]["limit"]
    with np.load(folder / "tables" / "coffee-tiny-d5.npz") as kept:
        found = lt.limit(lt.SetFunction(kept["values"]), lt.ImageDesign(5))
    assert limit == found.coefficients.tolist() and page.name == "report.html"


@pytest.mark.slow
def test_numbers_of_superpixels_do_not_overlap(result):
    close = np.array([0.67, 0.0, 0.002, -0.001, 0.003])
    figure = gradients_figure(replace(result, limit=close, gradients=close[::-1] + close))
    scatter = figure.axes[3]
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in scatter.texts]
    points = scatter.transData.transform(scatter.lines[-1].get_xydata())
    assert [text.get_text() for text in scatter.texts] == ["0", "4"] and not boxes[0].overlaps(boxes[1])
    assert not any(box.contains(*point) for box in boxes for point in points)


@pytest.mark.slow
def test_the_run_says_what_it_starts(run):
    said = run[2]
    assert len(said) == 2 and said[0].startswith("digits") and "all 2^5 masks" in said[1]


def named(checks, part):
    return next(check for check in checks if part in check.name)


def failing(checks):
    return [check.name for check in checks if not check.passed]


@pytest.mark.slow
def test_right_theory_passes_every_check(result):
    assert failing(network_checks(result)) == []
    assert failing(bandwidth_checks(sweep("coffee", result.table), result.table)) == []


@pytest.mark.slow
def test_the_result_is_the_network_s(result):
    masks = lt.all_masks(5)
    values = Tiny()(torch.as_tensor(result.masked.compose(masks), dtype=torch.float32).permute(0, 3, 1, 2))
    column = int(values[-1].argmax())
    np.testing.assert_allclose(result.table.values, values[:, column].detach().numpy(), rtol=0, atol=1e-6)
    assert result.probability == result.table.values[-1] and result.target == f"<b>{column}"
    assert result.correlation == pytest.approx(np.corrcoef(result.limit, result.gradients)[0, 1])


def reconverged(result):
    found = converge(result.table, SIZES, 200, 0)
    return network_checks(replace(result, convergence=found))


@pytest.mark.slow
def test_mutant_a_limit_that_is_wrong_by_five_percent_is_caught(result, monkeypatch):
    right = network_module.limit

    def wrong(F, design):
        answer = right(F, design)
        return replace(answer, coefficients=1.05 * answer.coefficients)

    monkeypatch.setattr(network_module, "limit", wrong)
    found = reconverged(result)
    assert not named(found, "error over predicted").passed and not named(found, "coverage").passed


@pytest.mark.slow
def test_mutant_a_limit_at_another_bandwidth_is_caught(result, monkeypatch):
    right = network_module.limit
    monkeypatch.setattr(network_module, "limit", lambda F, design: right(F, lt.ImageDesign(F.d, 1.0)))
    found = reconverged(result)
    assert not named(found, "rate").passed and not named(found, "error over predicted").passed


@pytest.mark.slow
@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_mutant_standard_errors_that_are_wrong_are_caught(result, monkeypatch, factor):
    right = network_module.estimate

    def wrong(*arguments):
        answer = right(*arguments)
        return replace(answer, standard_errors=factor * answer.standard_errors)

    monkeypatch.setattr(network_module, "estimate", wrong)
    assert failing(reconverged(result)) == ["coffee: coverage of 95 % intervals"]


@pytest.mark.slow
@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_mutant_a_wrong_central_limit_theorem_is_caught(result, monkeypatch, factor):
    right = network_module.asymptotic_deviations
    monkeypatch.setattr(network_module, "asymptotic_deviations", lambda *args: factor * right(*args))
    assert [name.split(" at ")[0] for name in failing(reconverged(result))] == ["coffee: error over predicted"]


def test_mutant_gradients_of_another_class_or_unfinished_integrals_are_caught(result):
    assert not named(network_checks(replace(result, gradients=-result.gradients)), "gradients' sum").passed
    assert not named(network_checks(replace(result, gradients=1.06 * result.gradients)), "gradients' sum").passed
    assert not named(network_checks(replace(result, gradients=np.nan * result.gradients)), "gradients' sum").passed


def test_mutant_an_unweighted_limit_that_is_not_the_difference_of_means_is_caught(result, monkeypatch):
    found = sweep("coffee", result.table)
    scaled = bandwidth_checks(replace(found, unweighted=1.001 * found.unweighted), result.table)
    assert "coffee: order of the approach" in failing(scaled)
    monkeypatch.setattr(bandwidth_module, "limit", lambda F, design: lt.limit(F, lt.BernoulliDesign(F.d, 0.501)))
    assert not bandwidth_checks(found, result.table)[0].passed


@pytest.fixture(scope="module")
def digits():
    return digit_comparisons(200, 100, 0)


@pytest.mark.slow
def test_digits_pass_and_their_mutants_do_not(digits):
    linear, detector, *trained = digits
    assert failing(digit_checks(digits)) == []
    leaf = lt.set_function(stroke_detector(detector.masked.image), detector.masked)
    wide = lt.limit(leaf, lt.ImageDesign(leaf.d, 1.0))
    for mutant, caught in (
        ([replace(linear, limit=1.05 * linear.limit), detector], "linear model"),
        ([linear, replace(detector, limit=1.05 * detector.limit)], "largest z"),
        ([linear, replace(detector, limit=wide.coefficients)], "largest z"),
        ([linear, replace(detector, limit=0 * detector.limit)], "not trivial"),
    ):
        assert not named(digit_checks([*mutant, *trained]), caught).passed


TRAINED = {"random forest": 2, "SVM, RBF kernel": 3}


@pytest.mark.slow
@pytest.mark.parametrize("name", TRAINED)
def test_trained_models_are_scikit_learns_own_and_their_mutants_are_caught(digits, name):
    place = TRAINED[name]
    found = digits[place]
    assert found.name == name and found.originals.shape == (2**found.masked.d,) and np.ptp(found.originals) > 0.1
    at_another_bandwidth = lt.limit(lt.SetFunction(found.originals), lt.ImageDesign(found.masked.d, 1.0)).coefficients
    for changed, caught in (
        ({"limit": at_another_bandwidth}, {"largest z", "against enumeration"}),
        ({"limit": found.limit[::-1]}, {"largest z", "against enumeration"}),
        ({"limit": (1 + 1e-8) * found.limit}, {"against enumeration"}),
        ({"limit": 0 * found.limit}, {"largest z", "against enumeration", "not trivial"}),
        ({"values": found.values + 1e-8 * np.eye(len(found.values))[3]}, {"against scikit-learn"}),
    ):
        checks = digit_checks([*digits[:place], replace(found, **changed), *digits[place + 1 :]])
        wrong = failing(checks)
        assert all(check.startswith(name) for check in wrong)
        assert {part for part in PARTS if any(part in check for check in wrong)} == caught


PARTS = ("largest z", "not trivial", "against scikit-learn", "against enumeration")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "build"), [("random forest", random_forest), ("SVM", support_vector_machine)])
def test_trained_models_recognise_digits_that_they_were_not_fitted_to(name, build):
    images, labels = enlarged_digits()
    one, threshold = build(images, labels, 3), 0.5 if name == "random forest" else 0.0
    rest = slice(FITTED, None)
    found = one.original(images[rest]) > threshold
    is_three = labels[rest] == 3
    # a constant answer has balanced accuracy 0.5
    assert 0.5 * (found[is_three].mean() + (~found[~is_three]).mean()) > 0.8
    np.testing.assert_allclose(one.model(images[rest]), one.original(images[rest]), rtol=0, atol=1e-12)
