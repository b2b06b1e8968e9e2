"""The time and memory that an explanation needs besides the network's forward passes."""
