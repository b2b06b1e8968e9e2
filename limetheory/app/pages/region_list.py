"""The list of regions: name, share of the area, number of superpixels, selected and shown or not."""

from __future__ import annotations

from typing import Any

from dash import ALL, dcc, html

from limetheory.app.drawing.changes import SUGGESTED
from limetheory.app.drawing.view import View
from limetheory.app.figures.region_map import colour_of
from limetheory.app.pages.notices import empty
from limetheory.app.pages.rows import row_of
from limetheory.app.pages.tables import plain_table
from limetheory.images.regions import Region, Regions
from limetheory.images.regions.region import LONGEST_NAME, MOST_SUPERPIXELS

FIELD = "region-field"
"""The kind of the identifiers of the fields of the list, which have a field's name and the place of a region."""


def field_id(field: str, place: Any) -> dict[str, Any]:
    """The identifier of a field of the list."""
    return {"kind": FIELD, "field": field, "place": place}


REGION_FIELDS: dict[str, tuple[Any, str]] = {
    "shown": ("regions-shown", "data"), "names": (field_id("name", ALL), "value"),
    "numbers": (field_id("superpixels", ALL), "value"), "outside": ("regions-outside", "value"),
    "segmenter": ("regions-segmenter", "value"),
}  # fmt: skip
"""Where the page has what `take_typed` takes."""


def region_list(regions: Regions, view: View) -> Any:
    """The regions as a table, from below to above."""
    if not regions.regions:
        return empty("No region yet", "Draw on the photograph, upload a mask, or click with Superpixel or Object.")
    whole, suggested = regions.shape[0] * regions.shape[1], _suggested(regions)
    heads = ["", "Name", "Area", "Superpixels", "Shown"]
    rows = [
        html.Tr(
            [html.Td(cell) for cell in _cells(place, region, region.area / whole, hint, view)], **row_of(region.name)
        )
        for place, (region, hint) in enumerate(zip(regions.regions, suggested, strict=True))
    ]
    return html.Div(plain_table(heads, rows), className="table regions-table")


def _cells(place: int, region: Region, share: float, suggested: int, view: View) -> list[Any]:
    name = region.name
    return [
        _choice("selected", place, name in view.selected, [_swatch(place), _unseen(f"Select {name}")]),
        _text(place, name),
        _share(share),
        [_number(place, name, region.superpixels), html.Small(f"by area {suggested}", className="hint")],
        _choice("shown", place, name not in view.hidden, [_unseen(f"Show {name}")]),
    ]


def _suggested(regions: Regions) -> list[int]:
    total = max(SUGGESTED, len(regions.regions) + 1)
    return [region.superpixels for region in regions.suggested(total).regions]


def _choice(field: str, place: int, on: bool, label: list[Any]) -> dcc.Checklist:
    options: Any = [{"label": html.Span(label), "value": "on"}]
    return dcc.Checklist(id=field_id(field, place), options=options, value=["on"] if on else [], className="tick")


def _text(place: int, name: str) -> html.Label:
    field = dcc.Input(
        id=field_id("name", place), type="text", value=name, debounce=True, maxLength=LONGEST_NAME, className="name"
    )
    return html.Label([_unseen(f"Name of {name}"), field])


def _number(place: int, name: str, value: int) -> html.Label:
    field = dcc.Input(
        id=field_id("superpixels", place), type="number", value=value, min=1, max=MOST_SUPERPIXELS, step=1,
        debounce=True, className="number",
    )  # fmt: skip
    return html.Label([_unseen(f"Superpixels of {name}"), field])


def _swatch(place: int) -> html.Span:
    return html.Span(className="swatch", style={"background": colour_of(place)})


def _unseen(text: str) -> html.Span:
    return html.Span(text, className="unseen")


def _share(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.001 else "< 0.1 %"
