"""From results to pictures: what to draw, and drawing it."""
