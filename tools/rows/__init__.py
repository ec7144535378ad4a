"""The rows of the tables in docs/performance.md."""
