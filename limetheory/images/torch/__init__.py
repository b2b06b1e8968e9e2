"""Torch modules on masked images: composed on the device, the first layers shared between masks."""
