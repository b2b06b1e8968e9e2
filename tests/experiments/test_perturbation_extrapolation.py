"""The cost of the whole study from the seconds of saved jobs."""

import pytest

from experiments._frame.groups import Groups
from experiments.perturbation_grid.cost import passes
from experiments.perturbation_grid.extrapolation import SIDES, STUDY, cost_table, pace, timed
from experiments.perturbation_grid.settings import RISE, Settings

SETTINGS = Settings(side=112)


@pytest.fixture
def folder(tmp_path):
    """Jobs of three photographs with one process, of which the third is slow, and of one on a cluster."""
    store = Groups(tmp_path, SETTINGS.digest())
    for number, place in enumerate(("1 process", "1 process", "1 process", "Dask cluster")):
        for segmentation in ("grid", RISE):
            store.add(
                {
                    "photograph": f"{number}.png", "network": "efficientnet_lite0", "segmentation": segmentation,
                    "digest": SETTINGS.digest(), "settings": SETTINGS.record(), "place": place,
                    "seconds": 100.0 if number == 2 else 10.0 + number, "evaluations": 1000, "rows": [{"srg": 0.0}],
                }
            )  # fmt: skip
    return tmp_path


def test_the_first_photographs_of_each_place_count(folder):
    found = list(timed(folder))
    assert sorted({(job["place"], job["photograph"]) for job in found}) == [
        ("1 process", "0.png"), ("1 process", "1.png"), ("Dask cluster", "3.png"),
    ]  # fmt: skip
    assert pace([job for job in found if job["place"] == "1 process"]) == pytest.approx(0.0105)


def test_the_study_takes_as_long_as_its_passes_at_the_measured_pace(folder):
    said = cost_table(folder)
    assert "| 1 process | efficientnet_lite0 | 4 | 10.5 (10.0 … 11.0) | 10.5 (10.0 … 11.0) | 10.5 |" in said
    each = sum(passes(Settings(), one) for one in Settings().segmentations)
    hours = sum(STUDY * each * 0.0105 * (side / 112) ** 2 / 3600 for side in SIDES.values())
    assert f"{hours:,.0f} hours of one core" in said
