"""The perturbation grid: the same rows wherever they are measured, identities counted once, and its cost foretold."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

import limetheory as lt
from experiments._frame import main
from experiments._frame.command import parsed
from experiments._frame.groups import Groups, about, read
from experiments.perturbation_grid import report
from experiments.perturbation_grid.cost import passes
from experiments.perturbation_grid.experiment import EXPERIMENT, _settings
from experiments.perturbation_grid.measure import Picture, Scorer, jobs, network_of
from experiments.perturbation_grid.settings import FIXED, RISE, Settings

SMALL = replace(
    Settings().small(), segmentations=("grid", RISE), samplers=("bernoulli", "shapley"), seeds=2, steps=4, side=32
)
SHORT = ["--smoke", "--side", "32", "--steps", "3"]
HEAD = ["photograph", "segmentation", "smoothing", "sampler", "budget", "attribution", "map", "occlusion", "seed"]


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Two photographs."""
    folder = tmp_path_factory.mktemp("photographs")
    for name in ("chelsea", "coffee"):
        Image.fromarray(getattr(data, name)()).resize((96, 80)).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def group(photographs):
    """The rows of one group."""
    return next(iter(jobs([photographs / "chelsea.png"], SMALL, "cpu"))).measure()


@pytest.mark.slow
def test_one_process_two_and_a_cluster_measure_the_same_rows(photographs, tmp_path):
    distributed = pytest.importorskip("distributed")
    command = ["run", *SHORT, "--images", str(photographs), "--limit", "1"]
    with distributed.LocalCluster(2, processes=True, threads_per_worker=1, dashboard_address=":0") as cluster:
        ways = {"one": [], "two": ["--workers", "2"], "cluster": ["--cluster", cluster.scheduler_address]}
        for name, way in ways.items():
            assert main(EXPERIMENT, [*command, "--out", str(tmp_path / name), *way]) == 0
    found = {name: read(tmp_path / name).sort_values([*HEAD, "network"], ignore_index=True) for name in ways}
    assert found["one"].equals(found["two"]) and found["one"].equals(found["cluster"])
    assert len(found["one"]) == Settings().small().cells() * 2 - _single(found["one"])


def _single(rows):
    """Rows of samplers that have one sample, for which there is one seed and not two."""
    return rows["sampler"].isin(FIXED).sum()


@pytest.mark.slow
def test_rankings_that_are_identities_are_one_row_and_agree(group):
    rows = [row for row in group["rows"] if row["sampler"] in FIXED]
    assert {row["attribution"] for row in rows} == {", ".join(names) for names in FIXED.values()}
    assert all(row["agreement"] == pytest.approx(1) for row in rows)
    others = [
        row["agreement"] for row in group["rows"] if row["sampler"] == "bernoulli" and row["attribution"] == "rise"
    ]
    assert min(others) < 0.99  # the mutant: of random masks the rankings differ


@pytest.mark.slow
def test_the_forward_passes_are_at_most_those_that_were_foretold(photographs):
    for job in jobs([photographs / "coffee.png"], SMALL, "cpu"):
        done = job.measure()["evaluations"]
        foretold = passes(SMALL, job.key["segmentation"])
        assert foretold / 2 < done <= foretold


@pytest.mark.slow
def test_samplers_take_the_same_number_of_forward_passes(group):
    masks = {(row["sampler"], row["budget"]): row["masks"] for row in group["rows"]}
    assert masks["bernoulli", 3] == masks["shapley", 3] + 2 == 3 * 12
    assert masks["leave_one_out", 1] == masks["keep_one", 1] == 10


def test_scores_are_those_of_loops_over_the_steps(photographs):
    network = network_of("efficientnet_lite0", None, "cpu", 64)
    image = network.prepare(np.asarray(Image.open(photographs / "coffee.png")) / 255)
    settings = replace(SMALL, occlusions=("grey",))
    picture = Picture(network, image, settings)
    values = np.random.default_rng(0).random(image.shape[:2])
    scorer = Scorer(picture)
    ((found,),) = scorer([values], 0)
    order = np.argsort(-values, axis=None)
    batch = np.repeat(image[None], 4, axis=0).reshape(4, -1, 3)
    for k in range(4):
        batch[k, order[: k * order.size // 3]] = 0.5
    with torch.inference_mode():
        tensor = torch.as_tensor(batch.reshape(4, *image.shape), dtype=torch.float32).permute(0, 3, 1, 2)
        outputs = network(tensor).numpy()[:, scorer.target]
    assert found["mif"] == pytest.approx(outputs.mean(), abs=1e-5)


@pytest.mark.slow
def test_the_tables_and_the_figure_are_made_of_saved_rows(photographs, tmp_path, capsys):
    out = tmp_path / "rows"
    assert main(EXPERIMENT, ["run", *SHORT, "--images", str(photographs), "--limit", "2", "--out", str(out)]) == 0
    assert main(EXPERIMENT, ["plot", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "| 1 process | efficientnet_lite0 | 6 |" in printed and "million forward passes" in printed
    assert "| segmentation |" in printed and "share of the variance of SRG" in printed and "rise, pda, ols" in printed
    assert (tmp_path / "shares.png").stat().st_size > 10_000
    assert sum(one.share for one in report.decomposed(out).values()) == pytest.approx(1)
    file = next(out.glob("*/*.parquet"))
    assert about(file)["settings"]["seeds"] == 2 and about(file)["versions"]["limetheory"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--weights", "resnet50"], "weights must be NAME=FILE, got 'resnet50'; such as resnet50=resnet50.pth"),
        (["--side", "3"], "side must be at least 32, got 3"),
        (["--images", "nowhere"], "images must be a folder of photographs, got nowhere with none"),
        (["--limit", "0"], "limit must be at least 1, got 0"),
    ],
)
def test_bad_options_are_refused(photographs, tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        main(EXPERIMENT, ["run", "--images", str(photographs), "--out", str(tmp_path), *options])


def test_rows_of_other_settings_are_refused(photographs, tmp_path, group):
    Groups(tmp_path, group["digest"]).add(group)
    with pytest.raises(ValueError, match="rows must be of the same settings, got"):
        Groups(tmp_path, Settings().digest()).missing(jobs([Path("chelsea.png")], Settings(), "cpu"))
    assert about(Groups(tmp_path, group["digest"]).file(group))["evaluations"] == group["evaluations"]


def test_rows_of_another_version_are_refused(photographs, tmp_path, group):
    store, own = Groups(tmp_path, group["digest"]), list(jobs([photographs / "chelsea.png"], SMALL, "cpu"))
    store.add(group | {"versions": {"limetheory": lt.__version__}})
    assert len(store.missing(own)) == len(own) - 1
    store.add(group | {"versions": {"limetheory": "0.0.1"}})
    with pytest.raises(
        ValueError, match=r"rows must be of one version of limetheory, got 0.0.1 in .* choose another --out"
    ):
        store.missing(own)
    store.add(group | {"segmentation": "other", "versions": {"limetheory": lt.__version__}})
    with pytest.raises(ValueError, match=r"rows must be of one version of limetheory, got 0.0.1, .*; part them"):
        read(tmp_path)


@pytest.mark.slow
def test_a_dry_run_says_the_passes_and_hours_and_runs_nothing(photographs, tmp_path, capsys):
    command = ["run", "--dry-run", "--side", "64", "--images", str(photographs), "--out", str(tmp_path / "rows")]
    assert main(EXPERIMENT, command) == 0
    total = 2 * 2 * sum(passes(Settings(), one) for one in Settings().segmentations)
    said = capsys.readouterr().out
    assert f"at most {total:,} forward passes" in said and "12 files to do: 2 photographs, 2 networks" in said
    assert not (tmp_path / "rows").exists()


def test_options_hold_in_a_smoke_run_too(photographs, tmp_path):
    command = ["run", "--smoke", "--images", str(photographs), "--out", str(tmp_path)]
    said = ["--side", "32", "--steps", "6", "--networks", "efficientnet_lite1"]
    expected = replace(Settings().small(), side=32, steps=6, networks=("efficientnet_lite1",))
    assert _settings(parsed(EXPERIMENT, [*command, *said])) == expected
    assert _settings(parsed(EXPERIMENT, command)) == Settings().small()
