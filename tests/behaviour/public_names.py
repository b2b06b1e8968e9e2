"""All names of limetheory that the questions use, so that only this file changes if a module moves."""

from unittest import mock

import limetheory as lt
from limetheory import images, metrics
from limetheory.cli.main import run
from limetheory.fitted import trees
from limetheory.limits import LeafSum
from limetheory.networks import Classifier
from limetheory.statistics import leaf_covariance

LOAD_MODEL = "limetheory.networks.load_model"
"""Where the command line looks for its networks."""


def command(arguments, load):
    """The exit code of the command line, whose networks come from ``load``."""
    with mock.patch(LOAD_MODEL, load):
        return run(arguments)


__all__ = ["Classifier", "LeafSum", "command", "images", "leaf_covariance", "lt", "metrics", "trees"]
