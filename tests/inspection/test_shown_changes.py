"""What a change looks like in print, in notebooks, as a table and as figures."""

import numpy as np
import pytest
from pairs_of_inputs import LABELS, PLAIN, D, Interacting, edited

from limetheory.inspection import image_change, text_change
from limetheory.inspection.rendering import text_of


@pytest.fixture(scope="module")
def of_image():
    return image_change(Interacting(), PLAIN, edited(), segments=LABELS, replacement=0.0, n=200, rng=0)


def stars(texts):
    return [3.0 + text.count("good") - 2.0 * text.count("<bad>") for text in texts]


def test_print_lists_predictions_and_the_largest_changes_first(of_image):
    lines = str(of_image).splitlines()
    said = of_image.prediction
    assert lines[0] == (
        f"class {said.name}: {said.before:.4g} before, {said.after:.4g} after, change {said.change:+.4g}"
    )
    rows = [line.split() for line in lines[-D:]]
    order = np.argsort(-np.abs(of_image.difference.coefficients))
    assert [int(row[0]) for row in rows] == order.tolist()
    assert [float(row[3]) for row in rows] == [float(f"{one:.4g}") for one in of_image.difference.coefficients[order]]
    assert all(row[5] == "…" for row in rows)


def test_a_notebook_shows_both_tables_with_escaped_names():
    found = text_change(stars, "a good plot", "a <bad> plot", n=60, rng=0, tokens=str_tokens)
    shown = found._repr_html_()
    assert shown.count("<table>") == 2 and "good → &lt;bad&gt;" in shown and "<bad>" not in shown


def str_tokens(text):
    ends = np.cumsum([len(word) + 1 for word in text.split(" ")])
    return [(int(end) - len(word) - 1, int(end) - 1) for word, end in zip(text.split(" "), ends, strict=True)]


def test_a_data_frame_has_a_row_for_each_part(of_image):
    table = of_image.to_dataframe(0.9)
    assert list(table.columns) == ["part", "name", "before", "after", "change", "standard_error", "lower", "upper"]
    np.testing.assert_allclose(table["after"] - table["before"], table["change"], atol=1e-12)
    np.testing.assert_array_equal(table[["lower", "upper"]], of_image.difference.interval(0.9))


def test_the_figure_of_photographs_has_three_maps_and_bars(of_image):
    figure = of_image.plot(0.9)
    panels = [axes.get_title() for axes in figure.axes]
    assert panels[:3] == ["before", "after", "after − before"] and panels[3].startswith("all 6 changes")
    maps = [axes.images[0] for axes in figure.axes[:3]]
    for shown, found in zip(maps, (of_image.before, of_image.after, of_image.difference), strict=True):
        np.testing.assert_array_equal(shown.get_array(), found.heatmap())
    assert maps[0].get_clim() == maps[1].get_clim() and "90 % interval" in figure.axes[3].get_xlabel()


def test_the_figure_of_words_has_both_explanations_beside_the_bars():
    figure = text_change(stars, "a good plot", "a fine plot", n=60, rng=0).plot()
    sides, bars = figure.axes
    assert [one.get_text() for one in sides.get_yticklabels()] == [one.get_text() for one in bars.get_yticklabels()]
    assert "good → fine" in [one.get_text() for one in bars.get_yticklabels()]
    assert [one.get_text() for one in sides.get_legend().get_texts()] == ["before", "after"]


def test_a_difference_is_kept_in_a_file_like_any_explanation(of_image, tmp_path):
    import limetheory as lt

    of_image.difference.save(tmp_path / "difference.npz")
    again = lt.load_explanation(tmp_path / "difference.npz")
    np.testing.assert_array_equal(again.coefficients, of_image.difference.coefficients)
    np.testing.assert_array_equal(again.covariance, of_image.difference.covariance)


def test_other_results_have_no_text_here():
    with pytest.raises(TypeError, match="a result of inspection is needed, got int; print it as it is"):
        text_of(3)
