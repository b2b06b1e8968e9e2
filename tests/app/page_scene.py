"""The page without a port: a model's process that is none, photographs, and questions as a browser sends them."""

import base64
import io
import json

import numpy as np
from PIL import Image

from limetheory.app.application import application
from limetheory.app.context import Context
from limetheory.app.examples import examples
from limetheory.app.jobs.queue import JobQueue
from limetheory.app.limits import Limits
from limetheory.app.sessions.store import Sessions
from limetheory.app.settings import Settings
from limetheory.app.worker.messages import Done, ModelFacts
from limetheory.app.worker.tasks import TASKS
from limetheory.images.function_network import FunctionNetwork

PORT = 8050
HERE = f"http://127.0.0.1:{PORT}"
FACTS = ModelFacts("toy", "function", ("dark", "<b>bright</b>"), 16)


def outputs(images):
    left, right = images[:, :, :8].mean(axis=(1, 2, 3)), images[:, :4, 8:].mean(axis=(1, 2, 3))
    bright = left * (1 - right)
    return np.stack([1 - bright, bright], axis=1)


outputs.input_size, outputs.class_names = 16, FACTS.class_names


class NoProcess:
    """Works on tasks in the asking thread."""

    def __init__(self):
        self.network = FunctionNetwork(outputs, "toy")

    def results(self, task, cancelled):
        told = []
        found = TASKS[task.name](self.network, told.append, **task.arguments)
        yield from [*told, Done(found)]

    aside = results

    def prepare(self, photo=None):
        """A page whose photographs nobody looks at beforehand."""


def context(worker=None, limits=None, **options):
    settings = Settings(limits=limits or Limits(), **options)
    return Context(settings, worker or NoProcess(), JobQueue(settings.limits), examples(settings.photos), FACTS)


def served(folder, scene=None):
    """The page as a WSGI application, whose errors reach the test."""
    scene = scene or context()
    server = application(scene, Sessions(folder / "sessions", scene.settings.limits), PORT)
    server.testing = True
    return server


def browser(server):
    """A browser that has loaded the page."""
    client = server.test_client()
    assert client.get("/", base_url=HERE).status_code == 200
    return client


def picture(width=40, height=30, kind="PNG", seed=0):
    levels = np.random.default_rng(seed).integers(0, 256, (height // 5, width // 5, 3), np.uint8)
    content = io.BytesIO()
    Image.fromarray(levels.repeat(5, axis=0).repeat(5, axis=1)).save(content, kind)
    return content.getvalue()


def data_url(content):
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def asked(client, output, values, **options):
    """The answer to a callback, by its first output, its values, and the input that changed.

    Of an input for many components, ``triggered`` is the one that changed.
    """
    known = dependencies(client)
    inputs = {one["output"]: [f"{put['id']}.{put['property']}" for put in one["inputs"]] for one in known}
    spec = next(one for one in known if output in one["output"] and options["changed"] in inputs[one["output"]])
    fields = {"inputs": spec["inputs"], "state": spec["state"]}
    filled = {kind: [_filled(one, values) for one in listed] for kind, listed in fields.items()}
    names = spec["output"].strip(".").split("...")
    several = spec["output"].startswith("..")
    outputs = [_put(*name.rsplit(".", 1)) for name in names]
    body = {
        "output": spec["output"], "outputs": outputs if several else outputs[0],
        "changedPropIds": [options.pop("triggered", None) or _first(options["changed"], values)], **filled,
    }  # fmt: skip
    del options["changed"]
    return client.post("/_dash-update-component", base_url=HERE, json=body, **options)


def dependencies(client):
    """Outputs, inputs and state of every callback, which a page asks for once."""
    kept = client.application.extensions.setdefault("limetheory-tests", {})
    if "dependencies" not in kept:
        kept["dependencies"] = client.get("/_dash-dependencies", base_url=HERE).json
    return kept["dependencies"]


def _filled(spec, values):
    key = f"{spec['id']}.{spec['property']}"
    if '["ALL"]' in spec["id"]:
        return [{"id": one, "property": spec["property"], "value": value} for one, value in values.get(key, [])]
    return {"id": _identifier(spec["id"]), "property": spec["property"], "value": values.get(key)}


def _first(changed, values):
    """What changed, of an input for many components the first one."""
    identifier, _, prop = changed.rpartition(".")
    if '["ALL"]' not in identifier:
        return changed
    return json.dumps(values[changed][0][0], sort_keys=True, separators=(",", ":")) + f".{prop}"


def _put(identifier, prop):
    """An output as a browser names it; of an output for many components there is none here."""
    return [] if '["ALL"]' in identifier else {"id": _identifier(identifier), "property": prop.partition("@")[0]}


def _identifier(written):
    return json.loads(written) if written.startswith("{") else written


def upload(client, content, name="photo.png", **options):
    values = {"photo-upload.contents": data_url(content), "photo-upload.filename": name}
    return asked(client, "photo-preview.children", values, changed="photo-upload.contents", **options)


def words(answer):
    """Everything that an answer says, as text."""
    return json.dumps(answer.json, ensure_ascii=False)
