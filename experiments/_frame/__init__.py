"""What all experiments share: jobs with keys, saved rows from which an interrupted run continues, and a command line.

| module | idea |
|---|---|
| experiment.py | an experiment, its jobs, and the store that their rows go to |
| saved_rows.py | a file of rows, one JSON object a line; versions and git revision |
| recorded.py | what a run measures on: rows of two kinds of run are not mixed |
| groups.py | a folder with a Parquet file for each job that has many rows |
| markdown.py | tables in Markdown |
| parallel.py | a call in a process of its own |
| command.py | `run`, `plot` and `report` |
| registry.py | the experiments that there are |
| terminal.py | what a user sees who runs a command |

An experiment is a folder with a module `experiment.py`. Its first line says what question it answers, and its object
`EXPERIMENT` gives jobs and says what their rows show. A page of docs/ needs a block for each name in its `blocks`.
"""

from experiments._frame.command import main
from experiments._frame.experiment import Batch, Experiment, Job, Options, Parser, Row
from experiments._frame.saved_rows import Lines

__all__ = ["Batch", "Experiment", "Job", "Lines", "Options", "Parser", "Row", "main"]
