"""A page that a person has open in Chromium, at two sizes."""

import os
from pathlib import Path

from page_scene import picture

SIZES = {"desktop": (1280, 800), "tablet": (820, 1180)}
WAIT = 120_000  # milliseconds; two cores may run other tests beside it
POLICY = "Content Security Policy"


class Visit:
    """A page that a person has open, with what its console said and the bytes that it loaded."""

    def __init__(self, browser, address, size, folder):
        width, height = SIZES[size]
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page, self.said, self.requests, self._folder = self.context.new_page(), [], [], folder
        self.page.set_default_timeout(WAIT)
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("requestfinished", lambda request: self.requests.append(request))
        self.page.goto(address)
        self.page.wait_for_selector("#photo-upload input", state="attached")

    def shot(self, name):
        folder = Path(os.environ.get("LIMETHEORY_SCREENSHOTS", self._folder))
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def resize(self, size):
        width, height = SIZES[size]
        self.page.set_viewport_size({"width": width, "height": height})
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
