"""``import graphflow.solutions.as_mediapipe``: programs written for ``mediapipe.solutions`` run unchanged.

Import it once, before the program imports mediapipe. From then on ``mediapipe.solutions``,
``mediapipe.framework.formats.landmark_pb2`` and the like lead to graphflow, where no mediapipe is installed, or the
installed one does not have them. What an installed one has stays its own, so its Tasks go on working. The first time
that something is answered, a line on standard error says so.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from graphflow.solutions import __all__ as _SOLUTIONS

_NAME = "mediapipe"
_OURS = "graphflow.solutions"
_FORMATS = ("classification_pb2", "detection_pb2", "landmark_pb2", "location_data_pb2", "rect_pb2")
_PACKAGES = (_NAME, f"{_NAME}.python", f"{_NAME}.framework")
"""Packages that only lead on."""

_ANSWERS = {
    f"{_NAME}.solutions": _OURS,
    f"{_NAME}.python.solutions": _OURS,
    f"{_NAME}.python.solution_base": f"{_OURS}.solution_base",
    f"{_NAME}.framework.formats": f"{_OURS}.formats",
    **{
        f"{_NAME}.{outer}.{name}": f"{_OURS}.{name}"
        for outer in ("solutions", "python.solutions")
        for name in _SOLUTIONS
    },
    **{f"{_NAME}.framework.formats.{name}": f"{_OURS}.formats.{name}" for name in _FORMATS},
}
"""Modules of mediapipe, and ours that answer for them."""

_ATTRIBUTES = {
    "solutions": (_OURS, ""),
    "Image": (f"{_OURS}.image", "Image"),
    "ImageFormat": (f"{_OURS}.image", "ImageFormat"),
    "__version__": (f"{_OURS}.as_mediapipe", "_VERSION"),
}
"""Attributes of mediapipe, and the module and name that answer for them."""

_VERSION = "0.10.21"
"""The release whose interface this is."""

_told = False


class _Finder:
    """Finds what no other finder has found: it stands last."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The specification of a module that we answer for."""
        return _spec(name)


def _spec(name: str) -> importlib.machinery.ModuleSpec | None:
    if name in _ANSWERS or name in _PACKAGES:
        return importlib.machinery.ModuleSpec(name, _Loader(), is_package=name in _PACKAGES)
    return None


class _Loader(importlib.abc.Loader):
    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Put ours in the module's place, or fill a package that only leads on."""
        name = module.__name__
        _tell(name)
        if name in _ANSWERS:
            sys.modules[name] = importlib.import_module(_ANSWERS[name])
        elif name == _NAME:
            _complete(module)


class _Completing:
    """Finds the installed mediapipe, and completes it when it has been loaded: it stands first.

    It also finds what is inside of a package of ours: others would load our files again, under another name.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The specification that the other finders have, with a loader of ours around theirs."""
        outer = name.rpartition(".")[0]
        if outer in _ANSWERS and sys.modules.get(outer) is sys.modules.get(_ANSWERS[outer]):
            return _spec(name)
        if name != _NAME:
            return None
        for finder in sys.meta_path:
            spec = None if isinstance(finder, _Completing | _Finder) else finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                execute = spec.loader.exec_module

                def exec_module(module: ModuleType, execute: Any = execute) -> None:
                    execute(module)
                    _complete(module)

                spec.loader.exec_module = exec_module  # type: ignore[method-assign]
                return spec
        return None


def _complete(module: ModuleType) -> None:
    """Let a module called mediapipe have the attributes that it lacks, when they are asked for."""
    theirs = getattr(module, "__getattr__", None)

    def answer(name: str) -> Any:
        if theirs is not None:
            try:
                return theirs(name)
            except AttributeError:
                pass
        if name not in _ATTRIBUTES:
            raise AttributeError(f"module {_NAME!r} has no attribute {name!r}")
        _tell(f"{_NAME}.{name}")
        place, attribute = _ATTRIBUTES[name]
        found = importlib.import_module(place)
        return getattr(found, attribute) if attribute else found

    module.__getattr__ = answer  # type: ignore[method-assign]


def _tell(name: str) -> None:
    global _told
    if not _told and name not in _PACKAGES:
        _told = True
        print(f"graphflow: {name} is answered by graphflow.solutions", file=sys.stderr)


def _install() -> None:
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Completing())
    sys.meta_path.append(_Finder())
    if _NAME in sys.modules:
        _complete(sys.modules[_NAME])


_install()
