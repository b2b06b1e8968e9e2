"""Regions that a person draws on the page: what a session holds of them, and what a browser may ask."""
