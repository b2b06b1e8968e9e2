"""Property tests for whoever writes an explainer: does it converge to what it should, and are its intervals right?

With pytest, `check_explainer` takes three lines; the assertions are for tests of one's own, and each states both of its
error rates; the strategies are for hypothesis. `pip install 'limetheory[testing]'` installs pytest and hypothesis; the
strategies alone need the latter.

| module | idea |
|---|---|
| check_explainer.py, checks.py | all checks of an explainer, and their table `CHECKS` |
| kinds/ | how a set function is put to an explainer of images, texts or tables: `KINDS` |
| converges.py, intervals.py, deterministic.py, equivariant.py | the assertions |
| battery.py, roles.py | set functions whose limit and whose parts' roles are known: `BATTERY` |
| error_rates.py, shares.py | decisions by counting and by betting, exact at every number of runs |
| runs.py, diagnosis.py | the answers of an explainer, and the mistake that they look like |
| strategies.py | designs, set functions, images and label maps for hypothesis |
| faults.py | explainers with one fault each: `FAULTS` |
"""

from typing import TYPE_CHECKING

from limetheory.registry import exported
from limetheory.testing.battery import BATTERY as BATTERY
from limetheory.testing.battery import KnownFunction as KnownFunction
from limetheory.testing.battery import battery as battery
from limetheory.testing.check_explainer import Check as Check
from limetheory.testing.check_explainer import check_explainer as check_explainer
from limetheory.testing.checks import CHECKS as CHECKS
from limetheory.testing.converges import assert_converges as assert_converges
from limetheory.testing.converges import assert_unbiased as assert_unbiased
from limetheory.testing.deterministic import assert_deterministic as assert_deterministic
from limetheory.testing.equivariant import assert_equivariant as assert_equivariant
from limetheory.testing.error_rates import Deviation as Deviation
from limetheory.testing.error_rates import deviation as deviation
from limetheory.testing.error_rates import runs_needed as runs_needed
from limetheory.testing.faults import FAULTS as FAULTS
from limetheory.testing.intervals import assert_intervals_cover as assert_intervals_cover
from limetheory.testing.kinds import KINDS as KINDS
from limetheory.testing.shares import ShareDeviation as ShareDeviation
from limetheory.testing.shares import share_deviation as share_deviation
from limetheory.testing.shares import share_runs_needed as share_runs_needed
from limetheory.testing.strategies import designs as designs
from limetheory.testing.strategies import images as images
from limetheory.testing.strategies import label_maps as label_maps
from limetheory.testing.strategies import set_functions as set_functions

if not TYPE_CHECKING:
    __all__ = ["BATTERY", "CHECKS", "FAULTS", "KINDS", *exported(__name__)]
