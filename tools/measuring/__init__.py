"""Two sides measured in short turns, on a machine that may be disturbed: what all benchmarks share."""
