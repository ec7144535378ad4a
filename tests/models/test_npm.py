"""Files out of npm packages. A server on this machine plays the registry."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from graphflow import MissingResource
from graphflow.models import npm, store
from graphflow.models.manifest import Manifest, NpmPackage, read_manifest
from graphflow.models.pull import pull
from tests.models.file_server import FileServer

FILES = {"package/whole.tflite": b"first" * 100, "package/packed.data": b"0123456789"}
PACKAGE = NpmPackage("models", "@us/models@1.2.3", "ab" * 32, 10)
IN_REGISTRY = "@us/models/-/models-1.2.3.tgz"


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's ``.npmrc``, which does not exist yet; nobody has set a registry in the environment."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("registry", "userconfig"):
        monkeypatch.delenv(f"npm_config_{name}", raising=False)
        monkeypatch.delenv(f"npm_config_{name}".upper(), raising=False)
    return tmp_path / ".npmrc"


def packed(files: dict[str, bytes] = FILES) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def known(server: FileServer, configuration: Path) -> Manifest:
    """A file of a package, and a part of one; the server is the registry that has it."""
    server.files[IN_REGISTRY] = archive = packed()
    configuration.write_text(f"registry = {server.address('')}\n")
    package = {"npm": PACKAGE.requirement, "sha256": hashlib.sha256(archive).hexdigest(), "size": len(archive)}
    part = {"package": "models", "member": "package/packed.data", "bytes": [2, 6]}
    return read_manifest(
        {
            "packages": {"models": package},
            "models": {
                "whole.tflite": entry(b"first" * 100, {"package": "models", "member": "package/whole.tflite"}),
                "part.txt": entry(b"2345", part),
            },
        }
    )


def entry(content: bytes, *sources: dict[str, Any], **others: Any) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    size = len(content)
    return {"about": "it", "license": "MIT", "sha256": digest, "size": size, "sources": list(sources)} | others


def test_files_and_parts_of_files_come_out_of_one_archive(known: Manifest, server: FileServer) -> None:
    assert pull(["part.txt"], known=known) == ["part.txt"]
    assert pull(known=known) == []
    assert (store.read(known["whole.tflite"]), store.read(known["part.txt"])) == (b"first" * 100, b"2345")
    assert server.asked == [IN_REGISTRY]


def test_an_archive_with_other_bytes_is_not_opened(
    known: Manifest, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.files[IN_REGISTRY] = packed(FILES | {"package/more": b"!"})
    monkeypatch.setattr(tarfile, "open", None)
    with pytest.raises(MissingResource, match=r"gave is not @us/models@1\.2\.3 as the manifest names it"):
        pull(known=known)


@pytest.mark.parametrize("member", ["package/gone", "package"])
def test_a_file_that_the_archive_lacks(known: Manifest, member: str) -> None:
    source = known["part.txt"].sources[0]
    with tarfile.open(fileobj=io.BytesIO(packed()), mode="r:gz") as archive:
        archive.getmembers().append(tarfile.TarInfo("package"))
        archive.members[-1].type = tarfile.DIRTYPE
        with pytest.raises(npm.DownloadError, match="is no file in the package|there is no package/gone in the"):
            npm.download.member(archive, type(source)(source.package, member))


@pytest.mark.parametrize(
    ("text", "environment", "registry"),
    [
        ("", "", "https://registry.npmjs.org"),
        ("# registry=https://no\nregistry = https://own/npm/\n//own/:_authToken=secret", "", "https://own/npm"),
        ("registry=https://own/", "https://other", "https://other"),
        ("@us:registry=https://ours/\nregistry=https://own", "https://other", "https://ours"),
        ("@them:registry=https://theirs/", "", "https://registry.npmjs.org"),
    ],
)
def test_the_registry_is_the_one_of_npms_configuration(
    configuration: Path, monkeypatch: pytest.MonkeyPatch, text: str, environment: str, registry: str
) -> None:
    configuration.write_text(text)
    monkeypatch.setenv("npm_config_registry", environment)
    assert npm.address_of(PACKAGE) == f"{registry}/{IN_REGISTRY}"


def test_a_source_may_have_another_releases_file(server: FileServer) -> None:
    server.files["it.tflite"] = b"of another release"
    other = {"url": server.address("it.tflite"), "sha256": hashlib.sha256(b"of another release").hexdigest()}
    known = read_manifest({"packages": {}, "models": {"it.tflite": entry(b"it", other)}})
    assert pull(known=known) == ["it.tflite"]
    assert store.is_right(known["it.tflite"], b"it") and pull(known=known) == []
    server.files["it.tflite"] = b"of a third release"
    store.path_of(known["it.tflite"]).unlink()
    with pytest.raises(MissingResource, match="what came is not the file that the manifest names"):
        pull(known=known)


def test_what_is_optional_is_fetched_only_by_its_name(server: FileServer) -> None:
    server.files["it.tflite"] = b"it"
    source = {"url": server.address("it.tflite")}
    known = read_manifest({"packages": {}, "models": {"it.tflite": entry(b"it", source, optional=True)}})
    assert pull(known=known) == []
    assert pull(["it.tflite"], known=known) == ["it.tflite"]
