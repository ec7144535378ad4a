"""Random graphs against a reference executor, invariants and MediaPipe itself. See `tools/simulate --help`."""
