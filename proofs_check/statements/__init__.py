"""One file per statement, named by its label."""
