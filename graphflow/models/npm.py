"""npm packages that carry files.

They come from the registry that the user's npm configuration names; npm itself is not needed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

from graphflow.models import download
from graphflow.models.address import shown
from graphflow.models.download import DownloadError, Progress
from graphflow.models.manifest import Entry, NpmPackage

_PUBLIC = "https://registry.npmjs.org"
_LARGEST_CONFIGURATION = 1 << 20


@contextlib.contextmanager
def tarball(package: NpmPackage, progress: Progress) -> Iterator[tarfile.TarFile]:
    """A package's archive, while the block lasts. It is opened only if it has the SHA-256 of the manifest.

    Raises:
        DownloadError: It could not be had, or it is another file.
    """
    address = address_of(package)
    entry = Entry(package.requirement, "", package.sha256, package.size, "", (), ())
    content = download.url(entry, address, progress)
    if hashlib.sha256(content).hexdigest() != package.sha256:
        raise DownloadError(f"what {shown(address)} gave is not {package.requirement} as the manifest names it")
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            yield archive
    except tarfile.TarError as error:
        raise DownloadError(f"the archive of {package.requirement} is damaged ({error})") from error


def address_of(package: NpmPackage) -> str:
    """Where a package's archive lies: in the registry that npm would ask for it."""
    name, _, version = package.requirement.rpartition("@")
    scope, _, last = name.rpartition("/")
    return f"{_registry(scope)}/{name}/-/{last}-{version}.tgz"


def _registry(scope: str) -> str:
    """The registry for a scope (``@name``). As in npm the scope's own goes first, then the environment's."""
    environment = {name.lower(): value for name, value in os.environ.items() if value}
    said = _configuration(environment.get("npm_config_userconfig", "~/.npmrc"))
    general = environment.get("npm_config_registry") or said.get("registry") or _PUBLIC
    return said.get(f"{scope}:registry", general).rstrip("/")


def _configuration(path: str) -> dict[str, str]:
    """What an ``.npmrc`` says of registries; nothing else is taken from it."""
    try:
        with Path(os.path.expanduser(path)).open(encoding="utf-8", errors="replace") as file:
            lines = file.read(_LARGEST_CONFIGURATION).splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=")[::2] for line in lines if not line.lstrip().startswith(("#", ";")))
    said = {key.strip(): value.strip().strip("\"'") for key, value in pairs}
    return {key: value for key, value in said.items() if key.rpartition(":")[2] == "registry" and value}
