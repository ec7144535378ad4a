"""The calculators that come with graphflow, one a file, found by file name (see `graphflow.registry`)."""

import os

# OpenCV reads these when a calculator loads it: pictures of more than 64 million pixels are not decoded,
# whatever their header says, and a camera that sends nothing for 2 seconds has failed.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(64 << 20))
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
