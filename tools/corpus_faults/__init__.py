"""Kill workers and drivers of `graphflow map` at random, and look whether anything is lost or done twice."""
