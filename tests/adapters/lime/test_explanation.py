"""How answers are shown: pages without scripts, escaped text, and bars with intervals."""

import re
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from side_by_side import both

from limetheory.adapters.lime.exceptions import LimeError
from limetheory.adapters.lime.explanation import DomainMapper, Explanation
from limetheory.adapters.lime.lime_tabular import LimeTabularExplainer
from limetheory.adapters.lime.lime_text import LimeTextExplainer

HOSTILE = "</script><img src=x onerror=alert(1)>"


def shares(texts):
    found = np.array([text.count("good") / 4 for text in texts])
    return np.column_stack([1 - found, found])


def of_text(text="good <b>plot</b> & good cast", names=("sad", "glad"), **options):
    return LimeTextExplainer(class_names=list(names), random_state=0).explain_instance(
        text, shares, num_samples=200, **options
    )


def of_row(mode="classification", **options):
    data = np.random.default_rng(0).normal(size=(30, 3))
    names = ["age", HOSTILE, "dose"]
    explainer = LimeTabularExplainer(data, mode=mode, feature_names=names, random_state=0, **options)
    model = (lambda rows: rows[:, 0]) if mode == "regression" else (lambda rows: shares(["good"] * len(rows)))
    return explainer.explain_instance(data[0], model, num_samples=200)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words += data


def read(page):
    found = Tags()
    found.feed(page)
    return found


def test_a_page_has_probabilities_coefficients_with_intervals_and_the_text():
    found = of_text()
    page = read(found.as_html())
    assert {"script", "img", "link", "b"}.isdisjoint(page.tags)
    assert "Prediction probabilities" in page.words and "Class glad" in page.words
    assert "good <b>plot</b> & good cast" in page.words
    low, high = found.limetheory[1].interval()[0]
    assert f"({low:+.2g} … {high:+.2g})" in page.words
    assert not re.search(r"https?://|@import|url\(", found.as_html())


@pytest.mark.parametrize("found", [of_text(HOSTILE, (HOSTILE, HOSTILE)), of_row(), of_row("regression")])
def test_hostile_names_and_texts_are_escaped(found):
    page = found.as_html()
    assert "<img" not in page and "</script" not in page and "&lt;img" in page


def test_parts_of_a_page_can_be_left_out():
    text, row, value = of_text(), of_row(), of_row("regression")
    assert "Prediction probabilities" not in text.as_html(predict_proba=False)
    assert "plot" not in text.as_html(text=False).partition("text_div")[2]
    assert len(re.findall("background: #", text.as_html(opacity=False))) == len(
        re.findall("background: #", text.as_html())
    )
    assert "table_div" in row.as_html() and "table_div" not in row.as_html(show_table=False)
    assert "Predicted value" in value.as_html() and "Predicted value" not in value.as_html(show_predicted_value=False)
    assert len(of_text(labels=(0, 1)).as_html(labels=[0]).split('class="lime explanation"')) == 2
    with pytest.raises(KeyError):
        text.as_html(labels=[7])


def test_show_all_shows_columns_without_a_coefficient():
    data = np.random.default_rng(0).normal(size=(30, 3))
    found = LimeTabularExplainer(data, mode="regression", random_state=0).explain_instance(
        data[0], lambda rows: rows[:, 0], num_features=1, num_samples=100
    )
    cells = [found.as_html(show_all=every).partition("table_div")[2].count("<td>") for every in (False, True)]
    assert cells == [2, 6]


def test_a_page_draws_no_random_numbers():
    explainer = LimeTextExplainer(random_state=0)
    found = explainer.explain_instance("good plot", shares, num_samples=50)
    before = explainer.random_state.get_state()[2]
    found.as_html()
    assert explainer.random_state.get_state()[2] == before


def test_a_file_holds_the_page(tmp_path):
    found = of_text("größte <b>")
    found.save_to_file(tmp_path / "page.html", text=True)
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == found.as_html()


def test_a_notebook_shows_the_page(monkeypatch):
    shown = []
    display = SimpleNamespace(display=shown.append, HTML=lambda page: page)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(display=display))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    found = of_text()
    found.show_in_notebook()
    assert shown == [found.as_html()]


def test_bars_are_limes_with_intervals():
    matplotlib.use("Agg")
    found = of_text("good $plot cast$ bad")
    theirs = both("explanation", "Explanation")[0](found.domain_mapper, class_names=found.class_names)
    theirs.local_exp = found.local_exp
    pictures = [one.as_pyplot_figure() for one in (theirs, found)]
    widths = [[bar.get_width() for bar in picture.axes[0].patches] for picture in pictures]
    labels = [[one.get_text() for one in picture.axes[0].get_yticklabels()] for picture in pictures]
    colours = [[bar.get_facecolor() for bar in picture.axes[0].patches] for picture in pictures]
    assert widths[0] == widths[1] and labels[0] == labels[1] and colours[0] == colours[1]
    assert pictures[0].axes[0].get_title() == pictures[1].axes[0].get_title()
    segments = pictures[1].axes[0].collections[0].get_segments()
    ends = found.limetheory[1].interval()[::-1]
    assert np.allclose([segment[:, 0] for segment in segments], ends)
    for picture in pictures:
        plt.close(picture)


def test_a_regression_has_no_labels_and_another_mode_is_refused():
    found = of_row("regression")
    with pytest.raises(NotImplementedError, match="a regression has no labels"):
        found.available_labels()
    assert found.class_names == ["negative", "positive"] and found.as_map() is found.local_exp
    assert found.as_list(label=99) == found.as_list()
    with pytest.raises(LimeError, match="mode must be"):
        Explanation(DomainMapper(), mode="ranking")
    assert DomainMapper().visualize_instance_html([], 1, "a", "b") == ""
