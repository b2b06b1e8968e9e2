"""How an explanation is shown: names, data frame, a notebook's table and picture, and the figure."""

import base64
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

import limetheory as lt

NAMES = ["<script>alert(1)</script>", 'a"b', "c&d", "$x_1$", ""]
ERRORS = np.array([0.1, 0.1, np.inf, 0.1, 0.1])
ANSWER = lt.Explanation(np.array([0.1, -0.5, 0.3, 0.0, 0.2]), 0.1, ERRORS, 100, names=NAMES)


def until(**options):
    return lt.estimate_until(lt.Leaf(24, on=(0, 3)), lt.ImageDesign(24), 0.1, rng=0, bounds=(0, 1), **options)


def on_an_image(**options):
    image, labels = np.random.default_rng(0).random((12, 18, 3)), np.arange(9).repeat(2)[None].repeat(12, axis=0)
    return lt.explain_image(lambda images: images[:, :, 4:6].mean(axis=(1, 2, 3)), image, segments=labels,
                            **({"n": 60, "rng": 0, "replacement": 0.0} | options))  # fmt: skip


def test_parts_are_numbered_or_have_the_names_that_they_are_given():
    plain = replace(ANSWER, names=None)
    assert plain.names == ("0", "1", "2", "3", "4") and ANSWER.names == tuple(NAMES)
    assert lt.limit(lt.Additive([1.0, 2.0]), lt.ImageDesign(2)).names == on_an_image().names[:2] == ("0", "1")


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        (["a"], ValueError, "names must be one for each of the 5 coefficients, got 1"),
        ("abcde", TypeError, "names must be a list of strings, got str"),
        (range(5), TypeError, r"names must be strings, got 0; write str\(name\)"),
    ],
)
def test_other_names_are_refused(names, error, message):
    with pytest.raises(error, match=message):
        replace(ANSWER, names=names)


@pytest.mark.slow
def test_a_data_frame_has_a_row_for_each_part():
    frame = ANSWER.to_dataframe(0.9)
    assert list(frame) == ["part", "name", "coefficient", "standard_error", "lower", "upper"]
    assert frame["part"].tolist() == list(range(5)) and frame["name"].tolist() == NAMES
    assert (frame["coefficient"] == ANSWER.coefficients).all()
    assert (frame["standard_error"] == ANSWER.standard_errors).all()
    assert (frame[["lower", "upper"]].to_numpy() == ANSWER.interval(0.9)).all()
    assert (until().to_dataframe()[["lower", "upper"]].to_numpy() == until().interval()).all()


def test_without_pandas_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="a data frame needs pandas, which is not installed; run pip install pandas"):
        ANSWER.to_dataframe()


class Cells(HTMLParser):
    """The texts of a table's cells and all tags; every tag that opens must close."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self._open, self.caption = [], set(), [], ""
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag != "img":
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1] == "caption":
            self.caption += data
        else:
            self.rows[-1][-1] += data


def test_a_notebook_shows_the_largest_coefficients_with_their_names_escaped():
    shown = ANSWER._repr_html_()
    assert "<script" not in shown and "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    table = Cells(shown)
    assert table.tags == {"div", "table", "caption", "tr", "th", "td"}
    assert table.caption == "largest 5 of 5 coefficients, 100 evaluations"
    assert table.rows[0] == ["part", "coefficient", "95 % interval"]
    assert [row[0] for row in table.rows[1:]] == [NAMES[j] for j in (1, 2, 4, 0, 3)]
    low, high = ANSWER.interval()[1]
    assert table.rows[1][1:] == ["-0.5", f"{low:+.4g} … {high:+.4g}"]
    assert table.rows[2][2] == "-inf … +inf"


def test_names_that_are_not_escaped_are_seen_by_this_test(monkeypatch):
    monkeypatch.setattr("limetheory.explanation.table.escape", str)  # mutant
    assert Cells(ANSWER._repr_html_()).tags & {"script"}


@pytest.mark.slow
def test_of_many_coefficients_the_largest_ten_are_shown_and_all_at_once_for_a_tolerance():
    found = until()
    table = Cells(found._repr_html_())
    assert len(table.rows) == 11 and table.rows[0][2] == "simultaneous 95 % interval"
    j = int(table.rows[1][0])
    low, high = found.simultaneous_interval()[j]
    assert j in (0, 3) and table.rows[1][2] == f"{low:+.4g} … {high:+.4g}"


def picture(shown):
    found = re.findall(r'<img alt="" src="data:image/png;base64,([^"]*)">', shown)
    return [base64.b64decode(one) for one in found]


def test_an_image_s_table_has_its_heat_map_above_it():
    found = on_an_image()
    (png,) = picture(found._repr_html_())
    assert png.startswith(b"\x89PNG") and "img" in Cells(found._repr_html_()).tags
    (other,) = picture(replace(found, coefficients=-found.coefficients)._repr_html_())
    assert other != png and not picture(ANSWER._repr_html_())


def test_without_matplotlib_the_table_stays(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    shown = on_an_image()._repr_html_()
    assert not picture(shown) and len(Cells(shown).rows) == 10


def bars(figure):
    """Labels and lengths of the bars, from below."""
    axes = next(one for one in figure.axes if one.patches)
    return [label.get_text() for label in axes.get_yticklabels()], [bar.get_width() for bar in axes.patches], axes


def test_a_plot_has_a_bar_for_each_name_with_its_interval():
    labels, widths, axes = bars(ANSWER.plot(0.9))
    order = [3, 0, 4, 2, 1]
    assert labels == [NAMES[j] for j in order] and widths == [ANSWER.coefficients[j] for j in order]
    ends = [(a[0], b[0]) for a, b in axes.collections[0].get_segments()]
    np.testing.assert_allclose(ends, [ANSWER.interval(0.9)[j] for j in order if j != 2], rtol=0, atol=1e-12)
    assert axes.get_ylabel() == "part" and "90 % interval" in axes.get_xlabel()


@pytest.mark.slow
def test_a_plot_to_a_tolerance_shows_all_intervals_at_once():
    _, _, axes = bars(until().plot())
    assert "simultaneous 95 % interval" in axes.get_xlabel() and "within ±0.1" in axes.get_title()


def test_the_plot_of_an_image_is_its_figure():
    figure = on_an_image().plot()
    assert len([one for one in figure.axes if one.images]) >= 2 and bars(figure)[2].get_ylabel() == "superpixel"
    assert figure.get_suptitle().startswith("class 0, output ")


def test_what_is_no_explanation_has_no_figure():
    from limetheory.explanation.rendering import figure_of

    with pytest.raises(TypeError, match="an Explanation is needed, got int"):
        figure_of(3, 0.9)


def test_print_shows_the_largest_with_intervals_and_no_control_characters():
    values = np.arange(12.0)
    found = lt.Explanation(values, 0.0, np.full(12, 0.5), 100, names=["a\x1b[31m\n"] * 12)
    first, *rows = str(found).splitlines()
    assert first == "Explanation: largest 10 of 12 coefficients with 95 % intervals, 100 evaluations"
    assert len(rows) == 10 and rows[0] == "a\\x1b[31m\\n  +11  +10.02 … +11.98"
    assert str(lt.Explanation(values[:1], 0.0, np.full(1, 0.5), 100)).splitlines()[1].startswith("0  +0  ")
