"""What happens in a run: a pure core (queues, bounds, readiness, throttling, lifecycle) and the drivers around it."""
