"""What each browser is working on, kept on disk between its requests."""
