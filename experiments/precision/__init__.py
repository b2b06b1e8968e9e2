"""The time to the same error with a network in a cheaper precision and a float32 correction, for each device."""
