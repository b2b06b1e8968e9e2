"""The tables of networks: all values are those of direct calls, and what is there is not measured again."""

import numpy as np
import pytest
from PIL import Image
from skimage.data import chelsea

import limetheory as lt
from experiments._frame.command import main
from experiments.tables.experiment import EXPERIMENT
from experiments.tables.store import files_by_photograph, tables
from limetheory.verification.network import exactly


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photographs")
    Image.fromarray(chelsea()).save(folder / "chelsea.png")
    assert run(folder) == 0
    return folder


def run(folder):
    return main(
        EXPERIMENT, ["run", "--images", str(folder), "--smoke", "--out", str(folder / "rows"), "--workers", "1"]
    )


@pytest.mark.slow
def test_a_table_holds_the_values_of_all_masks_and_says_where_it_is_from(folder):
    (table,) = tables(4, folder / "rows")
    model = lt.load_model("efficientnet_lite0")
    image = model.prepare(lt.load_image(folder / "chelsea.png"))
    function = lt.ModelFunction(model, lt.MaskedImage(image, exactly(4, image)))
    np.testing.assert_allclose(table.values, function(lt.all_masks(4)), rtol=0, atol=1e-6)
    assert table.about["target"] == function.target and table.gradients.shape == (4,)
    assert table.about["device"] == "cpu" and {"torch", "captum", "python"} <= set(table.about["versions"])


@pytest.mark.slow
def test_a_table_that_is_there_is_not_measured_again(folder):
    (file,) = files_by_photograph(4, folder / "rows")
    before = file.stat().st_mtime_ns
    assert run(folder) == 0 and file.stat().st_mtime_ns == before


@pytest.mark.slow
def test_the_tables_are_listed(folder, capsys):
    assert main(EXPERIMENT, ["plot", "--superpixels", "4", "--out", str(folder / "rows")]) == 0
    assert capsys.readouterr().out.startswith("chelsea.png × efficientnet_lite0: ")
    with pytest.raises(ValueError, match="report prints blocks of the README, got tables, which has none"):
        main(EXPERIMENT, ["report", "--out", str(folder / "rows")])
