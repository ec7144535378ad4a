"""``graphflow doctor``: what is missing or in the way is told, with what to type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graphflow.calculators.inference.gpu_process import GpuError
from graphflow.cli import doctor, doctor_machine
from graphflow.cli.doctor_machine import cameras, ffmpeg, gpu, import_problem, packages, screen
from graphflow.cli.finding import FINE, MISSING, NOTE, Finding
from graphflow.models import manifest
from tests.cli.conftest import Command


def installed(monkeypatch: pytest.MonkeyPatch, **versions: str) -> None:
    """Distributions are as they are, but for these; an empty version means that one is not there."""
    before = doctor_machine.installed
    given = {name.replace("_", "-"): version for name, version in versions.items()}
    monkeypatch.setattr(doctor_machine, "installed", lambda name: given.get(name, before(name)))
    monkeypatch.setattr(doctor_machine, "import_problem", lambda module: "")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What loads libraries, or starts processes, is not looked at."""
    monkeypatch.setattr(doctor, "packages", lambda: iter([Finding("packages", FINE, "numpy 2")]))
    for name in ("ffmpeg", "screen", "gpu"):
        monkeypatch.setattr(doctor, name, lambda: Finding("x", NOTE, "y", "z"))


def test_each_finding_is_a_line_and_each_trouble_has_its_fix(quick: None, graphflow: Command) -> None:
    ended = graphflow("doctor")
    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert sum(line.startswith("- ") for line in lines) == sum("= fix: " in line for line in lines)
    assert lines[-1].endswith("0 missing or in the way")


def test_as_json(quick: None, graphflow: Command) -> None:
    said = json.loads(graphflow("doctor", "--json").out)
    assert said["fine"] is True
    assert {"what": "packages", "state": "fine", "found": "numpy 2", "fix": ""} in said["findings"]
    assert all(finding["fix"] for finding in said["findings"] if finding["state"] != "fine")


def test_a_damaged_model_is_status_3(
    quick: None, graphflow: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = next(entry.name for entry in manifest().values() if not entry.by_name)
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(tmp_path))
    monkeypatch.setattr("graphflow.cli.models.state_of", lambda entry: "damaged" if entry.name == name else "missing")
    ended = graphflow("doctor")
    assert ended.status == 3
    assert f"{name} is damaged" in ended.out and f"= fix: graphflow models pull {name}\n" in ended.out


def test_a_cache_that_cannot_be_written_is_told(quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    (finding,) = (finding for finding in doctor.look() if finding.what == "cache")
    assert finding.state == MISSING and str(tmp_path) in finding.found and "GRAPHFLOW_CACHE" in finding.fix


def test_two_wheels_of_opencv_are_in_each_others_way(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, opencv_python="4.12", opencv_python_headless="4.12")
    (finding,) = (finding for finding in packages() if finding.what == "OpenCV")
    assert finding.state == MISSING and "opencv-python and opencv-python-headless" in finding.found
    assert finding.fix.startswith("pip uninstall -y opencv-python opencv-python-headless")


def test_what_is_missing_and_what_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, numpy="", av="", opencv_python="", opencv_python_headless="4.12")
    found = {finding.what: finding for finding in packages()}
    assert (found["packages"].state, found["packages"].fix) == (MISSING, "pip install numpy")
    assert found["PyAV"].state == NOTE and "pip install" in found["PyAV"].fix


@pytest.mark.slow
def test_a_package_that_cannot_be_imported_is_told() -> None:
    assert import_problem("json") == ""
    assert "No module named 'not_there'" in import_problem("not_there")


def test_another_project_of_the_name_is_in_the_way(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version", lambda name: "0.8.0")
    (finding,) = (finding for finding in doctor.look() if finding.what == "graphflow")
    assert finding.state == MISSING and "pip uninstall graphflow" in finding.fix


@pytest.mark.parametrize("allowed", [True, False])
def test_cameras_are_told_with_whether_they_may_be_used(
    allowed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    (none,) = cameras(tmp_path)
    (tmp_path / "video0").touch()
    monkeypatch.setattr(os, "access", lambda place, mode: allowed)
    (one,) = cameras(tmp_path)
    assert none.state == NOTE and "--input sample" in none.fix
    assert (one.state, "usermod" in one.fix) == ((FINE, False) if allowed else (NOTE, True))


@pytest.mark.parametrize(
    "problem", ["", "there is no screen (DISPLAY is not set)", "this OpenCV has no windows (headless)"]
)
def test_windows(problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.calculators.sinks.screen.Screen.problem", lambda self: problem)
    finding = screen()
    assert (finding.state == FINE) == (not problem) == (not finding.fix)


def test_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ffmpeg().state == FINE
    monkeypatch.setattr(
        "graphflow.calculators.sources.decoder_check.decoder_problem", lambda: "OpenCV 9 is wrong; type: pip install x"
    )
    assert (ffmpeg().found, ffmpeg().fix) == ("OpenCV 9 is wrong", "pip install x")


class OnGpu:
    """A GPU that can be tried, or cannot."""

    device, difference = "Some GPU (Vulkan)", 1e-6

    def __init__(self, content: bytes, make: object) -> None:
        if self.device == "none":
            raise GpuError("no adapter was found")

    def close(self) -> None:
        pass


@pytest.mark.parametrize("device", ["Some GPU (Vulkan)", "none"])
def test_the_gpu_is_told_once_it_has_run_a_model(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OnGpu, "device", device)
    monkeypatch.setattr("graphflow.calculators.inference.on_gpu.ModelOnGpu", OnGpu)
    found = gpu()
    if device == "none":
        assert (found.state, "no adapter was found" in found.found, bool(found.fix)) == (NOTE, True, True)
    else:
        assert (found.state, device in found.found, found.fix) == (FINE, True, "")


def test_a_gpu_cannot_be_tried_without_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(tmp_path))
    assert (gpu().state, gpu().fix[:22]) == (NOTE, "graphflow models pull,")


def test_what_cannot_even_be_looked_at_is_a_finding(
    quick: None, graphflow: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Finding:
        raise ImportError("no module named 'numpy'")

    monkeypatch.setattr(doctor, "screen", broken)
    ended = graphflow("doctor")
    assert ended.status == 3 and "! windows" in ended.out and "no module named 'numpy'" in ended.out
    assert "1 missing or in the way" in ended.out


@pytest.mark.slow
@pytest.mark.parametrize("module", ["numpy", "yaml"])
def test_the_doctor_needs_none_of_the_packages_that_it_looks_for(module: str) -> None:
    program = f"import sys; sys.modules['{module}'] = None; from graphflow.cli import main; main()"
    ended = subprocess.run([sys.executable, "-c", program, "doctor"], capture_output=True, text=True, check=False)
    assert ended.stderr == "" and ended.stdout.startswith("+ Python ") and "missing or in the way" in ended.stdout
