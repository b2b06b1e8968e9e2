"""A warning where hiding changes nothing, so that every coefficient is 0 whatever the model."""

from __future__ import annotations

import warnings

from limetheory.outside import outside


def warn_of_nothing_hidden(what: str, remedy: str) -> None:
    """Say that all masked inputs equal the original one."""
    warnings.warn(
        f"{what} must differ from what it replaces, got the same numbers, so that all coefficients are 0; "
        f"give {remedy}",
        UserWarning,
        stacklevel=outside(),
    )
