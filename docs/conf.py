"""The documentation's build: `make docs`, or `python -m sphinx -W docs build/docs`."""

import sys
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from api_pages import write as write_api_pages  # noqa: E402
from docstrings import in_restructured_text  # noqa: E402

import limetheory  # noqa: E402
from proofs_check.pages import write as write_statement_pages  # noqa: E402

project = "limetheory"
author = "The limetheory developers"
version = release = limetheory.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]

html_theme = "furo"
html_title = f"limetheory {version}"

myst_enable_extensions = ["amsmath", "dollarmath", "deflist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_use_rtype = False
# the letters of an array's shape, such as d in Float[ndarray, "d"], are looked up as names
suppress_warnings = ["ref.python"]


def _from_scikit_learn(app: Sphinx, kind: str, name: str, found: object, skip: bool, options: object) -> bool | None:
    """Leave out what a class has from scikit-learn, whose docstrings link to pages of its own; None decides nothing."""
    return True if str(getattr(found, "__module__", "")).startswith("sklearn.") else None


def setup(app: Sphinx) -> None:
    """Write the generated pages before any page is read."""
    app.connect("builder-inited", lambda _: write_api_pages(ROOT / "docs" / "api"))
    app.connect("builder-inited", lambda _: write_statement_pages(ROOT / "docs" / "statements"))
    app.connect("autodoc-skip-member", _from_scikit_learn)
    app.connect("autodoc-process-docstring", in_restructured_text, priority=400)  # before napoleon, at 500
