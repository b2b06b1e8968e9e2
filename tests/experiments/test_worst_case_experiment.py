"""The experiment on functions that leave little to learn: their limits, a row made again, and what the rows say."""

import json

import numpy as np
import pytest

import limetheory as lt
from experiments._frame import Lines
from experiments._frame.saved_rows import load
from experiments.worst_case import functions, measure
from experiments.worst_case.experiment import EXPERIMENT, TIMES, jobs
from experiments.worst_case.functions import Majority, Parity, cases
from experiments.worst_case.measure import row
from experiments.worst_case.report import METHODS, ratio, summary
from limetheory.cli.main import run


@pytest.mark.slow
def test_the_smoke_mode_prints_every_kind(capsys):
    assert run(["experiment", "run", "worst_case", "--smoke"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["function"] for one in found] == list(cases(6, 0))
    assert all(value > 0 for one in found for value, _ in one["mse"].values())


@pytest.mark.parametrize("design", [lt.ImageDesign(9), lt.TextDesign(9), lt.BernoulliDesign(9, 0.3)], ids=repr)
@pytest.mark.parametrize("function", [Majority(9), Parity(9)])
def test_limits_in_closed_form_are_those_of_enumeration(function, design):
    wanted = lt.limit(lt.SetFunction(function(lt.all_masks(9))), design).coefficients
    assert function.limit(design) == pytest.approx(wanted, abs=1e-11)


@pytest.mark.parametrize("name", [name for name in cases(16, 0) if name.startswith("additive")])
def test_noise_leaves_the_slopes_nearly_alone_and_has_its_size(name, monkeypatch):
    # With d = 16 the limit of noise is near 2^-8 of its size, a coefficient's 4 at most; d = 50 has 2^-17 of that.
    F, masks = cases(16, 0)[name], lt.all_masks(16)
    noise = F(masks) - masks @ F.slopes
    where = {"few": masks.mean(axis=1) < 0.45, "many": masks.mean(axis=1) > 0.55}
    shown = next((part for word, part in where.items() if word in name), np.full(2**16, True))
    assert noise[shown].std() == pytest.approx(F.size, rel=0.05) and not np.abs(noise[~shown]).max(initial=0)
    assert abs(noise.mean()) < 0.03 * F.size
    enumerated = F.limit(lt.ImageDesign(16))
    monkeypatch.setattr(functions, "LARGEST_ENUMERATED", 15)
    assert np.array_equal(F.limit(lt.ImageDesign(16)), F.slopes)
    assert np.abs(enumerated - F.slopes).max() < 0.06 * F.size


@pytest.mark.slow
def test_a_row_is_made_again_from_its_seed(monkeypatch):
    """Without `adjusted`, which takes most of the time; every method draws from a seed of its own."""
    monkeypatch.setattr(measure, "METHODS", ("quadrature",))
    kept = next(one for one in load(EXPERIMENT.saved) if one["function"] == "parity" and one["superpixels"] == 8)
    again = row("parity", 8, kept["masks_per_parameter"], kept["runs"])
    assert set(again["mse"]) == {"wls", "quadrature"} < set(kept["mse"])
    for method, found in again["mse"].items():
        assert found == pytest.approx(kept["mse"][method], rel=1e-3)


def test_every_row_is_there_and_hardly_any_is_worse_by_five_percent_and_two_standard_errors():
    # The empty and the full mask, which are always drawn, are missing elsewhere where masks are few.
    rows = load(EXPERIMENT.saved)
    assert not Lines(EXPERIMENT.saved).missing(jobs()) and len(rows) == len(TIMES) * (3 * 7 + 2)
    found = [(one["masks_per_parameter"], *ratio(one, method)) for one in rows for method in METHODS]
    worse = [times for times, value, error in found if value - 2 * error > 1.05]
    assert len(worse) <= 4 and set(worse) <= {2, 4}


def test_the_summary_names_what_is_worse():
    def made_up(name, own):
        mse = {"wls": (1.0, 0.01), "adjusted": (own, 0.01), "quadrature": (0.5, 0.01)}
        return {"function": name, "superpixels": 8, "masks_per_parameter": 4, "n": 36, "mse": mse}

    text = summary([made_up("good", 0.9), made_up("bad", 1.4)])
    assert "| bad | 1.40 ± 0.02 / 0.50 ± 0.01 |" in text
    assert "4 comparisons; worse by more than 5 % and two standard errors were 1, on “bad” (1)." in text
    assert "1.40 ± 0.02, of `adjusted` with 36 masks of 8 superpixels, on “bad”." in text


def test_the_summary_names_the_largest_ratio_of_all():
    rows = load(EXPERIMENT.saved)
    found = [(one["mse"][method][0] / one["mse"]["wls"][0], method, one) for one in rows for method in METHODS]
    value, method, one = max(found, key=lambda each: each[0])
    said = f"of `{method}` with {one['n']} masks of {one['superpixels']} superpixels, on “{one['function']}”"
    assert f"The largest ratio of all is {value:.2f} ± " in summary(rows) and said in summary(rows)
