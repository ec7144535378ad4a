"""Names of files with pictures: which are pictures and which are clips, by their suffixes."""

from __future__ import annotations

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff")
"""What is read and written as a picture."""

CLIPS = (
    *(".3gp", ".avi", ".flv", ".gif", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ogv", ".ts"),
    *(".webm", ".wmv"),
)
"""What is taken for a clip where a folder has files of all kinds. Any other is read, too, if it is named."""

SAMPLE = "sample"
"""What means the clip that comes with graphflow, where a file is named."""
