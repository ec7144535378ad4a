"""Single calculators beside MediaPipe's: the same random inputs to both, and how far the results are apart."""
