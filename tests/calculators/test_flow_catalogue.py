"""What holds for every flow calculator and source, and the names under which MediaPipe's graphs know them."""

from __future__ import annotations

import pytest

from graphflow import contract_of
from graphflow.calculator_files import files_of
from graphflow.registry import Registry

NAMES = [file.class_name for file in files_of("graphflow.calculators") if file.class_name]


@pytest.mark.parametrize("name", NAMES)
def test_every_calculator_explains_itself(name: str) -> None:
    contract = contract_of(Registry(plugins=False).resolve(name))
    assert contract.name == name
    assert contract.doc
    assert all(option.doc for option in contract.options.values())


def test_a_flow_file_holds_one_calculator() -> None:
    files = files_of("graphflow.calculators.flow")
    assert files
    assert all(file.class_name for file in files), [file.module for file in files if not file.class_name]


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
