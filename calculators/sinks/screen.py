"""The screen, through OpenCV; and whether there is one, which OpenCV answers by ending the process."""

from __future__ import annotations

import os
import sys

from graphflow import isolated_python
from graphflow.calculators.types import Image

_LARGEST = (1280, 720)
_PROBE = "import cv2; cv2.namedWindow('graphflow'); cv2.waitKey(1); cv2.destroyAllWindows()"


class Screen:
    """Windows by their title. For another kind of screen, derive, and pass one with ``start(services=[...])``."""

    def problem(self) -> str:
        """Why no window can be opened; empty if one can. Tried in a process of its own, because it may die of it."""
        if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            return "there is no screen (DISPLAY is not set)"
        import subprocess

        try:
            command = isolated_python(_PROBE)
        except FileNotFoundError as error:
            return f"nobody can tell whether a window can be opened: {error}"
        try:
            tried = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return "the screen does not answer"
        if tried.returncode == 0:
            return ""
        if "not implemented" in tried.stderr:
            return "this OpenCV has no windows (opencv-python-headless is installed instead of opencv-python)"
        return "no window can be opened on this screen"

    def open(self, title: str, width: int, height: int) -> None:
        """Open a window for pictures of a size in pixels; a large one is shown smaller."""
        import cv2

        cv2.namedWindow(title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        scale = min(1.0, _LARGEST[0] / width, _LARGEST[1] / height)
        cv2.resizeWindow(title, max(1, round(width * scale)), max(1, round(height * scale)))

    def show(self, title: str, picture: Image) -> None:
        """Show a picture in OpenCV's order of colours."""
        import cv2

        cv2.imshow(title, picture)

    def key(self, duration: int) -> int:
        """Handle events for at most `duration` milliseconds, at least 1. The key that was pressed, -1 for none."""
        import cv2

        key = cv2.waitKey(max(1, duration))
        return key if key < 0 else key & 0xFF

    def is_open(self, title: str) -> bool:
        """Whether the user has left the window open."""
        import cv2

        try:
            return cv2.getWindowProperty(title, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:  # there is no window of that title any more
            return False

    def close(self, title: str) -> None:
        """Close a window, if it is open."""
        import cv2

        if self.is_open(title):
            cv2.destroyWindow(title)
            cv2.waitKey(1)
