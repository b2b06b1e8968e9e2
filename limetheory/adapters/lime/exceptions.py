"""lime's own error."""


class LimeError(Exception):
    """What cannot be explained: a mode that is neither classification nor regression."""
