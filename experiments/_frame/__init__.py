"""What all experiments share: jobs with keys, saved rows from which an interrupted run continues, and a command line.

| module | idea |
|---|---|
| experiment.py | an experiment, its jobs, and the store that their rows go to |
| saved_rows.py | a file of rows, one JSON object a line; versions and git revision |
| parallel.py | jobs in this process, in several, or on a Dask cluster |
| command.py | `run`, `plot` and `report` |
| registry.py | the experiments that there are |
| terminal.py | what a user sees who runs a command |

An experiment is a folder with a module `experiment.py` that has an object `EXPERIMENT`, which gives jobs and says what
their rows show, and a `__main__.py` of one call. The README then needs a block of each name in `EXPERIMENT.blocks`.
"""

from experiments._frame.command import main
from experiments._frame.experiment import Batch, Experiment, Job, Options, Parser, Row
from experiments._frame.saved_rows import Lines

__all__ = ["Batch", "Experiment", "Job", "Lines", "Options", "Parser", "Row", "main"]
