"""The process that holds the model: it works on one task at a time, and is started anew when it ends."""
