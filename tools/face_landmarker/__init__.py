"""Face Landmarker beside MediaPipe Tasks': what both find on the same frames, and how fast."""
