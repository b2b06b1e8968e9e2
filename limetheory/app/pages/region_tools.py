"""The tools of the panel "Regions": what to draw with, what becomes of it, and the buttons for the selected regions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from limetheory.app.drawing.actions import ACTIONS
from limetheory.app.drawing.proposals import SCALES, Proposal
from limetheory.app.drawing.view import EFFECTS, TOOLS, View
from limetheory.app.pages.spoken import spoken
from limetheory.images.regions import History, Regions
from limetheory.images.regions.region import MOST_SUPERPIXELS
from limetheory.images.segmentation.methods import SEGMENTERS

ACTION = "region-action"
"""The kind of the identifiers of the buttons, which have an action's name."""

HOW = {
    "lasso": "Hold the button and draw around it.",
    "polygon": "Click the corners; Enter, or a double click, closes it. Backspace takes the last one back.",
    "rectangle": "Drag from corner to corner.",
    "brush": "Paint over it.",
    "superpixel": "Click superpixels: each goes into the selected region, or out of it.",
    "object": "Click on an object. Further clicks add to it, with Shift they take away.",
    "hand": "Drag the photograph, once it is enlarged.",
}
"""How each tool is used."""

STEPS, CHANGES, REST = (
    ("undo", "redo"), ("merge", "union", "subtract", "intersect", "split", "raise", "delete"),
    ("suggest", "cut", "label map"),
)  # fmt: skip
"""The buttons above the list, below it, and below the numbers."""

_OTHERS = {
    "undo": ("Undo", "Ctrl+Z"), "redo": ("Redo", "Ctrl+Shift+Z"),
    "split": ("Split", "The selected region becomes its pieces, or two where it is one piece."),
    "suggest": ("Numbers by area", "100 superpixels in all, shared by area."),
    "cut": ("Show superpixels", "Cuts the regions, and what is outside of them, as they will be explained."),
    "label map": ("Label map", "The superpixels as a PNG, which limetheory explain --segments-from takes."),
    "take": ("Take it", "The object that is proposed is drawn."),
    "drop": ("Drop it", "No object is proposed any more."),
}  # fmt: skip


def button_id(name: str) -> dict[str, str]:
    """The identifier of the button of an action."""
    return {"kind": ACTION, "name": name}


def button(name: str, disabled: bool = False, primary: bool = False) -> html.Button:
    """The button of an action."""
    title, hint = _OTHERS[name] if name in _OTHERS else (ACTIONS[name].title, ACTIONS[name].hint)
    kind = "small primary" if primary else "small"
    return html.Button(title, id=button_id(name), n_clicks=0, title=hint, disabled=disabled, className=kind)


def tool_field(view: View) -> html.Div:
    """What to draw with, and how."""
    tool = html.Fieldset(
        [html.Legend("Draw with"), _radio("regions-tool", TOOLS, view.tool)], className="field of-tool"
    )
    how = html.Small(HOW[view.tool], id="regions-how", className="hint")
    return html.Div([tool, html.Div([how, _zoom()], className="regions-looking")])


def _zoom() -> html.Div:
    """Buttons that enlarge the photograph, which the browser does by itself."""
    named = [
        ("enlarge", "+", "Enlarge the photograph (+, or Ctrl and the wheel)"),
        ("reduce", "−", "Reduce it (−)"), ("whole", "Whole", "Show the whole photograph (0)"),
    ]  # fmt: skip
    buttons = [
        html.Button(sign, id=f"regions-{name}", className="small", title=title, **spoken(title.partition(" (")[0]))
        for name, sign, title in named
    ]
    return html.Div(buttons, className="zoom")


def tool_options(view: View, predictors: Sequence[str]) -> html.Div:
    """What becomes of a drawing, and what single tools need to know."""
    chosen = view.predictor if view.predictor in predictors else next(iter(predictors), None)
    predictor = dcc.Dropdown(id="regions-predictor", options=list(predictors), value=chosen, clearable=False)
    minus: Any = [{"label": "Clicks take away, as with Shift", "value": "on"}]
    return html.Div(
        [
            html.Fieldset(
                [html.Legend("What is drawn"), _radio("regions-effect", EFFECTS, view.effect)],
                className="field of-effect",
            ),
            _labelled("Width of the brush", _brush(view.brush), "of-brush"),
            _labelled("Objects are found by", predictor, "of-predictor"),
            dcc.Checklist(id="regions-minus", options=minus, value=[], className="tick of-minus"),
        ],
        className="region-tools",
    )


def _labelled(title: str, field: Any, name: str = "") -> html.Label:
    return html.Label([html.Span(title, className="label"), field], className=f"field {name}")


def _radio(name: str, options: Any, value: str) -> dcc.RadioItems:
    listed: Any = [{"label": title, "value": key} for key, title in options.items()]
    return dcc.RadioItems(id=name, options=listed, value=value, inline=True, className="radio")


def _brush(width: int) -> dcc.Input:
    return dcc.Input(id="regions-brush", type="number", value=width, min=1, max=200, step=1, className="number")


def buttons(names: Sequence[str], off: Sequence[str]) -> list[Any]:
    """The buttons of several actions, of which some are greyed."""
    return [button(name, disabled=name in off) for name in names]


def greyed(regions: Regions | None, view: View, history: History[str] | None, is_cut: bool) -> list[str]:
    """The actions that cannot be done now.

    Args:
        regions: None where there is no photograph.
        view: what is selected.
        history: what can be undone.
        is_cut: whether the superpixels of the regions are known.
    """
    names = () if regions is None else regions.names
    number = len([one for one in names if one in view.selected])
    ends = {name: (action.fewest, action.most) for name, action in ACTIONS.items()} | {"split": (1, 1)}
    off = [name for name, (fewest, most) in ends.items() if not fewest <= number <= most]
    steps = {
        "undo": history is not None and history.can_undo, "redo": history is not None and history.can_redo,
        "suggest": bool(names), "label map": is_cut, "cut": regions is not None,
    }  # fmt: skip
    return [*off, *(name for name, there in steps.items() if not there)]


def scales(proposal: Proposal | None, view: View) -> Any:
    """The scales of the object that is proposed."""
    if proposal is None:
        return None
    size = proposal.masks[0].size
    shares = (proposal.masks.sum(axis=(1, 2)) / size).tolist()
    options: Any = [
        {"label": f"{title} ({100 * share:.1f} %)", "value": place}
        for place, (title, share) in enumerate(zip(SCALES, shares, strict=True))
    ]
    return dcc.RadioItems(id="regions-scale", options=options, value=view.scale, inline=True, className="radio")


def proposal_bar(proposal: Proposal | None, view: View) -> html.Fieldset:
    """The object that was clicked, its scales, and whether it is taken."""
    actions = html.Div([button("take", primary=True), button("drop")], className="actions")
    inside = [
        html.Legend("The object that was clicked"),
        html.Div(scales(proposal, view), id="regions-scales"),
        actions,
    ]
    return html.Fieldset(inside, id="regions-proposal", className=proposal_class(proposal))


def proposal_class(proposal: Proposal | None) -> str:
    """The class of the bar, which is there while there is a proposal."""
    return "field notice hidden" if proposal is None else "field notice"


def outside_fields(regions: Regions | None) -> html.Div:
    """How what is outside of all regions is cut, and by what everything is.

    Args:
        regions: of the photograph; None where there is none, whose fields are empty: Explain asks for them, too.
    """
    outside, by = (None, None) if regions is None else (regions.outside, regions.segmenter)
    number = dcc.Input(
        id="regions-outside", type="number", value=outside, min=1, max=MOST_SUPERPIXELS, step=1, debounce=True,
        className="number",
    )  # fmt: skip
    segmenter = dcc.Dropdown(id="regions-segmenter", options=list(SEGMENTERS), value=by, clearable=False)
    return html.Div(
        [
            _labelled("Superpixels outside", number),
            _labelled("All cut by", segmenter),
        ],
        className="fields",
        **spoken("Outside of the regions"),
    )
