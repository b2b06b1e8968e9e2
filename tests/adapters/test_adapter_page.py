"""The blocks of the page of adapters that are no doctests run as they stand."""

import re
from pathlib import Path

import matplotlib
import pytest

PAGE = Path(__file__).parents[2] / "docs/howto/captum-adapter.md"
BLOCKS = [one for one in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S) if ">>>" not in one]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_of_the_page_defines_what_it_uses(number):
    matplotlib.use("Agg")
    exec(BLOCKS[number], {})
