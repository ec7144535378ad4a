"""What holds for every flow calculator and source, and the names under which MediaPipe's graphs know them."""

from __future__ import annotations

from pathlib import Path

import pytest

import calculators.flow
import calculators.sources
from graphflow import contract_of
from graphflow.registry import Registry

FILES = [
    file
    for package in (calculators.flow, calculators.sources)
    for file in sorted(Path(package.__path__[0]).glob("[!_]*.py"))
]


def _name(file: Path) -> str:
    return "".join(word.capitalize() for word in file.stem.split("_"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_holds_one_calculator_that_explains_itself(file: Path) -> None:
    contract = contract_of(Registry(plugins=False).resolve(_name(file)))
    assert contract.name == _name(file)
    assert contract.doc
    assert all(option.doc for option in contract.options.values())


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("FlowLimiterCalculator", "FlowLimiter"),
        ("BeginLoopDetectionCalculator", "BeginLoop"),
        ("BeginLoopNormalizedRectCalculator", "BeginLoop"),
        ("EndLoopNormalizedLandmarkListVectorCalculator", "EndLoop"),
        ("BeginItemLoopCalculator", "BeginItemLoop"),
        ("ClipDetectionVectorSizeCalculator", "ClipVectorSize"),
        ("ClipNormalizedRectVectorSizeCalculator", "ClipVectorSize"),
        ("ConcatenateTensorVectorCalculator", "ConcatenateVector"),
        ("GetNormalizedLandmarkListVectorItemCalculator", "GetVectorItem"),
        ("GetDetectionVectorItemCalculator", "GetVectorItem"),
        ("MergeDetectionsToVectorCalculator", "MergeToVector"),
        ("SplitTensorVectorCalculator", "SplitVector"),
        ("SplitNormalizedRectVectorCalculator", "SplitVector"),
        ("NormalizedLandmarkListVectorSizeCalculator", "VectorSize"),
        ("IntVectorIndicesCalculator", "VectorIndices"),
        ("RoundRobinDemuxCalculator", "RoundRobinDemux"),
        ("SidePacketToStreamCalculator", "SidePacketToStream"),
    ],
)
def test_mediapipes_names_lead_to_ours(theirs: str, ours: str) -> None:
    assert Registry(plugins=False).resolve(theirs).__name__ == ours
