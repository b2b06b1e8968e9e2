"""What runs the layers of a network on a CPU: torch, or a faster program that they are converted for."""
