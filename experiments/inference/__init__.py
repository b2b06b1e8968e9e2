"""Whether intervals cover and forecasts of stability are right, for exact limits of real networks."""
