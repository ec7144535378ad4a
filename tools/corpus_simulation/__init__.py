"""The driver of `graphflow map` over many inputs, with workers that only pretend to work."""
