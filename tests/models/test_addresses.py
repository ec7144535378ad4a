"""Which addresses are asked for files, and what is shown of them."""

from __future__ import annotations

import pytest

from graphflow.models.address import RefusedAddress, check, shown
from graphflow.models.download import DownloadError, url
from graphflow.models.manifest import Entry
from tests.models.file_server import FileServer, answer

ENTRY = Entry("three.png", "", "0" * 64, 500, "MIT", (), ())
"""Pinned, so that nothing is asked of what comes."""


def fetch(address: str) -> bytes:
    return url(ENTRY, address, lambda *_: None)


@pytest.mark.parametrize(
    "address",
    ["https://host/a.onnx", "HTTPS://host:8443/a", "http://localhost:1/a", "http://127.8.0.1/a", "http://[::1]/a"],
)
def test_https_is_asked_and_http_on_this_machine(address: str) -> None:
    check(address)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://host/a.onnx", "only https is asked"),
        ("http://localhost.host/a", "only https is asked"),
        ("http://10.0.0.1/a", "only https is asked"),
        ("file:///etc/passwd", "only https is asked"),
        ("data:text/plain,weights", "only https is asked"),
        ("ftp://host/a", "only https is asked"),
        ("/etc/passwd", "only https is asked"),
        ("https:///a", "names no host"),
        ("https://user:token@host/a", "holds a user or a password"),
        ("http://token@localhost/a", "holds a user or a password"),
        ("http://[::1", "is no address"),
        ("https://host:port/a", "is no address"),
    ],
)
def test_other_addresses_are_refused(address: str, reason: str) -> None:
    with pytest.raises(RefusedAddress, match=reason):
        check(address)
    with pytest.raises(DownloadError, match=f"cannot be read: .*{reason}"):
        fetch(address)


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "http://host.invalid/a",
        "ftp://host.invalid/a",
        "https://user:token@host.invalid/a?key=token",
    ],
)
def test_an_address_that_a_server_passes_on_to_is_checked_too(server: FileServer, target: str) -> None:
    server.files["three.png"] = answer(b"", 302, Location=target)
    with pytest.raises(DownloadError, match="three.png cannot be read: ") as caught:
        fetch(server.address("three.png"))
    assert "token" not in str(caught.value)


def test_from_here_to_here_may_be_passed_on(server: FileServer) -> None:
    server.files["first"] = answer(b"", 307, Location=server.address("three.png"))
    assert fetch(server.address("first")) == server.files["three.png"]


def test_passing_on_without_end_ends(server: FileServer) -> None:
    server.files["first"] = answer(b"", 302, Location=server.address("first"))
    with pytest.raises(DownloadError, match="first cannot be read: "):
        fetch(server.address("first"))


def test_a_proxy_gets_no_http(server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch(server.address("three.png")) == server.files["three.png"]


def test_secrets_and_control_characters_are_not_shown(server: FileServer) -> None:
    text = shown("ERROR: 403 for https://me:token@host/a?key=token, see\nhttps://token@other/ \x1b[2J")
    assert text == "ERROR: 403 for https://host/a?... see https://other/ \\x1b[2J"
    with pytest.raises(DownloadError) as caught:
        fetch(server.address("nothing") + "?key=token")
    assert "nothing?... cannot be read" in str(caught.value) and "token" not in str(caught.value)
