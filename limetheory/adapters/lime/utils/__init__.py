"""What lime 0.2.0.1 keeps under this name: `generic_utils.has_arg`."""
