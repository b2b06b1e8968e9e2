"""`Refused`: what a person is told when something cannot be done."""

from __future__ import annotations


class Refused(Exception):
    """Something cannot be done; the message says why, and what to do next, in one or two sentences."""
