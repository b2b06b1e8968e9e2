"""The command line of the experiment."""

import sys
from functools import partial

from experiments import _frame
from experiments.dseg.experiment import EXPERIMENT

main = partial(_frame.main, EXPERIMENT)

if __name__ == "__main__":
    sys.exit(main())
