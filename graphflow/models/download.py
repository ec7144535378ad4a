"""Getting bytes from a source: a package through pip and the machine's own index, or a URL."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from graphflow.isolated import isolated_python
from graphflow.models.manifest import Entry, Package

Progress = Callable[[str, int, int], None]
"""Told what is being fetched, how many bytes have come, and how many there will be (0 if that is not known)."""

TIMEOUT = 30.0
"""Seconds without a byte after which a server counts as silent."""
_TICK = 0.1
_PIP = "import runpy; runpy.run_module('pip', run_name='__main__', alter_sys=True)"
_LARGEST = 2_000_000_000
"""Bytes that are read at most of a file whose size is not known."""


class DownloadError(Exception):
    """A source did not give the file. The message says why, in a line."""


@contextlib.contextmanager
def wheel(package: Package, progress: Progress) -> Iterator[zipfile.ZipFile]:
    """A package's wheel, while the block lasts.

    pip fetches it, because pip knows the machine's index, proxy and certificates. The wheel is one for a fixed Python
    and platform, so every machine gets the same file.

    Raises:
        DownloadError: There is no pip, or it failed.
    """
    if importlib.util.find_spec("pip") is None:
        fix = f"{sys.executable} -m ensurepip, or: uv pip install pip"
        raise DownloadError(f"this Python has no pip, which fetches {package.requirement}; to add it, run: {fix}")
    with tempfile.TemporaryDirectory(prefix="graphflow-") as folder:
        _pip_download(package, Path(folder), progress)
        files = list(Path(folder, "wheel").glob("*.whl"))
        if not files:
            raise DownloadError(f"pip brought no wheel for {package.requirement}")
        try:
            with zipfile.ZipFile(files[0]) as archive:
                yield archive
        except zipfile.BadZipFile as error:
            raise DownloadError(f"the wheel of {package.requirement} is cut off or damaged ({error})") from error


def _pip_download(package: Package, folder: Path, progress: Progress) -> None:
    (folder / "wheel").mkdir()
    (folder / "partial").mkdir()
    options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--disable-pip-version-check", "--no-input"]
    options += ["--quiet", "--python-version", package.python_version, "--platform", package.platform]
    command = isolated_python(_PIP, "download", package.requirement, *options, "--dest", str(folder / "wheel"))
    # pip keeps what it is downloading in the folder for temporary files: its size is the progress.
    environment = os.environ | {"TMPDIR": str(folder / "partial"), "TEMP": str(folder / "partial")}
    with (folder / "output").open("w+b") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_TICK)
                progress(package.requirement, min(_size(folder), package.size), package.size)
                if process.returncode is not None:
                    break
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
        output.seek(0)
        said = output.read().decode(errors="replace")
    if process.returncode:
        raise DownloadError(f"pip could not fetch {package.requirement}: {_reason(said)}")


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total = max(total, path.stat().st_size)
    return total


def _reason(said: str) -> str:
    """What pip complained about, as one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    wrong = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (wrong or lines or ["it said nothing"])[0]


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of a wheel.

    Raises:
        DownloadError: It is not in there, or is damaged.
    """
    try:
        return archive.read(name)
    except KeyError as error:
        raise DownloadError(f"there is no {name} in the wheel") from error
    except (zipfile.BadZipFile, OSError) as error:
        raise DownloadError(f"{name} is damaged in the wheel ({error})") from error


def url(entry: Entry, address: str, progress: Progress) -> bytes:
    """A file from a URL. No more is read than the file is long.

    Raises:
        DownloadError: The server is silent or refuses, or the connection broke.
    """
    import http.client
    import urllib.error
    import urllib.request

    chunks: list[bytes] = []
    come = 0
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:
            size = entry.size or int(answer.headers.get("Content-Length", 0))
            if size > max(entry.size, _LARGEST):
                raise DownloadError(f"{address} announces {size:,} bytes; more than {_LARGEST:,} are not read")
            while come <= (size or _LARGEST) and (chunk := answer.read(1 << 16)):
                chunks.append(chunk)
                come += len(chunk)
                progress(entry.name, min(come, size or come), size)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DownloadError(f"{address} cannot be read: {getattr(error, 'reason', None) or error}") from error
    if not size and come > _LARGEST:
        raise DownloadError(f"{address} gave more than {_LARGEST:,} bytes")
    if not entry.pinned and size and come != size:  # no digest will tell
        raise DownloadError(f"{address} gave {come:,} bytes instead of {size:,}")
    return b"".join(chunks)
