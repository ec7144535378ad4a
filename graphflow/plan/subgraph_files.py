"""Where the files of subgraphs may be, and finding them there.

A file that somebody sends must not be able to look around on the machine that opens it: what a graph may include lies
in the folder of the top file or below it, or below a folder that the user names (``--graph-path``), or is one of the
graphs that come with graphflow. Links do not lead out of there, and only files with the suffix of a graph are opened.
A bare name (``face_landmark_front``) is one of those that come with graphflow, never a file of that folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from graphflow.config.diagnostics import Diagnostic, did_you_mean, quoted
from graphflow.config.location import Located
from graphflow.config.model import GraphConfig

Read = Callable[[str, list[Diagnostic]], GraphConfig | None]
"""Reads a graph file; the path is what messages call it."""

BINARY_SUFFIX = ".binarypb"
MEDIAPIPE_SUFFIXES = (".pbtxt", BINARY_SUFFIX)
"""Of MediaPipe's own graph files."""
SUFFIXES = (".yaml", ".yml", *MEDIAPIPE_SUFFIXES)
_MAX_LISTED = 500


@dataclass(frozen=True, slots=True)
class GraphPath:
    """Folders of the user's, in which subgraphs are looked for.

    Attributes:
        folders: Those that are named first win.
        preferred: Their graphs win over those that come with graphflow.
    """

    folders: tuple[str, ...] = ()
    preferred: bool = False


class SubgraphFiles:
    """Finds and reads the subgraphs of one top file. Each is looked for and read once: planned again, it is the same.

    Args:
        top: Path of the top file as the user gave it, or None for a graph that comes as text: then only bundled
            graphs can be included.
        bundled: Folders of graphs that may always be included.
        read: Reads a file, such as `graphflow.config.reader.load_graph`.
        graph_path: More folders in which they may be.
    """

    def __init__(
        self,
        top: str | os.PathLike[str] | None,
        bundled: Iterable[Path],
        read: Read,
        graph_path: GraphPath = GraphPath(),
    ) -> None:
        self._home = os.path.dirname(os.fspath(top)) if top is not None else None
        self._bundled = [os.fspath(folder) for folder in bundled]
        self._graph_path = graph_path
        self._read = read
        self._found: dict[tuple[str, str], str] = {}
        self._known: dict[str, tuple[GraphConfig | None, list[Diagnostic]]] = {}

    def __call__(self, path: Located[str], including: GraphConfig, diagnostics: list[Diagnostic]) -> GraphConfig | None:
        """The subgraph that `including` names; None, with the reason in `diagnostics`, if it cannot be had."""
        key = (including.file, path.value)
        if key in self._found:
            return self._load(self._found[key], diagnostics)
        problem = _refused(path.value)
        if problem:
            diagnostics.append(Diagnostic("wrong-subgraph-path", problem[0], path.span, help=problem[1]))
            return None
        outside = False
        for candidate in self._candidates(path.value, including.file):
            if not os.path.isfile(candidate):
                outside = outside or not self._is_inside(candidate)
            elif self._is_inside(candidate):
                self._found[key] = candidate
                return self._load(candidate, diagnostics)
            else:
                outside = True
        if outside:
            text = f"subgraph {quoted(path.value)} lies outside the folder of the top graph"
            help = "a graph includes files from its own folder and below, from --graph-path, and graphflow's own"
            diagnostics.append(Diagnostic("wrong-subgraph-path", text, path.span, help=help))
        else:
            kind = "module of graphflow" if _is_bare(path.value) else "subgraph file"
            text = f"there is no {kind} {quoted(path.value)}"
            diagnostics.append(Diagnostic("unknown-subgraph", text, path.span, help=self._help(path.value, including)))
        return None

    def _candidates(self, path: str, including: str) -> Iterator[str]:
        """Next to the including file, then among the bundled graphs, then in the user's folders."""
        if _is_bare(path):
            for folder in self._bundled:
                yield from (os.path.join(folder, place, f"{path}.yaml") for place in ("modules", ""))
            return
        bundled = self._is_bundled(including)
        if self._home is not None or bundled:
            yield os.path.normpath(os.path.join(os.path.dirname(including), path))
        users = () if bundled else self._graph_path.folders
        for folder in (*users, *self._bundled) if self._graph_path.preferred else (*self._bundled, *users):
            yield os.path.normpath(os.path.join(folder, path))

    def _is_inside(self, candidate: str) -> bool:
        """Whether a file lies, links followed, where includes may lie."""
        homes = [*self._bundled, *self._graph_path.folders, *([self._home] if self._home is not None else [])]
        real = os.path.realpath(candidate)
        return any(_is_below(real, os.path.realpath(home or ".")) for home in homes)

    def _is_bundled(self, file: str) -> bool:
        return any(_is_below(os.path.realpath(file), os.path.realpath(folder)) for folder in self._bundled)

    def _load(self, file: str, diagnostics: list[Diagnostic]) -> GraphConfig | None:
        if file not in self._known:
            found: list[Diagnostic] = []
            self._known[file] = (self._read(file, found), found)
        config, found = self._known[file]
        diagnostics += found
        return config

    def _help(self, path: str, including: GraphConfig) -> str:
        folders = [os.path.dirname(including.file) or "."] if self._home is not None else []
        if _is_bare(path):
            files = [name for folder in folders for name in _graphs_below(folder) if PurePosixPath(name).stem == path]
            names = [PurePosixPath(name).stem for folder in self._bundled for name in _graphs_below(folder)]
            if not files and (match := did_you_mean(path, names)):
                return f"did you mean {quoted(match)}?"
            help = f"write {quoted(next(iter(files), f'{path}.yaml'))} if a file is meant"
            return f"{help}, 'calculator: {path}' if a class is" if path[0].isupper() else help
        known = [name for folder in (*folders, *self._bundled) for name in _graphs_below(folder)]
        match = did_you_mean(path, known)
        if not match:
            same_name = [name for name in known if os.path.basename(name) == os.path.basename(path)]
            match = same_name[0] if same_name else ""
        return f"did you mean {quoted(match)}?" if match else "paths are relative to the file that includes"


def _refused(path: str) -> tuple[str, str] | None:
    """What is wrong with a path before anything is looked up, and what to write."""
    windows = PureWindowsPath(path)
    if "\0" in path or "://" in path or path.startswith("~"):
        return f"subgraph {quoted(path)} is not a relative path", "write a path such as modules/face.yaml"
    if PurePosixPath(path).is_absolute() or windows.is_absolute() or windows.drive or windows.root:
        return (
            f"subgraph {quoted(path)} is an absolute path",
            "write it relative to this file, such as modules/face.yaml",
        )
    if "\\" in path:
        return f"subgraph {quoted(path)} has a backslash", f"write {quoted(path.replace(chr(92), '/'))}"
    if not path.endswith(SUFFIXES) and not _is_bare(path):
        return f"subgraph {quoted(path)} is not a graph file", f"write {quoted(path + '.yaml')} if that is meant"
    return None


def _is_bare(path: str) -> bool:
    return path.isidentifier()


def _is_below(file: str, folder: str) -> bool:
    return file.startswith(folder.rstrip(os.sep) + os.sep)


def _graphs_below(folder: str) -> list[str]:
    """Graph files in a folder and the folders right below it, as a graph in it would name them."""
    found: list[str] = []
    try:
        for entry in sorted(os.scandir(folder), key=lambda e: e.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                found += [f"{entry.name}/{name}" for name in sorted(os.listdir(entry.path)) if name.endswith(SUFFIXES)]
            elif entry.name.endswith(SUFFIXES):
                found.append(entry.name)
            if len(found) > _MAX_LISTED:
                break
    except OSError:
        pass
    return found
