"""`PANELS`: a panel takes one module and one row here, in the order in which the page shows them."""

from __future__ import annotations

from limetheory.app.pages import (
    answer,
    beside,
    changes,
    compare,
    edit,
    explain,
    export,
    photo,
    regions,
    row,
    status,
    text,
)

PANELS = (
    photo.PANEL, explain.PANEL, edit.PANEL, export.PANEL, status.PANEL, regions.PANEL, answer.PANEL, compare.PANEL,
    beside.PANEL, changes.PANEL,
    text.INPUT, text.STATUS, text.RESULT, row.INPUT, row.STATUS, row.RESULT,
)  # fmt: skip
