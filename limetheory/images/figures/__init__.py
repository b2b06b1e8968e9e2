"""Pictures of explanations of images."""
