"""The memory soak: a run that goes on for ever, and a graph that is started again and again, must not grow."""
