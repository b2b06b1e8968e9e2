"""The documentation builds without warnings, and its API reference has just the public names."""

import json
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import limetheory as lt
from limetheory import arrays

ROOT = Path(__file__).parents[2]
FRONT_ENDS = ("app", "cli")
PACKAGES = [
    f"limetheory.{part.name}"
    for part in pkgutil.iter_modules(lt.__path__)
    if part.ispkg and part.name not in FRONT_ENDS
]
KINDS = ("class", "data", "exception", "function")
BUILD = """
import json, sys
from sphinx.application import Sphinx

out = sys.argv[1]
app = Sphinx("docs", "docs", out, out + "/trees", "dummy", warningiserror=True, keep_going=True, status=None)
app.build()
print()
print(json.dumps([(name, kind, rank) for name, _, kind, *_, rank in app.env.domains["py"].get_objects()]))
sys.exit(app.statuscode)
"""


@pytest.fixture(scope="module")
def documented(tmp_path_factory):
    """The names of the API reference, from a build with warnings as errors that writes no pages.

    All pages are read and all references are looked up, as in the build of the pages.
    """
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path_factory.mktemp("documentation"))],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    entries = json.loads(done.stdout.splitlines()[-1])
    # the places where classes are defined are among the objects too, with the priority −1
    return {name for name, kind, priority in entries if kind in KINDS and priority != -1}


@pytest.mark.slow
def test_every_public_name_is_documented(documented):
    assert {f"limetheory.{name}" for name in lt.__all__} <= documented
    for package in PACKAGES:
        module = import_module(package)
        front = {name for name in lt.__all__ if getattr(lt, name) is getattr(module, name, None)}
        assert {f"{package}.{name}" for name in set(module.__all__) - front} <= documented


@pytest.mark.slow
def test_every_documented_name_is_public(documented):
    assert len(documented) > 100
    for name in documented:
        module, _, last = name.rpartition(".")
        assert module in ("limetheory", *PACKAGES) and last in import_module(module).__all__, name


def test_every_subpackage_but_the_front_ends_has_a_page():
    done = subprocess.run(
        [sys.executable, "-c", "from api_pages import SUBPACKAGES; print(*SUBPACKAGES)"],
        cwd=ROOT / "docs", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert {f"limetheory.{part}" for part in done.stdout.split()} == set(PACKAGES)


@pytest.mark.parametrize("package", ["limetheory", *PACKAGES])
def test_public_names_are_there_and_once(package):
    module = import_module(package)
    assert len(set(module.__all__)) == len(module.__all__) and all(hasattr(module, name) for name in module.__all__)


def test_the_reference_has_every_name_of_an_array():
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    named = [name for name, found in vars(arrays).items() if hasattr(found, "dim_str")]
    assert len(named) > 5 and all(f"| `{name}` |" in text for name in named)


def test_the_reference_lists_every_page_of_the_api():
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert all(f"\napi/{name.rpartition('.')[2]}\n" in text for name in ("limetheory", *PACKAGES))
