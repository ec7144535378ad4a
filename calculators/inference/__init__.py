"""Running models, and what their plain outputs mean."""
