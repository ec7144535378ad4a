"""MediaPipe's names for calculators that have another name here.

The registry drops ``Calculator``, ``Cpu`` and ``Gpu`` from the end of a name by itself; this table holds the rest. A
key with ``*`` covers the variants that MediaPipe registers once per payload type. It counts only for names that end in
``Calculator``; otherwise a misspelt name of ours might match. Landmarks are no lists here, so those that join or split
landmark lists are calculators of their own.
"""

ALIASES: dict[str, str] = {
    "GlScaler": "PassThrough",
    "GpuBufferToImageFrame": "PassThrough",
    "ImageFrameToGpuBuffer": "PassThrough",
    "TfLiteConverter": "TensorConverter",
    "TfLiteInference": "Inference",
    "TfLiteTensorsToDetections": "TensorsToDetections",
    "TfLiteTensorsToFloats": "TensorsToFloats",
    "TfLiteTensorsToLandmarks": "TensorsToLandmarks",
    "Association*": "Association",
    "BeginLoop*": "BeginLoop",
    "EndLoop*": "EndLoop",
    "Clip*VectorSize": "ClipVectorSize",
    "ConcatenateLandmarkList": "ConcatenateLandmarks",
    "ConcatenateNormalizedLandmarkList": "ConcatenateLandmarks",
    "Concatenate*Vector": "ConcatenateVector",
    "Filter*Collection": "FilterCollection",
    "Get*VectorItem": "GetVectorItem",
    "Merge*ToVector": "MergeToVector",
    "SplitLandmarkList": "SplitLandmarks",
    "SplitNormalizedLandmarkList": "SplitLandmarks",
    "Split*Vector": "SplitVector",
    "*HasMinSize": "CollectionHasMinSize",
    "*VectorIndices": "VectorIndices",
    "*VectorSize": "VectorSize",
}
