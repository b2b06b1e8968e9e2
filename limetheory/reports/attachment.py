"""A file inside a PDF."""

from __future__ import annotations

from typing import Any


def attach(canvas: Any, name: str, content: bytes, media_type: str) -> None:
    """Put a file into the PDF that a canvas writes, where viewers list it as an attachment (ISO 32000-1, 7.11.4).

    Args:
        canvas: of reportlab.
        name: of the file, in ASCII.
        content: its bytes.
        media_type: such as "application/json".
    """
    from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString

    document = canvas._doc
    kind = f"/{media_type.replace('/', '#2F')}"
    stream = PDFStream(PDFDictionary({"Type": PDFName("EmbeddedFile"), "Subtype": kind}), content)
    file = document.Reference(stream)
    entry = PDFDictionary({
        "Type": PDFName("Filespec"), "F": PDFString(name), "UF": PDFString(name), "EF": PDFDictionary({"F": file}),
    })  # fmt: skip
    names = PDFDictionary({"Names": PDFArray([PDFString(name), document.Reference(entry)])})
    document.Catalog.Names = PDFDictionary({"EmbeddedFiles": names})
