"""`limetheory explain IMAGE --html` and `--save`: a page that needs no other file, and the explanation itself."""

import re

import numpy as np
import pytest
from explain_cases import NAMES, OPTIONS, read

import limetheory as lt
from limetheory.cli.main import run


@pytest.mark.slow
def test_the_page_has_the_picture_and_the_table_and_is_escaped(tiny, photo, tmp_path):
    name = "<b>&'x'.png"
    (tmp_path / name).write_bytes((tmp_path / "photo.png").read_bytes())
    paths = ["--html", str(tmp_path / "new" / "out.html"), "--json", str(tmp_path / "out.json")]
    options = [*OPTIONS, "--target", NAMES[0], "--level", "0.9"]
    assert run(["explain", str(tmp_path / name), *options, *paths]) == 0
    page, record = (tmp_path / "new" / "out.html").read_text(encoding="utf-8"), read(tmp_path / "out.json")
    assert "<b>" not in page and "&lt;b&gt;&amp;&#x27;x&#x27;.png: &lt;b&gt;cup&lt;/b&gt;, probability" in page
    assert page.count('src="data:image/png;base64,iVBOR') == 1 and not re.search(r"https?:", page)
    assert "<th>90 % interval</th>" in page and page.count("<tr>") == 1 + min(10, record["superpixels"])
    assert f"{max(record['coefficients'], key=abs):+.4g}" in page


def test_the_saved_explanation_is_the_answer(tiny, photo, tmp_path):
    paths = ["--save", str(tmp_path / "out.npz"), "--json", str(tmp_path / "out.json")]
    assert run(["explain", photo, *OPTIONS, *paths]) == 0
    found = lt.load_explanation(tmp_path / "out.npz")
    np.testing.assert_array_equal(found.coefficients, read(tmp_path / "out.json")["coefficients"])


@pytest.mark.slow
def test_the_page_of_a_hierarchy_shows_its_depths(tiny, coffee, halves, tmp_path):
    options = ["--segmenter", "halves", "--depth", "2", "--samples", "60", "--html", str(tmp_path / "out.html")]
    assert run(["explain", coffee, *options]) == 0
    assert "data:image/png;base64,iVBOR" in (tmp_path / "out.html").read_text(encoding="utf-8")
