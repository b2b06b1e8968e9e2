"""Superpixels: the methods by name, and label maps of the user's."""
