"""What the file of a picture says of the camera that took it."""

from __future__ import annotations

from typing import NamedTuple


class ImageFileProperties(NamedTuple):
    """EXIF data of a picture; 0 for what they do not tell.

    Attributes:
        image_width: In pixels, as the camera wrote it.
        image_height: Likewise.
        focal_length_mm: Of the lens.
        focal_length_35mm: That of a lens which sees as much on a film of 36 x 24 mm.
        focal_length_pixels: How far the picture lies behind the lens, in its own pixels.
    """

    image_width: int = 0
    image_height: int = 0
    focal_length_mm: float = 0.0
    focal_length_35mm: float = 0.0
    focal_length_pixels: float = 0.0
