"""Images: their size, and the way into a model."""
