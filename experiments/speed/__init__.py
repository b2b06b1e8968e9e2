"""The time to the accuracy of lime 0.2.0.1 with 1000 evaluations, from image to explanation, for the same network."""
