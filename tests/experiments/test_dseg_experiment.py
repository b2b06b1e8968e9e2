"""The experiment dseg: partitions matched in number, rows that resume, a bound on its cost, ranks and tables."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.data import astronaut, chelsea

from experiments._frame import Job
from experiments._frame.command import main
from experiments.dseg import published, report, run, tables
from experiments.dseg.experiment import EXPERIMENT
from experiments.dseg.measures import Models, Row, measured
from experiments.dseg.partitions import Partition, matched, partition
from experiments.dseg.ranks import critical_difference, groups, ranks
from experiments.dseg.scores import scores
from experiments.dseg.settings import CLASSICAL, Settings
from experiments.dseg.sheets import Sheets, head, read
from limetheory.metrics import Interval, PairedDifference

SIDE = 32
SMALL = Settings(segmenters=("higra", "slic", "grid"), segments=(6, 12), side=96).small()


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


def test_the_cost_is_within_the_bound_said_beforehand(photo):
    models = toys()
    list(measured(photo, "astronaut.png", models, SMALL))
    assert 0 < sum(model.seen for model in vars(models).values()) <= run.evaluations(SMALL)


def row_of(picture, numbers, settings=SMALL):
    """What a job on a photograph hands to the store."""
    return {"network": "toy", "photograph": picture, "digest": settings.digest(), "settings": settings.record(),
            "rows": numbers}  # fmt: skip


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


def fake_rows(folder, photographs=8):
    """Rows of photographs on which every metric of higra is better by 0.2 than slic's, and noise besides."""
    rng = np.random.default_rng(0)
    yes_no = {m for m in published.SEGMENTERS if "reservation" in m or m in ("Deletion", "Noise deletion")}
    for number in range(photographs):
        rows = [Row(s, 1, "", "", "Segments", 16) for s in ("higra", "slic")]
        for metric in dict.fromkeys((*tables.SHOWN, *tables.TESTED)):
            for segmenter, gain in (("higra", 0.2), ("slic", 0.0), ("grid", 0.0)):
                value = float(rng.random() < 0.5) if metric in yes_no else 0.5 + gain + 0.05 * rng.normal()
                rows.append(Row(segmenter, 1, "LIME", "0.5", metric, value))
        Sheets(folder / "rows", SMALL.digest()).add(row_of(f"p{number}.png", rows))
    return folder / "rows"


def test_tables_find_the_planted_difference_and_correct_over_the_whole_table(tmp_path):
    found = scores(fake_rows(tmp_path))[0]
    line = next(one for one in tables.differences(found).splitlines() if one.startswith("| SRG"))
    cells = line.split("|")[2:4]
    for cell in cells:
        p, corrected = (float(x) for x in cell.split("p ")[1].split(" → "))
        assert cell.strip().startswith("+0.") and p == pytest.approx(2 / 2**8, rel=0.01)
        assert corrected >= p * 10


def difference(metric, p, gain=0.1):
    return tables.Difference(metric, "slic", PairedDifference("higra", "slic", Interval(gain, gain, gain), p, p), p)


def test_the_verdict_says_first_whether_any_metric_of_faithfulness_differs():
    found = [difference("SRG", 0.2), difference("Infidelity", 0.11, -0.1), difference(tables.STABILITY, 1e-4, -0.1)]
    said = report.verdict(found)
    assert said.startswith("None of 2 metrics of faithfulness differs significantly: the smallest p is 0.11, of Infid")
    assert said.endswith("are: Expected relative stability against slic (better, p = 0.0001).")
    other = report.verdict([difference("SRG", 0.01, -0.1), *found[1:]])
    assert other.startswith("Metrics of faithfulness that differ significantly: SRG (1 of 2).")
    assert "SRG against slic (worse, p = 0.01)" in other
    assert report.verdict(found[:2]).endswith("are: none.")


def test_p_values_of_the_saved_rows_are_exact():
    # Holm's p by all 2^20 sign vectors; 9999 drawn ones gave 0.0078 and 0.084
    corrected = {(one.metric, one.other): one.p for one in tables.compared(scores()[0])}
    assert corrected[tables.STABILITY, "higra, depth 2"] == pytest.approx(78 * 2 / 2**20)
    assert corrected[tables.STABILITY, "felzenszwalb"] == pytest.approx(0.0527, abs=5e-5)
    assert min(p for (metric, _), p in corrected.items() if metric != tables.STABILITY) > 0.1


@pytest.mark.slow
def test_the_report_writes_a_page_and_two_pictures(tmp_path):
    files = report.write(fake_rows(tmp_path))
    assert [file.name for file in files] == ["results.md", "means-toy.png", "ranks-toy.png"]
    page = files[0].read_text()
    assert "(14/20)" in page and "[" in page and "nan" not in page


@pytest.mark.parametrize(("methods", "q"), [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (6, 2.850), (7, 2.949)])
def test_critical_differences_are_those_of_demsar_s_table(methods, q):
    assert critical_difference(methods, 6) == pytest.approx(q * np.sqrt(methods * (methods + 1) / 36), abs=1e-3)


def test_ranks_put_the_better_method_first_and_share_ties():
    table = np.array([[0.9, 0.1, 0.5], [0.8, 0.3, 0.3], [0.7, 0.2, 0.4]])
    assert ranks(table, "↑").means.tolist() == pytest.approx([1, 17 / 6, 13 / 6])
    assert ranks(table, "↓").means.tolist() == pytest.approx([3, 7 / 6, 11 / 6])
    assert ranks(-table, "→0").means.tolist() == pytest.approx([3, 7 / 6, 11 / 6])


def test_groups_are_the_longest_stretches_within_the_difference():
    assert groups(np.array([3.0, 1.0, 2.0, 2.9]), 1.0) == [(1.0, 2.0), (2.0, 3.0)]
    assert groups(np.array([1.0, 2.0, 3.0]), 0.9) == []
