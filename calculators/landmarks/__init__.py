"""From a model's output to points in the image, and on to the next region of interest."""
