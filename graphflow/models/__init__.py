"""Model files: which there are, where they are kept, and how they get there.

The manifest (``models/manifest.yaml``) pins each file by its SHA-256. `pull` brings files into the user's cache,
`load_model` hands out bytes that have been hashed, and never touches the network.
"""

from graphflow.models.manifest import Entry, Manifest, manifest
from graphflow.models.pull import pull
from graphflow.models.store import Model, is_pinned, load_model, model_of, own_files, whole_file

__all__ = [
    "Entry",
    "Manifest",
    "Model",
    "is_pinned",
    "load_model",
    "manifest",
    "model_of",
    "own_files",
    "pull",
    "whole_file",
]
