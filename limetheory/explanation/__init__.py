"""The one result type of closed forms and of sampling: its intervals, how it is kept, and how it is shown.

| module | idea |
|---|---|
| result.py | `Explanation`, `load_explanation` |
| stopping.py | `Stopping`: how one that stops at a tolerance came to its end |
| quantiles.py | quantiles of Student's t, of one number and of the largest of several |
| table.py, bars.py | its table and its bars |
| rendering.py | the registry of pictures, which kinds of explanations fill |
"""

import limetheory.explanation.bars  # noqa: F401  registers the figure of an explanation of any kind
from limetheory.explanation.result import Explanation, load_explanation
from limetheory.explanation.stopping import Stopping

__all__ = ["Explanation", "Stopping", "load_explanation"]
