"""The 2021 study: its indices, rules of integration and networks are right, and its tables say what the rows say."""

import json
from itertools import combinations

import numpy as np
import pytest
import torch
from skimage.data import coffee
from torchvision.models import squeezenet1_1

import limetheory as lt
from experiments._frame.command import parsed
from experiments._frame.saved_rows import load
from experiments.garreau2021 import comparison, report, theory
from experiments.garreau2021.agreement import chance, chance_of, index, largest, simulated
from experiments.garreau2021.cells import explainable
from experiments.garreau2021.experiment import EXPERIMENT, PARTS
from experiments.garreau2021.path import integrated
from experiments.garreau2021.rules import REFERENCE, STEPS, STUDY, rules
from experiments.garreau2021.scenes import SMALL, scene, study_segments
from experiments.garreau2021.settings import FULL, SMOKE
from experiments.garreau2021.small_networks import architecture, classifiers
from limetheory.cli.main import run
from limetheory.verification.network import chance_jaccard
from tests.experiments.mnist_files import write_mnist

SIDE = 12


@pytest.fixture(scope="module")
def image():
    """A small picture of four bright and dark quarters with some noise."""
    rng = np.random.default_rng(0)
    quarters = np.kron(np.array([[0.1, 0.9], [0.8, 0.3]]), np.ones((SIDE // 2, SIDE // 2)))
    return np.clip(quarters[..., None] + rng.uniform(-0.1, 0.1, (SIDE, SIDE, 3)), 0, 1)


@pytest.fixture(scope="module")
def models():
    """A small network with random weights, with probabilities and with logits."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return classifiers(architecture("VGG1", SIDE, SIDE).eval(), "random")


@pytest.fixture(scope="module")
def masked(image):
    return lt.MaskedImage(image, lt.segment(image, "grid", n_segments=9))


# the command


@pytest.mark.slow
def test_the_smoke_mode_prints_a_row_of_every_part_and_touches_no_saved_row(capsys):
    before = EXPERIMENT.saved.read_bytes() if EXPERIMENT.saved.exists() else None
    assert run(["experiment", "run", "garreau2021", "--smoke"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [sum(row["part"] == part for row in rows) for part in PARTS] == [3, 1, 1, 2, 2 * len(SMALL), 1]
    assert all(row["versions"]["lime"] and row["seconds"] > 0 for row in rows)
    assert (EXPERIMENT.saved.read_bytes() if EXPERIMENT.saved.exists() else None) == before
    for name in report.BLOCKS:
        assert report.block(name, rows).count("|") > 10


def asked(*words):
    return [one for batch in EXPERIMENT.batches(parsed(EXPERIMENT, ["run", *words])) for one in batch.jobs]


def test_jobs_have_different_keys_and_all_of_the_studys_images(tmp_path):
    for number in range(40):
        (tmp_path / f"{number:02}.png").touch()
    keys = [job.key for job in asked("--data", str(tmp_path))]
    assert len({tuple(key.values()) for key in keys}) == len(keys)
    of_study = [key["model"] for key in keys if key["part"] == "imagenet" and key["variant"] == "study"]
    assert [of_study.count(f"efficientnet_lite{n}") for n in (0, 1, 2)] == [40, 40, 40]
    assert sum(key["part"] == "small" and key["variant"] == "study" for key in keys) == 4 * 40


def test_another_network_takes_the_place_of_all_three(tmp_path):
    file = tmp_path / "weights.pth"
    keys = [job.key for job in asked("--only", "imagenet", "--model", "resnet18", "--weights", str(file))]
    assert {key["model"] for key in keys} == {"resnet18"} and len({key["image"] for key in keys}) == 4


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--weights", "file.pth"], "give --model NAME too"),
        (["--dataset", "imagenet"], "dataset must be one of"),
        (["--only", "table1"], "only must be one of"),
        (["--data", "nowhere", "--only", "imagenet"], "give another --data"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(words, message):
    with pytest.raises(ValueError, match=message) as refused:
        asked(*words)
    assert "\n" not in str(refused.value)


# the index


def test_chance_is_the_mean_over_all_pairs_of_sets():
    for d, one, other in ((5, 2, 2), (5, 3, 1), (4, 4, 2), (4, 0, 2), (3, 0, 0)):
        sets = [[set(s) for s in combinations(range(d), size)] for size in (one, other)]
        found = [len(a & b) / len(a | b) if a | b else 1.0 for a in sets[0] for b in sets[1]]
        assert chance(d, one, other) == pytest.approx(np.mean(found), abs=1e-12)
    assert chance(12, 5, 5) == pytest.approx(chance_jaccard(12, 5))


def test_only_positive_coefficients_count_and_rounding_does_not():
    assert largest([0.5, 1e-12, 0.2, -3.0], 3) == {0, 2}
    assert index([0.5, 0.2, -1], [0.1, -0.2, -1], 2) == 0.5 and index([-1, 0], [0, -2], 2) == 1.0
    assert chance_of([0.5, 0.2, -1], [0.1, -0.2, -1], 2) == pytest.approx(chance(3, 2, 1))


def test_repetitions_without_noise_are_the_limit():
    limit, path = np.array([0.3, 0.2, -0.1, 0.05]), {REFERENCE: np.array([0.3, -0.2, 0.1, 0.05])}
    found = simulated(limit, np.zeros((4, 4)), 5, path, 2, [0])
    assert found["run, run"] == found["mean, limit"] == 1.0
    assert found["run, gradients"] == found["mean, gradients"] == pytest.approx(1 / 3)
    noisy = simulated(limit, 0.01 * np.eye(4), 5, path, 2, [0])
    assert noisy["run, run"] < noisy["mean, mean"] < 1


# the path


@pytest.mark.parametrize("name", rules())
def test_rules_integrate_what_they_should(name):
    nodes, weights = rules()[name]
    errors = [abs(weights @ nodes**power - 1 / (power + 1)) for power in (0, 1, 2)]
    assert errors[0] < 1e-12
    one_sided = name.startswith(("left", "right"))
    assert errors[1] == pytest.approx(0.5 / STEPS if one_sided else 0, abs=1e-12)
    assert (errors[2] < 1e-12) == (name == REFERENCE)


def test_from_the_other_end_left_is_right_and_the_studys_rule_stays():
    found = rules()
    for name, mirrored in ((STUDY, STUDY), (f"left, {STEPS}", f"right, {STEPS}")):
        (nodes, weights), (others, same) = found[name], found[mirrored]
        assert np.allclose(np.sort(1 - nodes), others) and np.allclose(weights[::-1], same)


@pytest.mark.slow
def test_gradients_are_captums_and_those_of_the_studys_rule_are_autograds(models, masked):
    found = integrated(models[1], masked, 3)
    captum = lt.superpixel_integrated_gradients(models[0], masked.image, masked.segments, target=3, steps=64)
    assert np.allclose(found[REFERENCE], captum.coefficients, atol=1e-6 * np.abs(captum.coefficients).max())
    start, end = (torch.tensor(x, dtype=torch.float32).permute(2, 0, 1)[None] for x in (masked.replaced, masked.image))
    slopes = []
    for alpha in np.linspace(0, 1, STEPS + 1):
        # as in the study's scripts: from the image to the replacement
        at = (end + float(alpha) * (start - end)).requires_grad_()
        models[0](at)[0, 3].backward()
        slopes.append(at.grad)
    mean = (torch.cat(slopes)[1:] + torch.cat(slopes)[:-1]).mean(dim=0) / 2
    by_pixel = ((end - start)[0] * mean).sum(dim=0).numpy()
    slow = np.bincount(masked.segments.ravel(), by_pixel.ravel())
    assert np.allclose(found[STUDY], slow, atol=1e-5 * np.abs(slow).max())
    assert not np.allclose(found[f"left, {STEPS}"], slow, atol=1e-5 * np.abs(slow).max())


# the comparison


@pytest.mark.slow
def test_exact_rows_are_those_of_all_masks(models, masked):
    row = comparison.compared(models, masked, [0, 1], SMOKE, cheap=True)
    function = lt.ModelFunction(models[0], masked)
    values = function(lt.all_masks(masked.d))
    exact = lt.limit(lt.SetFunction(values), lt.ImageDesign(masked.d))
    assert row["exact"] and row["rise"] == pytest.approx(values[-1] - values[0])
    assert np.allclose(row["limit"], exact.coefficients, rtol=1e-4, atol=1e-9)
    assert row["bandwidths"]["0.25"] == row["limit"] != row["bandwidths"]["inf"]
    shown = [values[on].mean() - values[~on].mean() for on in lt.all_masks(masked.d).T]
    assert np.allclose(row["bandwidths"]["inf"], shown, rtol=1e-4, atol=1e-9)
    assert sum(row["shapley"]) == pytest.approx(row["rise"], rel=1e-3)
    assert comparison.compared(models, masked, [0, 1], SMOKE, cheap=True)["runs"] == row["runs"]


@pytest.mark.slow
def test_estimates_agree_with_what_is_exact(models, masked):
    table = lt.SetFunction(lt.ModelFunction(models[0], masked)(lt.all_masks(masked.d)))
    runs, exact = comparison.drawn(table, masked.d, [3], FULL), comparison.exactly(table)
    found = comparison.estimated(runs, [3])
    scale = np.sqrt(np.diag(exact["covariance"]) / (5 * (FULL.masks - 1)))
    for width, values in found["bandwidths"].items():
        # 5 deviations: a false alarm in fewer than one of 10^5 seeds; narrower kernels have fewer effective masks
        assert np.all(np.abs(values - exact["bandwidths"][width]) < (15 if width == "0.15" else 5) * scale)
    assert np.all(np.abs(found["limit"] - exact["limit"]) < 5 * scale)
    assert np.allclose(np.diag(found["covariance"]), np.diag(exact["covariance"]), rtol=0.3)
    assert np.all(found["limit_error"] < 1.5 * scale)


@pytest.mark.slow
def test_large_networks_are_enumerated_only_where_that_costs_no_more_than_the_runs(models, masked):
    row = comparison.compared(models, masked, [0], SMOKE, cheap=False)
    assert not row["exact"] and 2**masked.d > SMOKE.masks * SMOKE.repetitions and "shapley" not in row
    assert max(row["limit_error"]) > 0


@pytest.mark.parametrize("variant", SMALL)
def test_variants_change_the_replacement_or_the_superpixels(image, variant):
    study, found = scene(image, image, 1, "study"), scene(image, image, 1, variant)
    same = np.array_equal(study.segments, found.segments)
    assert same == (variant not in ("slic", "grid"))
    hides = {"black": 0.0, "grey": 0.5}
    assert variant not in hides or np.all(found.replaced == hides[variant])


def test_the_studys_superpixels_are_those_of_the_preprocessed_image():
    image = lt.as_image(coffee()[::8, ::8])
    assert not np.array_equal(study_segments(4 * image - 2, 1), study_segments(image, 1))
    assert np.array_equal(study_segments(image, 1), lt.segment(image, "quickshift", kernel_size=1))


# the networks


@pytest.mark.slow
def test_a_network_of_torchvision_with_local_weights_takes_the_place_of_the_bundled_ones(tmp_path):
    file = tmp_path / "weights.pth"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        torch.save(squeezenet1_1(weights=None).state_dict(), file)
    words = ("--only", "imagenet", "--model", "squeezenet1_1", "--weights", str(file), "--smoke")
    (job,) = asked(*words)
    row = job.measure()
    assert {name: row[name] for name in job.key} == job.key and row["model"] == "squeezenet1_1"
    assert len(row["runs"]) == SMOKE.repetitions and len(row["limit"]) == row["superpixels"] > 16


@pytest.mark.slow
def test_the_small_networks_are_trained_on_local_files(tmp_path):
    write_mnist(tmp_path)
    row = asked("--dataset", "mnist", "--data", str(tmp_path), "--smoke", "--only", "small")[0].measure()
    assert row["data"] == "mnist" and row["exact"] == (row["superpixels"] <= 16)
    figures = asked("--dataset", "mnist", "--data", str(tmp_path), "--only", "figure3", "figure4")
    assert [one.key["model"] for one in figures] == ["upper left", "lower middle", "upper middle", "linear"]
    assert not asked("--dataset", "cifar10", "--data", str(tmp_path), "--only", "figure3", "figure4")


# models with a closed form


@pytest.mark.slow
def test_the_widest_shape_meets_most_superpixels_and_the_lime_package_finds_the_limit():
    row = theory.detector("digits", None, theory.WIDEST, 0, FULL)
    assert row["first"] == theory.widest(theory.digit("digits", None, theory.DETECTED))
    on = np.unique(np.array(row["segments"]).ravel()[row["first"] : row["first"] + theory.LENGTH])
    exact = lt.limit(lt.Leaf(row["superpixels"], on=on.tolist()), lt.ImageDesign(row["superpixels"])).coefficients
    assert len(on) > 1 and np.allclose(row["limit"], exact, rtol=1e-4, atol=1e-9)
    for runs in row["runs"].values():
        # means of five; the penalty changes a coefficient by about 1 %
        assert np.all(np.abs(np.mean(runs, axis=0) - exact) < 5 * np.array(row["deviation"]) / 5**0.5 + 0.01)


def test_an_absent_shape_has_no_coefficients_and_a_linear_model_has_its_own():
    absent = theory.detector("digits", None, "upper left", 0, SMOKE)
    assert not np.any(absent["limit"]) and not np.any(absent["runs"]["lime"])
    row = theory.linear("digits", None, 0, SMOKE)
    pixels, segments = np.array(row["pixels"]) / 255, np.array(row["segments"])
    by_hand = np.bincount(segments.ravel(), (theory.weights(pixels.shape, 0) * pixels).ravel())
    assert np.allclose(row["limit"], by_hand, rtol=1e-4)


# the saved rows


@pytest.mark.slow
def test_every_table_is_made_of_the_saved_rows_and_an_empty_one_says_so():
    rows = load(EXPERIMENT.saved)
    for name, (_, needed) in report.BLOCKS.items():
        said = report.block(name, rows)
        assert ("|" in said) == any(row["part"] in needed for row in rows)
        assert "No row" in report.block(name, [])


def test_images_without_an_explanation_are_left_out():
    row = {"part": "small", "variant": "study", "limit": [0.0, 0.0]}
    assert explainable([row, {**row, "limit": [1e-31, 0.0]}]) == []
    assert explainable([{**row, "limit": [-1e-3, 0.0]}]) == [{**row, "limit": [-1e-3, 0.0]}]


def test_saved_small_rows_are_exact_and_complete_explanations():
    rows = [row for row in load(EXPERIMENT.saved) if row["part"] == "small"]
    assert all(row["exact"] for row in rows)
    assert all(abs(sum(row["shapley"]) - row["rise"]) < 1e-3 for row in rows)
