"""`limetheory explain` with attributions, smooth edges and maps by pixels: the same numbers as in Python."""

import numpy as np
import pytest
from explain_cases import OPTIONS, classifier, read, refused
from PIL import Image

import limetheory as lt
from limetheory.cli.main import run
from limetheory.images.segmentation.segment import segmented_into

SMOOTH = ["--segmenter", "grid", "--replacement", "0.5"]


@pytest.mark.slow
@pytest.mark.parametrize("attribution", [None, "rise", "ciu"])
def test_the_command_gives_the_numbers_of_python(tiny, photo, tmp_path, attribution):
    out, picture = tmp_path / "out.json", tmp_path / "out.png"
    asked = ["--attribution", attribution] if attribution else []
    asked += ["--smoothing", "gaussian", "--sigma", "2", "--per-pixel"]
    assert run(["explain", photo, *OPTIONS, *SMOOTH, *asked, "--json", str(out), "--figure", str(picture)]) == 0
    record, network = read(out), classifier()
    image = network.prepare(lt.load_image(photo))
    found = lt.explain_image(
        network, image, segments=segmented_into(image, "grid", 8), replacement=0.5, n=60, rng=0,
        attribution=attribution, smoothing="gaussian", sigma=2.0, per_pixel=True,
    )  # fmt: skip
    np.testing.assert_allclose(record["coefficients"], found.coefficients, rtol=0, atol=1e-6)
    np.testing.assert_allclose(record["standard_errors"], found.standard_errors, rtol=0, atol=1e-6)
    asked = {"attribution": attribution, "smoothing": "gaussian", "sigma": 2.0, "per_pixel": True}
    assert asked.items() <= record.items() and record["method"] == (attribution or "wls")
    pixels = found.pixel_map()
    assert (record["map"]["row"], record["map"]["column"]) == pixels.largest
    assert record["map"]["largest"] == pytest.approx(pixels.values.max(), abs=1e-6)
    assert record["map"]["interval_of_largest"] == pytest.approx(pixels.maximum_interval(0.95).tolist(), abs=1e-5)
    assert 1 <= record["map"]["pixels_that_may_be_largest"] <= 24 * 24
    with Image.open(picture) as shown:
        assert shown.format == "PNG"


def test_without_these_options_the_record_is_that_of_lime(tiny, photo, tmp_path):
    out = tmp_path / "out.json"
    assert run(["explain", photo, *OPTIONS, "--json", str(out)]) == 0
    assert not {"attribution", "smoothing", "sigma", "per_pixel", "map"} & set(read(out))


@pytest.mark.slow
def test_a_bandwidth_goes_with_attribution_lime(tiny, photo, tmp_path):
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    options = [*OPTIONS, *SMOOTH, "--bandwidth", "0.5"]
    assert run(["explain", photo, *options, "--json", str(first)]) == 0
    assert run(["explain", photo, *options, "--attribution", "lime", "--json", str(second)]) == 0
    np.testing.assert_allclose(read(first)["coefficients"], read(second)["coefficients"], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--attribution", "gradcam"], "attribution must be one of rise, pda"),
        (["--attribution", "rise", "--tolerance", "0.1"], "'rise' besides; leave one of them out"),
        (["--attribution", "rise", "--method", "unbiased"], "is a method by itself"),
        (["--attribution", "rise", "--ridge", "1"], "takes no ridge"),
        (["--attribution", "rise", "--bandwidth", "0.5"], "a bandwidth is for LIME's masks, got 0.5 with attribution"),
        (["--smoothing", "box"], "smoothing must be one of gaussian, bilinear, got 'box'"),
        (["--smoothing", "bilinear", "--sigma", "2"], "give smoothing 'gaussian', or leave sigma out"),
        (["--per-pixel"], "got no smoothing of these; give a smoothing too, such as 'gaussian'"),
        (["--text", "letter.txt", "--model", "m.skops", "--smoothing", "gaussian"], "--smoothing"),
    ],
)
def test_what_does_not_fit_together_is_refused_before_the_network_is_loaded(no_model, photo, capsys, options, message):
    inputs = [] if "--text" in options else [photo]
    refused(capsys, [*inputs, *options], message)


def test_bilinear_masks_need_a_grid(tiny, photo, capsys):
    refused(capsys, [photo, *OPTIONS, "--smoothing", "bilinear"], "needs the cells of a grid")


def test_too_few_masks_for_a_regression_are_refused(tiny, photo, capsys):
    options = ["--segmenter", "grid", "--segments", "9", "--samples", "9"]
    refused(capsys, [photo, *options, "--attribution", "ols"], "samples must be at least 10, got 9")
