"""All graph files of MediaPipe: which of them can be checked and drawn here, and what the others lack."""
