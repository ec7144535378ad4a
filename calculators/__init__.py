"""The calculators that come with graphflow, one a file, found by file name (see `graphflow.registry`)."""
