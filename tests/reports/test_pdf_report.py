"""Reports in PDF: pages of text in fonts of their own, with the document attached."""

import json
import re
import sys

import pytest
from explained_zebra import everything, explained, report_of

from limetheory.reports import pdf_report
from limetheory.reports.letters import in_font
from limetheory.reports.pdf import _widths

HEAD = re.compile(rb"/Length (\d+) /Subtype /application#2Fjson /Type /EmbeddedFile\s*>>\s*stream\r?\n")


def attached(pdf):
    """The JSON files in a PDF, by the lengths that it states."""
    return [json.loads(pdf[one.end() : one.end() + int(one.group(1))]) for one in HEAD.finditer(pdf)]


@pytest.mark.slow
def test_a_report_has_pages_fonts_and_the_document():
    report = everything(explained())
    pdf = pdf_report(report)
    assert pdf.startswith(b"%PDF-1.") and pdf.rstrip().endswith(b"%%EOF")
    assert b"DejaVuSans" in pdf and b"/EmbeddedFiles" in pdf and b"answer.json" in pdf
    assert attached(pdf) == [report.document]
    pages, pictures = (len(re.findall(one, pdf)) for one in (rb"/Type /Page\b", rb"/Subtype /Image\b"))
    assert pages >= 2 and pictures >= 4 and len(pdf) < 2_000_000


def test_letters_that_the_font_lacks_are_escapes_and_markup_is_text():
    assert in_font("<b>ж &amp; 斑🦓") == "&lt;b&gt;ж &amp;amp; \\u6591\\U0001f993"


def test_narrow_columns_keep_their_width_and_wide_ones_share_the_rest():
    rows = [("region", "coefficient"), ("x" * 500, "+0.5")]
    wide, narrow = _widths(rows, 300.0)
    assert wide + narrow == pytest.approx(300.0) and 40 < narrow < 80
    assert sum(_widths([("a", "b")], 300.0)) < 60
    assert _widths([("x" * 500, "y" * 500)], 300.0) == [150.0, 150.0]


def test_without_reportlab_the_hint_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "reportlab", None)
    with pytest.raises(ImportError, match=r"a report in PDF needs reportlab.*run pip install.*limetheory\[app\]"):
        pdf_report(report_of(explained()))
