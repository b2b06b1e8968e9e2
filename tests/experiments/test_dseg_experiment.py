"""The experiment dseg: partitions matched in number, rows that resume, and a bound on its cost."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from dseg_rows import SMALL, row_of
from PIL import Image
from skimage.data import astronaut, chelsea

from experiments._frame import Job
from experiments._frame.command import main
from experiments.dseg import run
from experiments.dseg.experiment import EXPERIMENT
from experiments.dseg.measures import Models, Row, measured
from experiments.dseg.partitions import Partition, matched, partition
from experiments.dseg.scores import scores
from experiments.dseg.settings import CLASSICAL, Settings
from experiments.dseg.sheets import Sheets, head, read

SIDE = 32


class Toy(torch.nn.Module):
    """Three classes by the brightness of three stripes; it counts the images that it evaluates."""

    def __init__(self, shift=0.0):
        super().__init__()
        self.shift, self.seen = shift, 0
        self.weight = torch.nn.Linear(3, 3)
        with torch.no_grad():
            self.weight.weight.copy_(torch.eye(3) * 8 + shift)
            self.weight.bias.zero_()

    def forward(self, images):
        self.seen += len(images)
        stripes = torch.stack([part.mean(dim=(1, 2, 3)) for part in images.chunk(3, dim=3)], dim=1)
        return self.weight(stripes**2).softmax(dim=1)

    def prepare(self, photo):
        return np.asarray(Image.fromarray(np.rint(photo * 255).astype(np.uint8)).resize((SIDE, SIDE))) / 255


@pytest.fixture(scope="module")
def photo():
    return astronaut()[::4, ::4] / 255


def toys():
    return Models(Toy(), Toy(2.0), Toy(0.5))


@pytest.fixture(scope="module")
def found(photo):
    models = toys()
    rows = list(measured(photo, "astronaut.png", models, SMALL, repeat=True))
    return rows, models


@pytest.mark.parametrize("name", CLASSICAL)
@pytest.mark.parametrize("wanted", [9, 16])
def test_classical_segmenters_come_near_the_wanted_number(photo, name, wanted):
    found, parameter = partition(photo, name, SMALL, SIDE, wanted)
    assert abs(found.d - wanted) <= 5
    again, same = partition(photo, name, SMALL, SIDE, wanted, parameter)
    assert same == parameter and np.array_equal(again.labels, found.labels)


def test_labels_are_0_to_d_minus_1_at_every_depth_and_nested(photo):
    coarse, _ = partition(photo, "higra", SMALL, SIDE, None)
    fine = coarse.finer(np.eye(coarse.d)[0], 1)
    for one in (coarse, fine):
        assert np.array_equal(np.unique(one.labels), np.arange(one.d))
    assert fine.d > coarse.d
    owners = [np.unique(coarse.labels[fine.labels == j]) for j in range(fine.d)]
    assert all(len(owner) == 1 for owner in owners)
    kept = [owner[0] for owner in owners]
    assert kept.count(0) > 1 and all(kept.count(j) == 1 for j in range(1, coarse.d))


def test_sam_s_masks_of_the_photograph_become_a_hierarchy_in_the_network_s_pixels(photo, monkeypatch):
    height, width = photo.shape[:2]
    x = np.arange(width)[None].repeat(height, axis=0)
    asked = []

    def masks_of(image, generator, **parameters):
        asked.append((image.shape, generator, parameters))
        return np.stack([x < width // 2, x < width // 4, (x >= width // 4) & (x < width // 2), x >= width // 2])

    monkeypatch.setattr("experiments.dseg.partitions.masks_of", masks_of)
    coarse, _ = partition(photo, "sam", replace(SMALL, checkpoint="vit_b.pth"), SIDE, 9)
    fine = coarse.finer(np.eye(2)[coarse.labels[0, 0]], 1)
    assert asked == [(photo.shape, "sam", {"checkpoint": "vit_b.pth"})]
    assert coarse.d == 2 and fine.d == 3
    edges = np.flatnonzero(np.diff(fine.labels[0])) + 1
    assert edges.tolist() == [SIDE // 4, SIDE // 2]


def test_a_label_lost_in_resizing_does_not_shift_the_others():
    labels = np.zeros((8, 8), int)
    labels[1, 3] = 1
    labels[:, 4:] = 2
    small = Partition.of(labels, 4)
    assert small.origin.tolist() == [0, 2] and np.unique(small.labels).tolist() == [0, 1]


@pytest.mark.parametrize(("name", "law"), [("slic", lambda v: v / 2), ("felzenszwalb", lambda v: 4000 / v)])
def test_the_search_follows_rising_and_falling_counts(name, law):
    assert abs(law(matched(lambda v: round(law(v)), name, 20)) - 20) <= 2


@pytest.mark.slow
def test_every_condition_has_every_metric_once(found):
    rows, _ = found
    keys = [row[:-1] for row in rows]
    assert len(set(keys)) == len(keys)
    by_condition = {}
    for row in rows:
        if row.metric not in ("Stability", "Sensitivity"):
            by_condition.setdefault((row.segmenter, row.depth), set()).add((row.variant, row.replacement, row.metric))
    assert len(by_condition) == len(SMALL.conditions()) == 3
    first, *rest = by_condition.values()
    assert all(one == first for one in rest)
    assert all(np.isfinite(row.value) for row in rows)


@pytest.mark.slow
def test_numbers_are_those_of_a_direct_call(found, photo):
    import limetheory as lt
    from limetheory import metrics

    rows, models = found
    labels = partition(photo, "higra", SMALL, SIDE, None)[0].labels
    masked = lt.MaskedImage(models.network.prepare(photo), labels, "mean")
    F = lt.ModelFunction(models.network, masked)
    answer = lt.estimate(F, lt.ImageDesign(F.d), SMALL.n, 0, ridge=1.0, include_original=True)
    grey = metrics.Predictions(lt.ModelFunction(models.network, lt.MaskedImage(masked.image, labels, 0.5), F.target))
    value = {row[:-1]: row.value for row in rows}
    assert value["higra", 1, "LIME", "", "Gini"] == metrics.gini(answer.coefficients)
    assert value["higra", 1, "LIME", "0.5", "SRG"] == metrics.srg(grey, answer.coefficients)
    assert value["higra", 1, "LIME", "0.5", "Deletion"] == metrics.deletion(grey, metrics.shown(answer.coefficients))


@pytest.mark.slow
def test_the_cost_is_within_the_bound_said_beforehand(photo):
    models = toys()
    list(measured(photo, "astronaut.png", models, SMALL))
    assert 0 < sum(model.seen for model in vars(models).values()) <= run.evaluations(SMALL)


def test_rows_come_back_and_carry_their_settings(found, tmp_path):
    store, job = Sheets(tmp_path, SMALL.digest()), Job({"network": "toy", "photograph": "a picture.png"}, dict)
    assert store.missing([job]) == [job]
    store.add(row_of("a picture.png", found[0]))
    assert store.missing([job]) == []
    network, name, row = next(read(tmp_path))
    assert (network, name) == ("toy", "a picture.png")
    assert row[:-1] == found[0][0][:-1] and row.value == pytest.approx(found[0][0].value, rel=1e-8)
    assert head(store.file(job.key))["settings"]["n"] == SMALL.n
    with pytest.raises(ValueError, match="rows must be of the same settings"):
        Sheets(tmp_path, replace(SMALL, seed=1).digest()).missing([job])


def test_a_killed_run_leaves_nothing_that_counts_as_done(tmp_path):
    def dying():
        yield Row("higra", 1, "", "", "Segments", 6.0)
        raise KeyboardInterrupt

    store, job = Sheets(tmp_path, SMALL.digest()), Job({"network": "toy", "photograph": "p.png"}, dict)
    with pytest.raises(KeyboardInterrupt):
        store.add(row_of("p.png", dying()))
    assert store.missing([job]) == [job] and list(read(tmp_path)) == []


def test_a_run_measures_only_what_is_missing(tmp_path, monkeypatch):
    for name in ("a.png", "b.png"):
        Image.fromarray(chelsea()[:20, :20]).save(tmp_path / name)
    (tmp_path / "note.txt").write_text("no photograph")
    seen = []

    def record(photo, name, models, settings, repeat):
        seen.append((name, repeat))
        return [Row("higra", 1, "", "", "Segments", 6.0)]

    arguments = ["run", "--images", str(tmp_path), "--networks", "efficientnet_lite0", "--out", str(tmp_path / "rows"),
                 "--workers", "1"]  # fmt: skip
    monkeypatch.setattr(run, "measured", record)
    monkeypatch.setattr(run, "_models", lambda *_: toys())
    for again in ([*arguments, "--limit", "1"], arguments, arguments):
        assert main(EXPERIMENT, again) == 0
    assert seen == [("a.png", True), ("b.png", True)]
    about = head(tmp_path / "rows" / "efficientnet_lite0" / "b.png.csv")
    assert about["seed"] == 0 and about["device"] == "cpu" and "higra" in about["versions"] and about["sha256"]


@pytest.mark.slow
def test_an_unreadable_photograph_is_named_and_the_others_are_measured(tmp_path, monkeypatch, capsys):
    Image.fromarray(chelsea()[::3, ::3]).save(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"no photograph")
    monkeypatch.setattr(run, "_models", lambda *_: toys())
    arguments = ["run", "--images", str(tmp_path), "--smoke", "--limit", "2", "--out", str(tmp_path / "rows")]
    assert main(EXPERIMENT, [*arguments, "--workers", "1"]) == 1
    assert capsys.readouterr().out.startswith("not measured: bad.png, efficientnet_lite0: ")
    assert {name for _, name, _ in read(tmp_path / "rows")} == {"good.png"}


def test_a_checkpoint_adds_sam_beside_higra(tmp_path, monkeypatch, capsys):
    Image.fromarray(chelsea()[:20, :20]).save(tmp_path / "p.png")
    monkeypatch.setattr(run, "seconds_per_pass", lambda *_: 0.5)
    arguments = ["run", "--images", str(tmp_path), "--out", str(tmp_path / "rows"), "--checkpoint", "vit_b.pth"]
    assert main(EXPERIMENT, [*arguments, "--dry-run"]) == 0
    assert "3 networks, 9 segmentations, 4 variants" in capsys.readouterr().out


def test_the_plan_names_passes_and_hours_and_measures_nothing(tmp_path, monkeypatch, capsys):
    Image.fromarray(chelsea()[:20, :20]).save(tmp_path / "p.png")
    monkeypatch.setattr(run, "seconds_per_pass", lambda *_: 0.5)
    out = tmp_path / "rows"
    arguments = ["run", "--images", str(tmp_path), "--networks", "efficientnet_lite0", "--out", str(out), "--dry-run"]
    assert main(EXPERIMENT, [*arguments, "--workers", "2"]) == 0
    passes = run.evaluations(Settings(), True)
    printed = capsys.readouterr().out
    assert f"at most {passes:,} forward passes" in printed and f"{passes * 0.5 / 2 / 3600:.1f} hours" in printed
    assert not out.exists()


@pytest.mark.slow
def test_the_smoke_mode_runs_a_real_network_and_its_rows_are_plotted(tmp_path):
    Image.fromarray(chelsea()).save(tmp_path / "chelsea.png")
    out = tmp_path / "rows"
    assert main(EXPERIMENT, ["run", "--images", str(tmp_path), "--smoke", "--workers", "1", "--out", str(out)]) == 0
    values = scores(out)[0]
    assert values.over("Segments", "higra").item() == 6
