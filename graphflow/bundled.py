"""Where the files that come with graphflow are: its graphs and the manifest of its models."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled_graphs() -> Path:
    """The folder of the graphs that come with graphflow, with the subgraphs they share under ``modules/``."""
    return _folder("graphs")


def graphs_by_name() -> dict[str, Path]:
    """The graphs that come with graphflow, by name: ``face_mesh_mobile`` and so on."""
    return {path.stem: path for path in sorted(bundled_graphs().glob("*.yaml"))}


def modules_by_name() -> dict[str, Path]:
    """The subgraphs that come with graphflow, as graph files include them: ``modules/face_landmark.yaml`` and so on."""
    return {f"modules/{path.name}": path for path in sorted((bundled_graphs() / "modules").glob("*.yaml"))}


def bundled_graph(name: str) -> Path | None:
    """The graph or subgraph that a user means by a name: ``face_mesh_mobile``, ``modules/face_landmark.yaml``.

    ``.yaml`` may be left out or added, and so may ``modules/``.
    """
    graphs = graphs_by_name() | {path.removesuffix(".yaml"): file for path, file in modules_by_name().items()}
    word = name.removesuffix(".yaml")
    return graphs.get(word) or graphs.get(f"modules/{word}")


def is_bundled(file: str) -> bool:
    """Whether a graph file is one of those that come with graphflow, links followed."""
    return os.path.realpath(file).startswith(os.path.realpath(bundled_graphs()) + os.sep)


def bundled_models() -> Path:
    """The folder of the model manifest that comes with graphflow."""
    return _folder("models")


def _folder(name: str) -> Path:
    # A wheel carries the folder inside the package (setup.cfg); in a checkout it stands next to the package.
    installed = _PACKAGE / f"bundled_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name
