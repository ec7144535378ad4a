"""What `graphflow doctor` finds out about packages, clips, the screen, cameras and the GPU.

What may take a process down is tried in another one. Nothing is opened that a user would notice: no window stays, and
no camera's light goes on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from graphflow.cli.finding import FINE, MISSING, NOTE, Finding
from graphflow.errors import GraphflowError
from graphflow.isolated import isolated_python

_NEEDED = ("numpy", "opencv-python", "ai-edge-litert", "PyYAML", "protobuf", "flatbuffers", "networkx", "typer", "rich")
_OPTIONAL = {
    "av": ("PyAV", "clips keep their times and sound", 'pip install "av>=17.1"'),
    "onnxruntime": ("ONNX Runtime", "needed for .onnx models only", 'pip install "onnxruntime>=1.21"'),
}
_OPENCV = ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless")
_GPU_MODEL = "face_detection_short_range.tflite"
_IMPORTS = {"opencv-python": "cv2", "ai-edge-litert": "ai_edge_litert.interpreter", "PyYAML": "yaml"}
"""What is imported, where it is called otherwise; only of these are the imports tried, because they load libraries."""


def packages() -> Iterator[Finding]:
    """Versions of what is needed, and whether two wheels of OpenCV lie one over the other."""
    several = [name for name in _OPENCV if installed(name)]
    found = [f"{name} {installed(name)}" for name in _NEEDED if installed(name)]
    missing = [name for name in _NEEDED if not installed(name) and not (name == "opencv-python" and several)]
    if missing:
        yield Finding("packages", MISSING, f"there is no {', '.join(missing)}", f"pip install {' '.join(missing)}")
    else:
        yield Finding("packages", FINE, ", ".join(found))
    for name, module in _IMPORTS.items():
        if name not in missing and (problem := import_problem(module)):
            fix = f"pip install --force-reinstall {name}=={installed(name) or ''}".rstrip("=")
            yield Finding(name, MISSING, problem, fix)
    if len(several) > 1:
        yield Finding(
            "OpenCV",
            MISSING,
            f"{' and '.join(several)} are installed at once, and have overwritten each other's files",
            f"pip uninstall -y {' '.join(several)}; then pip install 'opencv-python>=4.11,<4.13'",
        )
    for name, (title, use, fix) in _OPTIONAL.items():
        if found_version := installed(name):
            yield Finding(title, FINE, found_version)
        else:
            yield Finding(title, NOTE, f"not installed; {use}", fix)


def installed(name: str) -> str:
    """The version of a distribution; empty if it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def import_problem(module: str) -> str:
    """Why a module cannot be imported, tried in another process; empty if it can."""
    try:
        tried = subprocess.run(
            isolated_python(f"import {module}"),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )
    except FileNotFoundError:  # a frozen program, which has it in it
        return ""
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"importing it fails: {error}"
    if tried.returncode == 0:
        return ""
    said = tried.stderr.strip().splitlines()
    return f"importing it fails: {said[-1]}" if said else f"importing it ends Python with status {tried.returncode}"


def ffmpeg() -> Finding:
    """Whether clips can be decoded, and rightly."""
    try:
        import cv2

        from graphflow.calculators.sources.decoder_check import decoder_problem
    except ImportError as error:
        return Finding(
            "clips", MISSING, f"OpenCV cannot be imported: {error}", "pip install 'opencv-python>=4.11,<4.13'"
        )
    if not cv2.videoio_registry.hasBackend(cv2.CAP_FFMPEG):
        fix = "pip install --force-reinstall 'opencv-python>=4.11,<4.13', which has FFmpeg in it"
        return Finding("clips", MISSING, f"OpenCV {cv2.__version__} is without FFmpeg", fix)
    if problem := decoder_problem():
        found, _, fix = problem.partition("; type: ")
        return Finding("clips", MISSING, found, fix)
    return Finding("clips", FINE, f"OpenCV {cv2.__version__} with FFmpeg; interlaced ones are decoded rightly")


def screen() -> Finding:
    """Whether a window can be opened."""
    from graphflow.calculators.sinks.screen import Screen

    problem = Screen().problem()
    if not problem:
        return Finding(
            "windows", FINE, os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or "can be opened"
        )
    fix = "write to a file: --output FILE.mp4"
    if "headless" in problem:
        fix = "pip uninstall -y opencv-python-headless; then pip install --force-reinstall 'opencv-python>=4.11,<4.13'"
    elif "DISPLAY" in problem:
        fix = f"work at the machine itself, or over ssh -X; or {fix}"
    return Finding("windows", NOTE, problem, fix)


def cameras(devices: Path = Path("/dev")) -> Iterator[Finding]:
    """Which cameras there are, and whether they may be used. Only Linux tells without opening them."""
    if not sys.platform.startswith("linux"):
        yield Finding("cameras", NOTE, "are found by opening them", "graphflow run face_mesh_desktop_live --input 0")
        return
    found = sorted(devices.glob("video*"))
    if not found:
        fix = "plug one in, or take --input sample, or a file; in a container or a virtual machine it must be passed on"
        yield Finding("cameras", NOTE, f"there is none ({devices}/video*)", fix)
    for device in found:
        if os.access(device, os.R_OK | os.W_OK):
            yield Finding("camera", FINE, str(device))
        else:
            fix = "sudo usermod -aG video $USER, and log in again"
            yield Finding("camera", NOTE, f"{device} may not be used by you", fix)


def gpu() -> Finding:
    """Which adapter runs models, tried with a small one, which must agree with the CPU."""
    try:
        from graphflow.calculators.inference.gpu_process import GpuError
        from graphflow.calculators.inference.litert import LiteRt
        from graphflow.calculators.inference.on_gpu import ModelOnGpu
        from graphflow.models.store import load_model

        model = load_model(_GPU_MODEL)
    except (ImportError, GraphflowError) as error:
        return Finding("GPU", NOTE, f"cannot be tried: {error}", "graphflow models pull, and look once more")
    try:
        on_gpu = ModelOnGpu(model.content, LiteRt(1, "gpu").interpreter)
    except (GpuError, GraphflowError) as error:
        fix = "nothing, if the CPU is fast enough; else install the driver for Vulkan of your GPU (docs/gpu.md)"
        return Finding("GPU", NOTE, f"models run on the CPU: {error}", fix)
    on_gpu.close()
    return Finding(
        "GPU", FINE, f"{on_gpu.device}; it differs from the CPU by {on_gpu.difference:.1g}; --set delegate=gpu"
    )
