"""What holds for every flow calculator and source, and the names under which MediaPipe's graphs know them."""

from __future__ import annotations

import pytest

from graphflow import contract_of
from graphflow.calculator_files import files_of
from graphflow.registry import Registry


@pytest.mark.slow
def test_every_calculator_explains_itself() -> None:
    names = [file.class_name for file in files_of("graphflow.calculators") if file.class_name]
    contracts = {name: contract_of(Registry(plugins=False).resolve(name)) for name in names}
    assert len(contracts) > 130 and [name for name in names if contracts[name].name != name] == []
    assert [name for name in names if not contracts[name].doc] == []
    assert [(name, option) for name in names for option, one in contracts[name].options.items() if not one.doc] == []


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
