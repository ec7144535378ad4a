"""What travels on the streams of the perception calculators. Plain data: nothing here knows the framework.

Coordinates are relative to the image unless a name says pixels: x is divided by its width, y by its height, the origin
is the top left corner, angles are in radians and positive clockwise. Numbers are float32 where MediaPipe has float32,
also where they are held in a Python float.
"""

from graphflow.calculators.types.classification import Classification
from graphflow.calculators.types.color import Color
from graphflow.calculators.types.crop import Crop
from graphflow.calculators.types.detection import Detection
from graphflow.calculators.types.face_geometry import Environment, FaceGeometry, HeadAngles
from graphflow.calculators.types.image import Image, ImageSize, LetterboxPadding, Mask
from graphflow.calculators.types.image_file_properties import ImageFileProperties
from graphflow.calculators.types.landmarks import Landmarks, PixelLandmarks
from graphflow.calculators.types.matrix import Matrix
from graphflow.calculators.types.object_annotation import ObjectAnnotation
from graphflow.calculators.types.rect import NormRect
from graphflow.calculators.types.render_data import RenderData
from graphflow.calculators.types.tensors import Anchors, Tensor, Tensors

__all__ = [
    "Anchors",
    "Classification",
    "Color",
    "Crop",
    "Detection",
    "Environment",
    "FaceGeometry",
    "HeadAngles",
    "Image",
    "ImageFileProperties",
    "ImageSize",
    "Landmarks",
    "LetterboxPadding",
    "Mask",
    "Matrix",
    "NormRect",
    "ObjectAnnotation",
    "PixelLandmarks",
    "RenderData",
    "Tensor",
    "Tensors",
]
