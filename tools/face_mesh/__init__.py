"""Face Mesh beside MediaPipe: the same frames to both, and what comes of it."""
