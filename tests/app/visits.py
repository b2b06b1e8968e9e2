"""A page that a person has open in Chromium, at two sizes."""

import os
from pathlib import Path

from page_scene import picture

SIZES = {"desktop": (1280, 800), "tablet": (820, 1180)}
WAIT = 120_000  # milliseconds; two cores may run other tests beside it
POLICY = "Content Security Policy"
_QUIET = "() => window.underWay === 0 && performance.now() - window.last > 400"
_FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"


class Window:
    """A window of a browser for one person after the other: what it has loaded before, it need not compile again.

    In each page `script` runs before the page's own scripts.
    """

    def __init__(self, browser, script=""):
        self.context = browser.new_context()
        self.context.add_init_script(script)
        self.page, self.said, self.requests = self.context.new_page(), [], []
        self.page.set_default_timeout(WAIT)
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("requestfinished", lambda request: self.requests.append(request))

    def forget(self):
        """Make it the window of somebody who was never here."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.evaluate(_FORGET)
        self.context.clear_cookies()


class Visit:
    """A page that a person has open, with what its console said and the bytes that it loaded."""

    def __init__(self, window, address, size="desktop"):
        self.page = window.page
        window.said, window.requests = self.said, self.requests = [], []
        self._resize(size)
        self.page.goto(address)
        self.page.wait_for_selector("#photo-upload input", state="attached")

    def shot(self, name):
        """A picture for people, where they name a folder for it."""
        if folder := os.environ.get("LIMETHEORY_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def _resize(self, size):
        width, height = SIZES[size]
        self.page.set_viewport_size({"width": width, "height": height})

    def resize(self, size):
        self._resize(size)
        self.page.wait_for_timeout(1500)  # plotly.js fits its figures a moment later

    def upload(self, name="zebra.png"):
        content = {"name": name, "mimeType": "image/png", "buffer": picture(120, 90)}
        self.page.set_input_files("#photo-upload input", content)
        self.page.wait_for_selector("#photo-preview img")

    def explain(self, samples="600"):
        self.page.fill("#panel-explain .of-samples input", samples)
        self.page.keyboard.press("Tab")
        self.page.click("#explain-run")

    def loaded_bytes(self):
        return sum(one.sizes()["responseBodySize"] for one in self.requests if one.response())


def quiet(page):
    """Wait until nothing has been asked of the server for a while, in a page whose script counts `window.underWay`."""
    page.wait_for_function(_QUIET)
