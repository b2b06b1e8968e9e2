"""Saved sessions as a browser gets and opens them, and with other parts."""

import io
import zipfile

from page_scene import HERE, asked, data_url, words

from limetheory.app.saved.archive import written


def saved(client):
    answer = client.get("/export/session.zip", base_url=HERE)
    assert answer.status_code == 200, answer.data
    return answer.data


def opened(client, content):
    values = {"export-open.contents": data_url(content)}
    return words(asked(client, "export-message.children", values, changed="export-open.contents"))


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def changed(content, **parts):
    """The file with other parts; None takes one away."""
    named = {name.replace("__", "."): part for name, part in parts.items()}
    return written({name: part for name, part in {**members(content), **named}.items() if part is not None})
