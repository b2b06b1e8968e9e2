"""Replacements by name: what hidden pixels show, one image for all masks or a random one for each."""
