"""What travels on the streams of the perception calculators. Plain data: nothing here knows the framework.

Coordinates are relative to the image unless a name says pixels: x is divided by its width, y by its height, the origin
is the top left corner, angles are in radians and positive clockwise. Numbers are float32 where MediaPipe has float32,
also where they are held in a Python float.
"""

from calculators.types.color import Color
from calculators.types.crop import Crop
from calculators.types.detection import Detection
from calculators.types.face_geometry import Environment, FaceGeometry, HeadAngles
from calculators.types.image import Image, ImageSize
from calculators.types.landmarks import Landmarks, PixelLandmarks
from calculators.types.matrix import Matrix
from calculators.types.rect import NormRect
from calculators.types.render_data import RenderData
from calculators.types.tensors import Anchors, Tensor, Tensors

__all__ = [
    "Anchors",
    "Color",
    "Crop",
    "Detection",
    "Environment",
    "FaceGeometry",
    "HeadAngles",
    "Image",
    "ImageSize",
    "Landmarks",
    "Matrix",
    "NormRect",
    "PixelLandmarks",
    "RenderData",
    "Tensor",
    "Tensors",
]
