"""Model files: which there are, where they are kept, and how they get there.

The manifest (``models/manifest.yaml``) pins each file by its SHA-256. `load_model` hands out bytes that have been
hashed, and never touches the network. `graphflow.models.pull` brings files into the user's cache; it is not imported
here, because most runs do without.
"""

from graphflow.models.kept import keep_between_runs, leave, take
from graphflow.models.manifest import Entry, Manifest, manifest
from graphflow.models.store import Model, is_pinned, load_model, model_of, own_files, whole_file

__all__ = [
    "Entry",
    "Manifest",
    "Model",
    "is_pinned",
    "keep_between_runs",
    "leave",
    "load_model",
    "manifest",
    "model_of",
    "own_files",
    "take",
    "whole_file",
]
