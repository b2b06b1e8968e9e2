"""Reports in HTML: everything is in them, all text is escaped, and nothing else is loaded."""

import io
import json
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from explained_zebra import HOSTILE, IMAGE, SHOWN, everything, explained, report_of
from PIL import Image

from limetheory.images.segmentation.given_map import GivenMap
from limetheory.reports import Report, html_report


class Read(HTMLParser):
    """The tags with their attributes, and the text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.open = [], "", []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += f" {data}"

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page():
    return html_report(everything(explained()))


@pytest.fixture(scope="module")
def read(page):
    return Read(page)


@pytest.mark.slow
def test_every_tag_is_closed_and_nothing_runs_or_is_loaded(page, read):
    assert read.open == []
    tags = {name for name, _ in read.tags}
    assert not tags & {"script", "b", "i", "p1", "iframe", "link", "object", "r1"}
    assert all(one["src"].startswith("data:image/") for one in read.all("img"))
    assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)
    [policy] = [one["content"] for one in read.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")


@pytest.mark.slow
def test_text_is_shown_with_escapes_for_marks_that_nobody_sees(page, read):
    for hidden in "\u202e\x00\x1b":
        assert hidden not in page
    assert read.text.count(SHOWN) >= 2
    for part in ("<script>alert(1)</script>", "a\\u202eb", "c\\x1b[31m\\n", "斑马", "🦓", "&amp;", "<i>zebra</i>"):
        assert f" {part} " in f"{read.text} " or part in read.text
    assert "x" * 300 + "…" in read.text and "x" * 301 + "…" not in read.text


@pytest.mark.parametrize(
    "part",
    ["Explanation", "Coefficients", "Regions", "Edits", "What the edits change", "Warnings", "How it was made",
     "To repeat it", "90 % interval", "<r1>", "25 %", "angle = 30.5, fill = <mean>", "the whole photograph", "off",
     "<zebra>", "-0.25", "careful <p>", "9.9.9", "8 superpixels on 12 × 16 pixels",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
)  # fmt: skip
def test_every_section_is_there(read, part):
    assert part in read.text


def test_pictures_have_a_text_in_their_place_and_the_photograph_s_shape(read):
    pictures = [Image.open(io.BytesIO(b64decode(one["src"].partition(",")[2]))) for one in read.all("img")]
    assert [one["alt"] for one in read.all("img")] == [
        "the photograph", "coefficient of each superpixel, the largest numbered",
        "the largest coefficients with their intervals", "the edited photograph",
    ]  # fmt: skip
    assert pictures[0].size == (60, 30) and pictures[3].size == (16, 12)


def test_the_document_is_in_the_page_and_has_the_label_map(read):
    [link] = read.all("a")
    assert link["download"] == "answer.json"
    found = json.loads(b64decode(link["href"].partition(",")[2]))
    assert found == everything(explained()).document and found["image"] == HOSTILE
    kept = GivenMap.of_record(found["repeat"]["label_maps"][0])
    assert np.array_equal(kept.labels, explained().segments) and kept.names == explained().names


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/home/ada/secret/zebra.png", "C:\\Users\\ada\\secret\\zebra.png", "zebra.png"])
def test_a_report_says_the_name_of_a_file_and_not_its_folder(path):
    report = everything(explained())
    report.document["repeat"]["input"]["path"] = path
    page = html_report(report)
    [link] = Read(page).all("a")
    inside = json.loads(b64decode(link["href"].partition(",")[2]))
    assert "secret" not in page and inside["repeat"]["input"]["path"] == "zebra.png" and "zebra.png" in page
    assert report.document["repeat"]["input"]["path"] == path


@pytest.mark.slow
def test_what_is_not_known_has_no_section():
    text = Read(html_report(report_of(explained()))).text
    assert "Regions" not in text and "Edits" not in text and "What the edits change" not in text


@pytest.mark.slow
def test_intervals_have_the_digits_that_they_determine():
    found = explained()
    rows = Read(html_report(report_of(found))).text
    j = int(np.abs(found.coefficients).argmax())
    half_width = np.diff(found.interval(0.9), axis=1).min() / 2
    decimals = int(np.ceil(-np.log10(half_width))) + 1
    low, high = found.interval(0.9)[j]
    assert f" {found.coefficients[j]:+.{decimals}f} " in rows and f"{low:+.{decimals}f} … {high:+.{decimals}f}" in rows


@pytest.mark.slow
@pytest.mark.parametrize(("error", "words"), [(0.0, "exact"), (np.inf, "unknown")])
def test_exact_and_unknown_intervals_are_said(error, words):
    found = replace(explained(), standard_errors=np.full(8, error), covariance=None)
    assert Read(html_report(report_of(found))).text.count(f" {words} ") == 8


def test_a_document_of_another_explanation_is_refused():
    found = explained()
    other = report_of(explained(replacement=0.0)).document
    with pytest.raises(ValueError, match="a report's document must be that of its explanation, got other coefficients"):
        Report(found=found, document=other, photo=IMAGE)
    with pytest.raises(ValueError, match="place must be below the number of explanations, 1, got 1"):
        Report(found=found, document=report_of(found).document, place=1)
