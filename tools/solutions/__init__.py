"""Whole solutions beside MediaPipe's: the same frames to both, how far results are apart, and which is faster."""
