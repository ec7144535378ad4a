"""MediaPipe's Python solutions, on graphs of graphflow: the same names, arguments and results.

``from graphflow import solutions`` in place of ``mp.solutions``. Each module is imported when it is used first.
"""

# Nothing is imported here: ``python -m graphflow.solutions`` has not yet left the working folder.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "download_utils",
    "drawing_styles",
    "drawing_utils",
    "face_detection",
    "face_mesh",
    "face_mesh_connections",
    "hands",
    "hands_connections",
    "holistic",
    "objectron",
    "pose",
    "pose_connections",
    "selfie_segmentation",
]


def __getattr__(name: str) -> "Any":
    if name in __all__:
        import importlib

        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, *globals()]
