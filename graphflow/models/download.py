"""Getting bytes from a source: a wheel through pip and the machine's own index, or a URL."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphflow.errors import UnusableFile
from graphflow.isolated import isolated_python
from graphflow.models.address import check, shown
from graphflow.models.kinds import LARGEST, wrong_kind
from graphflow.models.manifest import Entry, Package, Source
from graphflow.models.store import CACHE
from graphflow.temporary_folder import temporary_folder

if TYPE_CHECKING:
    from tarfile import TarFile

Progress = Callable[[str, int, int], None]
"""Told what is being fetched, how many bytes have come, and how many there will be (0 if that is not known)."""

TIMEOUT = 30.0
"""Seconds without a byte after which a server counts as silent."""
_TICK = 0.1
_clearing: list[Callable[[], object]] = []
_starting = threading.Lock()  # held from pip's start until it is known how to end it
_PIP = "import runpy; runpy.run_module('pip', run_name='__main__', alter_sys=True)"


class DownloadError(Exception):
    """A source did not give the file. The message says why, in a line."""


@contextlib.contextmanager
def wheel(package: Package, progress: Progress) -> Iterator[zipfile.ZipFile]:
    """A package's wheel, while the block lasts.

    pip fetches it, because pip knows the machine's index, proxy and certificates. The wheel is one for a fixed Python
    and platform, so every machine gets the same file, and pip refuses one that has another SHA-256.

    Raises:
        DownloadError: There is no pip, it cannot be run, or it failed.
    """
    # Not importlib.util: with setuptools installed, that makes room for pip's distutils in this very process.
    if PathFinder.find_spec("pip") is None:
        lack = f"has no pip, which fetches {package.requirement}"
        if getattr(sys, "frozen", False):
            raise DownloadError(
                f"this program {lack}; pull it with an installed graphflow, and set {CACHE} to its cache"
            )
        fix = f"{sys.executable} -m ensurepip, or: uv pip install pip"
        raise DownloadError(f"this Python {lack}; to add it, run: {fix}")
    try:
        temporary = temporary_folder()
    except UnusableFile as error:
        raise DownloadError(str(error)) from error
    # The step stands until the folder is gone: a process may end while this very thread removes it.
    with _to_clear(lambda: shutil.rmtree(temporary.name, ignore_errors=True)), temporary as folder:
        try:
            _pip_download(package, Path(folder), progress)
        except OSError as error:
            raise DownloadError(f"pip cannot be run in {folder}: {error.strerror or error}") from error
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
    # pip takes digests from a file alone.
    wanted = folder / "requirement.txt"
    wanted.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n", encoding="ascii")
    options += ["--require-hashes", "--requirement", str(wanted)]
    command = isolated_python(_PIP, "download", *options, "--dest", str(folder / "wheel"))
    # pip keeps what it is downloading in the folder for temporary files: its size is the progress.
    environment = os.environ | {"TMPDIR": str(folder / "partial"), "TEMP": str(folder / "partial")}
    with (folder / "output").open("w+b") as output, contextlib.ExitStack() as started:
        with _starting:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
            started.enter_context(_to_clear(process.kill))
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


@contextlib.contextmanager
def _to_clear(step: Callable[[], object]) -> Iterator[None]:
    _clearing.append(step)
    try:
        yield
    finally:
        _clearing.remove(step)


def leave_nothing() -> None:
    """End the pip that is running and remove its folder: for a process that ends at once, on any thread."""
    with _starting:
        for step in _clearing[::-1]:
            step()


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
    return shown((wrong or lines or ["it said nothing"])[0])


def member(archive: zipfile.ZipFile | TarFile, source: Source) -> bytes:
    """One file of a package.

    Raises:
        DownloadError: It is not in there, or is damaged.
    """
    from tarfile import TarError, TarFile

    try:
        if isinstance(archive, TarFile):
            file = archive.extractfile(source.member)
            if file is None:
                raise DownloadError(f"{source.member} is no file in the package")
            content = file.read()
        else:
            content = archive.read(source.member)
    except KeyError as error:
        raise DownloadError(f"there is no {source.member} in the package") from error
    except (zipfile.BadZipFile, TarError, zlib.error, EOFError, OSError) as error:
        raise DownloadError(f"{source.member} is damaged in the package ({error})") from error
    return content[slice(*source.part)] if source.part else content


def url(entry: Entry, address: str, progress: Progress) -> bytes:
    """A file from a URL. No more is read than the file is long.

    Raises:
        DownloadError: The address is not one to ask, the server is silent or refuses, or the connection broke. Of a
            file that is not pinned also: nobody can tell whether it is whole, or it is no model.
    """
    import http.client
    import urllib.error

    from graphflow.models.opening import opener

    place = shown(address)
    chunks: list[bytes] = []
    come = 0
    try:
        check(address)
        with opener().open(address, timeout=TIMEOUT) as answer:
            size = _announced(entry, answer, place)
            while come <= (size or LARGEST) and (chunk := answer.read(1 << 16)):
                chunks.append(chunk)
                come += len(chunk)
                progress(entry.name, min(come, size or come), size)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        reason = shown(str(getattr(error, "reason", None) or error or type(error).__name__))
        raise DownloadError(f"{place} cannot be read: {reason}") from None  # what is below holds the whole address
    if not size and come > LARGEST:
        raise DownloadError(f"{place} gave more than {LARGEST:,} bytes")
    content = b"".join(chunks)
    if not entry.pinned:  # no digest will tell
        if size and come != size:
            raise DownloadError(f"{place} gave {come:,} bytes instead of {size:,}")
        if wrong := wrong_kind(entry.name, content):
            raise DownloadError(f"what {place} gave cannot be {entry.name}: {wrong}")
    return content


def _announced(entry: Entry, answer: Any, place: str) -> int:
    """How many bytes are to come; 0 if that will be seen at their end.

    Raises:
        DownloadError: The answer cannot be the file, or it is unknown whether the file is whole.
    """
    if answer.status != 200:
        raise DownloadError(f"{place} answers with status {answer.status} in place of a file")
    encoding = answer.headers.get("Content-Encoding", "identity")
    if encoding.strip().lower() not in ("", "identity"):
        raise DownloadError(f"{place} gives the file as '{shown(encoding)}', which was not asked for")
    length = answer.headers.get("Content-Length")
    size = entry.size or int(length or 0)
    if size > max(entry.size, LARGEST):
        raise DownloadError(f"{place} announces {size:,} bytes; more than {LARGEST:,} are not read")
    if not entry.pinned and length is None and answer.headers.get("Transfer-Encoding", "").lower() != "chunked":
        raise DownloadError(f"{place} does not say how long the file is, so that nobody can tell whether it is whole")
    return size
