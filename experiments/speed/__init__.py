"""Time to the accuracy that lime 0.2.0.1 has after 1000 evaluations, end to end on the same network."""
