"""The tabs about texts and rows without a port and without a process."""

import time
from dataclasses import replace

from page_scene import asked, browser, context, dependencies, served

from limetheory.app.inputs.known import Known
from limetheory.app.refusals import Refused
from limetheory.app.worker.messages import Done
from limetheory.app.worker.tasks import TASKS
from limetheory.checked_files import one_line


class Here:
    """Works on every task in the asking thread."""

    def results(self, task, cancelled):
        told = []
        try:
            found = TASKS[task.name](None, told.append, **task.arguments)
        except (ValueError, TypeError, ImportError) as error:
            raise Refused(one_line(error)) from None
        yield from [*told, Done(found)]

    aside = results

    def prepare(self, photo=None):
        """There is no other process to get ready."""


def visitor(folder, **sources):
    """A browser on a page with models of texts and rows."""
    plain = context(Here(), **sources)
    return browser(served(folder, replace(plain, known=Known(plain.worker, plain.settings))))


def pressed(client, kind, button, **fields):
    """Press a button of a tab, and ask until there is a result."""
    pattern = f'{{"kind":"{kind}-field","name":["ALL"]}}'
    listed = [({"kind": f"{kind}-field", "name": name}, value) for name, value in fields.items()]
    values = {
        f"{kind}-{button}.n_clicks": 1, f"{pattern}.value": listed, f"{pattern}.id": [(one, one) for one, _ in listed],
    }  # fmt: skip
    known = dependencies(client)
    output = next(one["output"] for one in known if one["inputs"] and one["inputs"][0]["id"] == f"{kind}-{button}")
    changed, handles, end = f"{kind}-{button}.n_clicks", None, time.monotonic() + 60
    while time.monotonic() < end:
        more = {} if handles is None else {"query_string": handles}
        answer = asked(client, output, values, changed=changed, **more).json
        if handles is None:
            handles = {"cacheKey": answer["cacheKey"], "job": answer["job"]}
        elif answer and "response" in answer:
            return answer["response"][f"{kind}-outcome"]["data"]
        time.sleep(0.02)
    raise AssertionError("no result within a minute")
