"""Reports of an explained photograph, made in memory: pages in HTML, PDF, and label maps as pictures.

| place | idea |
|---|---|
| content.py | `Report`: what is reported |
| sections.py, rows.py | its sections: text, tables and pictures, the same for every format |
| pictures.py | the pictures |
| html.py, pdf.py, attachment.py, letters.py | the formats |
"""

from limetheory.images.segmentation.label_png import label_map_png, read_label_map_png
from limetheory.reports.content import Report, ReportedChange, ReportedEdit, ReportedRegion
from limetheory.reports.html import html_report
from limetheory.reports.pdf import pdf_report

__all__ = [
    "Report",
    "ReportedChange",
    "ReportedEdit",
    "ReportedRegion",
    "html_report",
    "label_map_png",
    "pdf_report",
    "read_label_map_png",
]
