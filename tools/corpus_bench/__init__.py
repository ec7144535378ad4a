"""`graphflow map` against plain processes, each pinned to a processor."""
