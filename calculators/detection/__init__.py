"""From a detector's output to regions of interest."""
