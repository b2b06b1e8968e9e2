"""Texts and rows of tables on the page: what each asks of the model's process, and how its answers are kept."""
