"""What a person does to regions, as a browser sends it: drawings, clicks, files, fields, and buttons."""

import io
import time

import numpy as np
from page_scene import HERE, asked, data_url
from PIL import Image

from limetheory.app.limits import Limits
from limetheory.app.sessions.store import Sessions

DEFAULTS = {
    "target": None, "stop": "masks", "replacement": "mean", "bandwidth": 0.25, "level": 0.95, "tolerance": 0.1,
    "segmenter": "grid", "segments": 9, "samples": 200, "seed": 5,
}  # fmt: skip
ACTIONS = '{"kind":"region-action","name":["ALL"]}.n_clicks'


def session_of(client, folder):
    cookie = client.get_cookie("limetheory_8050", domain="127.0.0.1").value
    return Sessions(folder / "sessions", Limits()).of(cookie)


def draw(client, tool, shape, scale=1.0):
    drawing = {"tool": tool, "shape": shape, "scale": scale}
    return asked(client, "regions-version.data", {"regions-drawn.data": drawing}, changed="regions-drawn.data")


def rectangle(client, x0, y0, x1, y1):
    return draw(client, "rectangle", {"type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1})


def upload_mask(client, content):
    values = {"regions-upload.contents": data_url(content)}
    return asked(client, "regions-version.data", values, changed="regions-upload.contents")


def mask_file(labels):
    content = io.BytesIO()
    Image.fromarray(labels.astype(np.uint8)).save(content, "PNG")
    return content.getvalue()


def press(client, name):
    place = {"kind": "region-action", "name": name}
    triggered = f'{{"kind":"region-action","name":"{name}"}}.n_clicks'
    return asked(client, "regions-version.data", {ACTIONS: [(place, 1)]}, changed=ACTIONS, triggered=triggered)


def fill(client, field, place, value):
    pattern = f'{{"field":"{field}","kind":"region-field","place":["ALL"]}}.value'
    one = {"kind": "region-field", "field": field, "place": place}
    triggered = f'{{"field":"{field}","kind":"region-field","place":{place}}}.value'
    return asked(client, "regions-version.data", {pattern: [(one, value)]}, changed=pattern, triggered=triggered)


def hold(client, tool="lasso", effect="new", brush=24, predictor=None):
    values = {"tool": tool, "effect": effect, "brush": brush, "predictor": predictor}
    sent = {f"regions-{name}.value": value for name, value in values.items()}
    return asked(client, "regions-version.data", sent, changed="regions-tool.value")


def click(client, x, y):
    values = {"regions-click.data": {"x": x, "y": y}}
    return asked(client, "regions-version.data", values, changed="regions-click.data")


def waited(client, changed, values):
    """The result of a background callback."""
    begun = asked(client, "job-outcome.data", values, changed=changed).json
    end = time.monotonic() + 60
    while time.monotonic() < end:
        handles = {"cacheKey": begun["cacheKey"], "job": begun["job"]}
        answer = asked(client, "job-outcome.data", values, changed=changed, query_string=handles)
        if answer.json and "response" in answer.json:
            return next(iter(answer.json["response"].values()))["data"]
        time.sleep(0.02)
    raise AssertionError("no result within a minute")


def pressed_job(client, button):
    """Press a button whose work is done in the background."""
    return waited(client, f"{button}.n_clicks", {f"{button}.n_clicks": 1})


def region_job(client, name):
    return pressed_job(client, f'{{"kind":"region-action","name":"{name}"}}')


def explained(client, **more):
    settings = {**DEFAULTS, **more}
    fields = [({"kind": "setting", "name": name}, value) for name, value in settings.items()]
    pattern = '{"kind":"setting","name":["ALL"]}'
    values = {"explain-run.n_clicks": 1, f"{pattern}.value": fields, f"{pattern}.id": [(one, one) for one, _ in fields]}
    return waited(client, "explain-run.n_clicks", values)


def shown(client):
    return client.get("/_dash-layout", base_url=HERE).json
