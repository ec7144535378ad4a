"""Where the files that come with graphflow are: its graphs and the manifest of its models."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled_graphs() -> Path:
    """The folder of the graphs that come with graphflow, with the subgraphs they share under ``modules/``."""
    return _folder("graphs")


def graphs_by_name() -> dict[str, Path]:
    """The graphs that come with graphflow, by name: ``face_mesh_mobile`` and so on."""
    return {path.stem: path for path in sorted(bundled_graphs().glob("*.yaml"))}


def bundled_models() -> Path:
    """The folder of the model manifest that comes with graphflow."""
    return _folder("models")


def _folder(name: str) -> Path:
    # A wheel carries the folder inside the package (setup.cfg); in a checkout it stands next to the package.
    installed = _PACKAGE / f"bundled_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name
