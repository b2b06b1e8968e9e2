"""Experiments: one folder per claim, with the saved rows that README and paper quote."""
