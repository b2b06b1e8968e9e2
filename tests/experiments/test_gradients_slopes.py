"""Slopes beside differences: models where both are known, statistics worked out again, a real network, resuming."""

import json
import statistics
from hashlib import sha256

import numpy as np
import pytest
import torch
from skimage.io import imsave

import limetheory as lt
from experiments._frame.command import main
from experiments.gradients import slopes
from experiments.gradients.experiment import EXPERIMENT
from experiments.gradients.report import slopes_summary, summary
from experiments.gradients.rows import ROWS, SLOPES
from experiments.gradients.slopes import agreement, blend_slopes, compared, differences, log_odds
from experiments.gradients.synthetic_network import blended
from experiments.tables.store import FOLDER, Table, load, save
from limetheory.limits.enumeration import all_masks
from limetheory.verification.network import exactly, photograph


@pytest.mark.parametrize("seed", range(3))
def test_a_model_that_is_multilinear_in_the_blends_has_its_differences_for_slopes(seed):
    table, model, masked = blended(5, seed, np.ones(5))
    masks = all_masks(5)
    odds, found = blend_slopes(model, masked, masks, 0)
    np.testing.assert_allclose(odds, log_odds(table.values), rtol=0, atol=1e-12)
    exact = differences(log_odds(table.values), masks)
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12)
    assert exact.std(axis=0).min() > 0.01
    row = compared(table, model, masked)
    assert row["log odds"] == pytest.approx(dict.fromkeys(row["log odds"], 1.0), abs=1e-9) and row["drift"] < 1e-12


def test_on_the_scale_of_probability_slopes_are_derivatives_of_the_probability():
    table, model, masked = blended(4, 0, np.array([1.0, 2.0, 3.0, 1.0]))
    masks, step = np.random.default_rng(slopes.SEED).random((slopes.MASKS, 4)) < 0.5, 1e-5

    def probability(blends):
        return 1 / (1 + np.exp(-blend_slopes(model, masked, blends, 0)[0]))

    nudges = step * np.eye(4)
    found = np.transpose([probability(masks + e) - probability(masks - e) for e in nudges]) / (2 * step)
    said, exact = compared(table, model, masked)["probability"], differences(table.values, masks)
    assert said["scale"] == pytest.approx((found * exact).sum() / (found**2).sum(), rel=1e-5)
    assert said["correlation"] == pytest.approx(np.corrcoef(found.ravel(), exact.ravel())[0, 1], abs=1e-5)


def test_slopes_of_other_superpixels_or_of_another_class_are_told_apart():
    table, model, masked = blended(5, 0, np.ones(5))
    masks = np.random.default_rng(1).random((40, 5)) < 0.5
    flipped = np.arange(40) % 5
    ends = np.concatenate([masks, masks ^ (np.arange(5) == flipped[:, None])])
    exact = differences(log_odds(table.values), masks)
    _, found = blend_slopes(model, masked, ends, 0)
    assert agreement(found, exact, flipped)["correlation"] == pytest.approx(1)
    assert agreement(np.roll(found, 1, axis=1), exact, flipped)["correlation"] < 0.9
    _, other = blend_slopes(model, masked, ends, 1)
    assert agreement(other, exact, flipped)["scale"] == pytest.approx(-1)


def test_of_a_quadratic_blend_only_the_mean_of_both_ends_is_the_difference():
    said = compared(*blended(6, 0, np.full(6, 2.0)))["log odds"]
    # ∂_j t_j² is 2 where the superpixel is shown and 0 where it is hidden; other blends are at corners
    assert said["both ends"] == pytest.approx(1) and said["one end"] < 0.9 and said["correlation"] < 0.9
    cubic = compared(*blended(6, 0, np.linspace(1, 5, 6)))["log odds"]
    assert cubic["both ends"] < 1 - 1e-4 and cubic["r2"] < said["r2"] < 1


def test_slopes_integrate_to_differences_between_the_corners():
    table, model, masked = blended(4, 3, np.array([1.0, 2.0, 3.0, 1.5]))
    x, weights = np.polynomial.legendre.leggauss(40)
    mask = np.array([True, False, True, True])
    for j, exact in enumerate(differences(log_odds(table.values), mask[None])[0]):
        blends = np.tile(mask.astype(float), (len(x), 1))
        blends[:, j] = (x + 1) / 2
        assert weights / 2 @ blend_slopes(model, masked, blends, 0)[1][:, j] == pytest.approx(exact, abs=1e-5)


def test_the_statistics_are_those_of_their_definitions():
    rng = np.random.default_rng(5)
    exact, flipped = rng.normal(np.arange(3), size=(12, 3)), np.arange(12) % 3
    found = np.concatenate([exact, exact]) + rng.normal(size=(24, 3))
    said = agreement(found, exact, flipped)
    pairs = [(found[i, j], exact[i, j]) for i in range(12) for j in range(3)]
    means = [[statistics.mean(of[:12, j]) for of in (found, exact)] for j in range(3)]
    inner = [(found[i, j] - means[j][0], exact[i, j] - means[j][1]) for i in range(12) for j in range(3)]
    one = [(found[i, i % 3], exact[i, i % 3]) for i in range(12)]
    both = [((found[i, i % 3] + found[12 + i, i % 3]) / 2, exact[i, i % 3]) for i in range(12)]
    for name, of in {"correlation": pairs, "within superpixels": inner, "of means": means, "one end": one,
                     "both ends": both}.items():  # fmt: skip
        assert said[name] == pytest.approx(statistics.correlation(*map(list, zip(*of, strict=True))))
    missed, squares = (lambda c: sum((b - c * a) ** 2 for a, b in pairs)), sum(b * b for _, b in pairs)
    assert said["r2"] == pytest.approx(1 - missed(said["scale"]) / squares)
    assert missed(said["scale"]) < min(missed(said["scale"] * s) for s in (0.99, 1.01))


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A real network at a photograph in a folder, cut into four, and its table."""
    folder = tmp_path_factory.mktemp("real")
    imsave(folder / "chelsea.png", (photograph("chelsea") * 255).round().astype(np.uint8))
    model = lt.load_model("efficientnet_lite0")
    image = model.prepare(lt.load_image(folder / "chelsea.png"))
    function = lt.ModelFunction(model, lt.MaskedImage(image, exactly(4, image)))
    about = {"photograph": "chelsea.png", "network": "efficientnet_lite0", "superpixels": 4, "target": function.target,
             "sha256": sha256((folder / "chelsea.png").read_bytes()).hexdigest()[:16]}  # fmt: skip
    table = Table(lt.tabulate(function, 4).values, np.arange(4.0), about)
    save(table, folder / "tables" / "d4" / "efficientnet_lite0" / "chelsea.png.npz")
    return folder, table, function.masked


def run(folder, out):
    return main(EXPERIMENT, ["run", "--superpixels", "4", "--tables", str(folder / "tables"),
                             "--out", str(out / "rows"), "--images", str(folder)])  # fmt: skip


class Precise(torch.nn.Module):
    """A classifier's logits in double precision, on images of its own size."""

    def __init__(self, classifier):
        super().__init__()
        self.classifier = classifier.double()

    def forward(self, images):
        return self.classifier.network((images - self.classifier.mean) / self.classifier.std)


@pytest.mark.slow
def test_a_real_network_s_slopes_are_its_derivatives(real):
    # the network is smooth on pieces only, of some 1e-5 of a blend: hence double precision and a small step
    _, table, masked = real
    model, step = Precise(lt.load_model("efficientnet_lite0", output="logits")), 1e-7 * np.eye(4)
    mask = np.array([True, False, True, True])
    odds, found = blend_slopes(model, masked, mask[None], table.about["target"])
    assert odds == pytest.approx(log_odds(table.values)[0b1101], abs=1e-3)
    above, below = blend_slopes(model, masked, mask + np.vstack([step, -step]), table.about["target"])[0].reshape(2, 4)
    np.testing.assert_allclose(found[0], (above - below) / 2e-7, rtol=0, atol=1e-5)
    assert np.abs(np.diff(found[0])).min() > 1e-2  # so that slopes of other superpixels would not do


@pytest.mark.slow
def test_run_with_photographs_appends_rows_for_new_tables_only(real, tmp_path, monkeypatch):
    monkeypatch.setattr(slopes, "MASKS", 6)
    assert run(real[0], tmp_path) == 0
    first = (tmp_path / SLOPES).read_text()
    row = json.loads(first)
    assert row["seed"] == 0 and row["masks"] == 6 and row["superpixels"] == 4 and "torch" in row["versions"]
    assert row["drift"] < 1e-5 and row["sha256"] == real[1].about["sha256"] and -1 < row["log odds"]["correlation"] < 1
    assert run(real[0], tmp_path) == 0 and (tmp_path / SLOPES).read_text() == first


@pytest.mark.slow
def test_another_photograph_under_the_same_name_is_refused(real, tmp_path, monkeypatch):
    monkeypatch.setattr(slopes, "MASKS", 4)
    imsave(tmp_path / "chelsea.png", (photograph("coffee") * 255).round().astype(np.uint8))
    with pytest.raises(ValueError, match="photographs must be those of the tables, got probabilities off by"):
        slopes.measured(real[1], tmp_path)


def test_probabilities_of_0_and_1_have_no_log_odds():
    with pytest.raises(ValueError, match=r"probabilities must lie between 0 and 1 to have log odds, got 0\.5 to 1"):
        log_odds(np.array([0.5, 1.0]))


def test_the_summary_has_medians_over_tables(tmp_path):
    assert slopes_summary(tmp_path / "none") == []
    rows = [compared(*blended(5, seed, np.linspace(1, 3, 5))) for seed in range(3)]
    (tmp_path / "rows").write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = slopes_summary(tmp_path / "rows")[1]
    assert "each of 3 tables (d = 5)" in said and "At 48 pairs a table" in said
    for name, before in {"correlation": "hidden, is ", "of means": "means ", "r2": "R² is ", "one end": "tion is ",
                         "both ends": " and "}.items():  # fmt: skip
        assert f"{before}{statistics.median(row['log odds'][name] for row in rows):.2f} [" in said
    assert f"odds {statistics.median(row['probability']['correlation'] for row in rows):.2f} [" in said


def test_the_saved_rows_are_of_the_saved_tables_and_in_the_summary():
    rows = [json.loads(line) for line in ROWS.with_name(SLOPES).read_text(encoding="utf-8").splitlines()]
    units = {(row["network"], row["photograph"], row["superpixels"]) for row in rows}
    assert len(units) == len(rows) and summary().endswith(slopes_summary(ROWS.with_name(SLOPES))[1])
    for row in rows:
        about = load(FOLDER / f"d{row['superpixels']}" / row["network"] / f"{row['photograph']}.npz").about
        assert (row["sha256"], row["target"]) == (about["sha256"], about["target"]) and row["drift"] < slopes.DRIFT
