"""Chromium for the tests: that of LIMETHEORY_CHROMIUM, or one on the path."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found():
    """Where the browser is; None where there is none."""
    return os.environ.get("LIMETHEORY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def running(*options, folder, **environment):
    """`limetheory app` as a process, and the address that it prints."""
    command = [sys.executable, "-m", "limetheory", "app", "--no-browser", *options]
    known = {**os.environ, "XDG_CACHE_HOME": str(folder), **environment}
    process = subprocess.Popen(command, env=known, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        address = re.search(r"http://\S+/", line)
        assert address, process.communicate(timeout=30)[1]
        yield address.group()
    finally:
        process.terminate()
        process.communicate(timeout=30)


@contextmanager
def served(model, folder):
    """`running` with one of `worker_models`."""
    here = str(Path(__file__).parent / "worker")
    known = {"PYTHONPATH": os.pathsep.join([here, os.environ.get("PYTHONPATH", "")])}
    with running("--model", f"worker_models:{model}", folder=folder, **known) as address:
        yield address
