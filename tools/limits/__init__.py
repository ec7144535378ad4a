"""``tools/bench_limits``: what the most expensive graph files within the limits cost."""
