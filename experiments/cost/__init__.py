"""What an explanation costs besides the network's forward passes: time and memory."""
