"""What the name of a node's type stands for: a calculator of ours, a graph of ours, or a graph file of MediaPipe's.

MediaPipe compiles both calculators and graphs into a program under their names. Here a name is looked for

1. among the calculators;
2. among the modules that come with graphflow, which have MediaPipe's names and ports (``FaceLandmarkFrontCpu`` is
   ``modules/face_landmark_front.yaml``);
3. beside the file that names it, and in folders right below;
4. in the folders of ``--graph-path``, by the name of the file: a checkout of MediaPipe, or files of one's own.

``--prefer-graph-path`` looks in 3 and 4 before 2.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graphflow.bundled import modules_by_name
from graphflow.calculator_files import name_key
from graphflow.contract import Contract
from graphflow.errors import ContractError
from graphflow.plan.node_checks import Lookup
from graphflow.plan.subgraph_files import MEDIAPIPE_SUFFIXES, GraphPath
from graphflow.registry import CalculatorLookupError
from graphflow.signature import contract_of

MAX_FILES = 20_000
"""Files below a folder of ``--graph-path`` that are looked at."""

REGISTERED_AS = {
    "AutoFlipFaceDetectionSubgraph": "face_detection_subgraph",
    "AutoFlipFrontFaceDetectionSubgraph": "front_face_detection_subgraph",
    "AutoFlipObjectDetectionSubgraph": "autoflip_object_detection_subgraph",
    "BoxLandmarkSubgraph": "box_landmark_cpu",
    "BoxTrackingSubgraphCpu": "box_tracking_cpu",
    "BoxTrackingSubgraphGpu": "box_tracking_gpu",
    "HandRendererSubgraph": "hand_renderer_cpu",
    "ObjectDetectionOidV4Subgraph": "object_detection_oid_v4_cpu",
    "ObjectDetectionSubgraphCpu": "object_detection_cpu",
    "ObjectDetectionSubgraphGpu": "object_detection_gpu",
    "ObjectronCpuSubgraph": "objectron_cpu",
    "ObjectronDetection1StageSubgraphGpu": "objectron_detection_1stage_gpu",
    "ObjectronGpuSubgraph": "objectron_gpu",
    "ObjectronTracking1StageSubgraphGpu": "objectron_tracking_1stage_gpu",
    "ObjectTrackingSubgraphCpu": "object_tracking_cpu",
    "ObjectTrackingSubgraphGpu": "object_tracking_gpu",
    "RegionTrackingSubgraph": "region_tracking",
    "RendererSubgraph": "renderer_cpu",
    "RendererSubgraphCpu": "renderer_cpu",
    "RendererSubgraphGpu": "renderer_gpu",
}
"""Names that MediaPipe's build files (v0.10.21) give to graphs whose file has another name."""

_FOLDERS = {
    "RendererSubgraph": "object_detection_3d",
    "RendererSubgraphCpu": "tracking",
    "RendererSubgraphGpu": "tracking",
    "FaceDetectionSubgraph": "autoflip",
}
"""Part of the path of those whose file name occurs twice."""


@dataclass(frozen=True, slots=True)
class NodeType:
    """What a name stands for; nothing is set if nothing has it.

    Attributes:
        contract: Of a calculator; None for one that cannot be used, which the plan reports.
        calculator: It is one.
        subgraph: The path of a graph file, as a node names it.
        instead_of: A file of the user's that has the name too and is not used.
    """

    calculator: bool = False
    contract: Contract | None = None
    subgraph: str = ""
    instead_of: str = ""


@dataclass
class NodeTypes:
    """Finds them.

    Args:
        registry: The calculators.
        graph_path: The user's folders.
        beside: Whether files beside the one that names a node are looked at.

    Attributes:
        cut: Folders with so many files that not all were looked at.
    """

    registry: Lookup
    graph_path: GraphPath = field(default_factory=GraphPath)
    beside: bool = True
    cut: list[str] = field(default_factory=list)
    _listed: dict[tuple[str, bool], Mapping[str, Sequence[str]]] = field(default_factory=dict)

    def find(self, name: str, including: str) -> NodeType:
        """What `name` stands for in the file `including`."""
        try:
            cls = self.registry.resolve(name)
        except CalculatorLookupError as error:
            if error.code != "unknown-calculator":
                return NodeType(calculator=True)
        else:
            try:
                return NodeType(True, contract_of(cls))
            except ContractError:
                return NodeType(True)
        own, users = _module_of(name), self._file_of(name, including)
        if users and (not own or self.graph_path.preferred):
            return NodeType(subgraph=users)
        return NodeType(subgraph=own, instead_of=users) if own else NodeType()

    def _file_of(self, name: str, including: str) -> str:
        """A graph file of the user's for a name, as the including file names it; empty if there is none."""
        gpu = "gpu" in os.path.basename(including) or "mobile" in os.path.basename(including)
        folder = os.path.dirname(including)
        found = _choose(name, self._graphs(folder or ".", deep=False), gpu) if self.beside else ""
        for directory in self.graph_path.folders if not found else ():
            if found := _choose(name, self._graphs(directory, deep=True), gpu):
                break
        return found if found and not _is_same(os.path.join(folder, found), including) else ""

    def _graphs(self, folder: str, *, deep: bool) -> Mapping[str, Sequence[str]]:
        """The graph files in a folder and in those right below it, or anywhere below it, by the key of their names."""
        if (folder, deep) not in self._listed:
            found: dict[str, list[str]] = {}
            for path in self._files(folder, deep=deep):
                stem = os.path.splitext(os.path.basename(path))[0]
                found.setdefault(name_key(stem), []).append(os.path.relpath(path, folder).replace(os.sep, "/"))
            self._listed[folder, deep] = found
        return self._listed[folder, deep]

    def _files(self, folder: str, *, deep: bool) -> Iterator[str]:
        seen = 0
        for place, folders, files in os.walk(folder):
            folders.sort()
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield from (os.path.join(place, name) for name in sorted(files) if name.endswith(MEDIAPIPE_SUFFIXES))
            seen += len(files) + len(folders)
            if seen > MAX_FILES:
                self.cut.append(folder)
                return
            if not deep and not _is_same(place, folder):
                folders.clear()


def _module_of(name: str) -> str:
    """The module that comes with graphflow under one of MediaPipe's names; empty if there is none."""
    short = name.removesuffix("Subgraph").removesuffix("Cpu").removesuffix("Gpu").removesuffix("Subgraph")
    return _modules().get(name_key(short), "")


@functools.cache
def _modules() -> Mapping[str, str]:
    return {name_key(path.removeprefix("modules/").removesuffix(".yaml")): path for path in modules_by_name()}


def _choose(name: str, files: Mapping[str, Sequence[str]], gpu: bool) -> str:
    """The file for a name among files by the key of their names."""
    stems = [name, REGISTERED_AS.get(name, "")]
    if gpu and stems[1].endswith("_cpu"):
        stems.insert(1, stems[1].removesuffix("_cpu") + "_gpu")
    for stem in filter(None, stems):
        found = files.get(name_key(stem), ())
        if found:
            part = _FOLDERS.get(name, "")
            return next((path for path in found if part and part in path.split("/")), found[0])
    return ""


def _is_same(one: str, other: str) -> bool:
    return os.path.normpath(one) == os.path.normpath(other)
