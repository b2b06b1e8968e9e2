"""What is said of a file that is no saved session."""

from __future__ import annotations

from limetheory.app.refusals import Refused


def not_saved(why: str) -> Refused:
    """The refusal of a file that this page did not save, or that was changed since.

    >>> str(not_saved("it is empty"))
    'This is no session that this page saved: it is empty. Save it again, or choose another file.'
    """
    return Refused(f"This is no session that this page saved: {why}. Save it again, or choose another file.")
