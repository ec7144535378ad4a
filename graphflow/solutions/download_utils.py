"""Fetching models that MediaPipe's wheel does not have."""

from __future__ import annotations

from graphflow.models.pull import missing, pull


def download_oss_model(model_path: str) -> None:
    """Fetch a model unless it is on this machine, by MediaPipe's path (its last part counts).

    Raises:
        MissingResource: It could not be fetched, or nobody knows it.
    """
    name = model_path.rpartition("/")[2]
    if missing([name]):
        print(f"graphflow: fetching {name}, once")
    pull([name])
