"""Clips and pictures for the programs: numbered PNG files, so that every release of OpenCV reads the same pixels."""

from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURE = ROOT / "tests/pictures/signing.jpg"
# They take a picture; the others take a clip.
TAKE_A_PICTURE = {"face_swap", "landmarks_json", "plot_3d", "selfie_blur", "sign_features"}


def moved(picture: np.ndarray, count: int) -> list[np.ndarray]:
    """A clip of a picture that moves a little from frame to frame."""
    height, width = picture.shape[:2]
    wide = cv2.copyMakeBorder(picture, count, count, 2 * count, 2 * count, cv2.BORDER_REPLICATE)
    return [wide[i : i + height, 2 * i : 2 * i + width] for i in range(count)]


def frames_of(path: Path, count: int) -> list[np.ndarray]:
    """The first frames of a clip, or of a picture that is moved."""
    picture = cv2.imread(str(path))
    if picture is not None and path.suffix != ".gif":
        return moved(picture, count)
    clip = cv2.VideoCapture(str(path))
    frames: list[np.ndarray] = []
    while len(frames) < count:
        read, frame = clip.read()
        if not read:
            break
        frames.append(frame)
    if not frames:
        raise SystemExit(f"{path}: no frames")
    return frames


def write_media(path: Path, count: int, folder: Path) -> None:
    """Write the frames of a clip or picture into a folder."""
    folder.mkdir(parents=True)
    for index, frame in enumerate(frames_of(path, count)):
        cv2.imwrite(str(folder / f"{index:03}.png"), frame)


def medium_for(program: str, folder: Path) -> str:
    """What a program gets as its first argument."""
    return str(folder / ("000.png" if program in TAKE_A_PICTURE else "%03d.png"))
