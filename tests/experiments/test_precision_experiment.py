"""The experiment on precision: allocation in the least time, rows, and what the table says of them."""

import json

import numpy as np
import pytest
import torch
import transformers

from experiments._frame.command import main
from experiments.precision.experiment import EXPERIMENT
from experiments.precision.measure import allocation
from experiments.precision.report import gain, summary
from limetheory.cli.main import run


def seconds_and_variance(first, second, spread, cost):
    return (
        first * cost["cheap"] + second * (cost["cheap"] + cost["float32"]),
        spread["cheap"] / first + spread["difference"] / second,
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_allocation_has_the_variance_of_float32_and_no_other_takes_less_time(seed):
    rng = np.random.default_rng(seed)
    spread = {"float32": 1.0, "cheap": rng.uniform(0.8, 1.2), "difference": rng.uniform(0.01, 0.2)}
    cost = {"float32": 1.0, "cheap": rng.uniform(0.1, 0.9)}
    found = allocation(spread, cost, 10**6)
    seconds, variance = seconds_and_variance(*found, spread, cost)
    assert variance == pytest.approx(1e-6, rel=1e-4)
    for factor in (0.9, 1.1):  # another first, and the second that keeps the variance
        first = factor * found[0]
        second = spread["difference"] / (1e-6 - spread["cheap"] / first)
        assert not 0 < second or seconds_and_variance(first, second, spread, cost)[0] > seconds


def made_up(photograph, cheap, taken):
    cost, spread = {"float32": 1e-3, "cheap": taken}, {"float32": 1.0, "cheap": 1.0, "difference": 0.04}
    return {
        "network": "net", "photograph": photograph, "device": "chip", "cheap": cheap, "superpixels": 50, "n": 1000,
        "cost": cost, "spread": spread, "bias": 0.25e-3, "seconds": {"float32": 1.0, "two levels": 1000 * taken},
        "error": {"float32": 1e-3, "two levels": 1e-3}, "methods": {"wls": 1.0, "adjusted": 2.0},
    }  # fmt: skip


def test_the_table_has_a_line_for_each_precision_and_medians_over_photographs():
    rows = [made_up(name, "tf32", taken) for name, taken in (("a", 4e-4), ("b", 5e-4), ("c", 8e-4))]
    text = summary([*rows, made_up("a", "bfloat16", 2e-3)])
    assert gain(rows[0]) == pytest.approx(2.5)
    assert "| chip | net | 3 | tf32 | 1 | 0.5 | 20 % | 0.5 standard errors | 2.00× |" in text
    assert "| chip | net | 1 | bfloat16 | 1 | 2 | 20 % | 0.5 standard errors | 0.50× |" in text
    assert text.endswith("chip: `wls` 1.00, `adjusted` 2.00 (2.0 times as long as `wls`).")


@pytest.mark.slow
def test_the_smoke_mode_prints_a_row(capsys, tmp_path):
    """Of a small network, since many CPUs compute in bfloat16 a hundred times as slowly as in float32."""
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = transformers.ViTConfig(image_size=64, patch_size=8, initializer_range=1.0, **sizes)
        network = transformers.ViTForImageClassification(config)
    network.save_pretrained(tmp_path)
    transformers.ViTImageProcessor(size={"height": 64, "width": 64}).save_pretrained(tmp_path)
    capsys.readouterr()
    assert run(["experiment", "run", "precision", "--smoke", "--networks", f"hf:{tmp_path}"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert 0 < row["spread"]["difference"] < 0.1 * row["spread"]["float32"]
    assert min(row["cost"].values()) > 0 and row["n_exact"] < row["n_cheap"]


def test_a_run_without_photographs_is_refused():
    with pytest.raises(ValueError, match="run needs photographs, got no --images"):
        main(EXPERIMENT, ["run"])
