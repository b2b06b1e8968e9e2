"""The page: a module for each panel, and a row of `PANELS` for each module."""
