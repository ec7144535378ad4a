"""Names of sources of pictures, as people type them: a camera's number, a file, a URL."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from graphflow import MissingResource, UnusableFile
from graphflow.media import PICTURES, SAMPLE

STANDARD_INPUT = "-"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_NETWORK = ("rtsp", "rtsps", "http", "https")
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"[playlist]", b"[Reference]")
_PLAYLIST_TAGS = (b"<MPD", b"<smil", b"<asx", b"<playlist")


class Device(NamedTuple):
    """A camera, by number or by its file.

    Attributes:
        name: As people call it.
        place: What OpenCV opens.
    """

    name: str
    place: int | str


class Stream(NamedTuple):
    """Something on the network.

    Attributes:
        name: The URL without user, password and query, for messages.
        url: All of it.
    """

    name: str
    url: str


class Files(NamedTuple):
    """One file, or the pictures of a folder or pattern, in order.

    Attributes:
        name: As it was written.
        paths: At least one.
        several: Whether a folder or a pattern was meant.
    """

    name: str
    paths: tuple[Path, ...]
    several: bool = False


def find_source(source: int | str) -> Device | Stream | Files:
    """The device, stream or files that a name means.

    Raises:
        MissingResource: It is not there.
        UnusableFile: It is nothing that could be read.
    """
    text = str(source)
    if re.fullmatch(r"\s*\d+\s*", text):
        return Device(f"camera {int(text)}", int(text))
    if not text.strip():
        raise UnusableFile("the input is empty: give a camera's number, a file, a folder of pictures or a URL")
    if (scheme := _SCHEME.match(text)) is not None:
        if scheme[1].lower() not in _NETWORK:
            raise UnusableFile(f"'{redacted(text)}' cannot be read: URLs may begin with {', '.join(_NETWORK)}")
        try:
            urlsplit(text)
        except ValueError as error:
            raise UnusableFile(f"'{redacted(text)}' is no URL that can be read: {error}") from None
        return Stream(redacted(text), text)
    path = Path(text if os.path.lexists(text) else os.path.expanduser(text))  # of nobody's home it leaves "~" as it is
    if path.is_char_device() and path.name.startswith("video"):
        return Device(f"camera {path}", str(path))
    if path.is_dir():
        return Files(text, _pictures(path), several=True)
    if path.is_file():
        return Files(text, (path,))
    if path.exists():
        raise UnusableFile(f"'{text}' is no file")
    if any(sign in text for sign in "*?["):
        found = sorted((Path(name) for name in glob.glob(_pattern(path))), key=_natural)
        files = tuple(name for name in found if name.is_file())
        if not files:
            raise MissingResource(f"no file matches '{text}'")
        return Files(text, files, several=True)
    raise MissingResource(f"there is no file '{text}'" + _hint(path))


def files_of(source: int | str) -> tuple[Path, ...]:
    """The files that a source reads; nothing is opened. If there is no file, the name as it was typed."""
    if source == SAMPLE:
        return ()
    if source == STANDARD_INPUT:
        return (Path("/dev/stdin"),)
    try:
        found = find_source(source)
    except MissingResource:  # told when it is opened
        return (Path(os.path.expanduser(str(source))),)
    except (UnusableFile, OSError, RuntimeError):  # likewise
        return ()
    return found.paths if isinstance(found, Files) else ()


def addresses_of(source: int | str) -> tuple[str, ...]:
    """The address that a source fetches from, without what is secret, if it is one."""
    text = str(source)
    return (redacted(text),) if _SCHEME.match(text) else ()


def _pattern(path: Path) -> str:
    """A path as `glob` takes it. Folders that are there under the very name that was written are no pattern."""
    literal = next((folder for folder in path.parents if folder.is_dir()), Path())
    return str(Path(glob.escape(str(literal)), path.relative_to(literal)))


def redacted(url: str) -> str:
    """A URL without what is secret: user, password, and what follows the question mark."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return url.partition("://")[0] + "://..."
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{port}{parts.path}" + ("?..." if parts.query else "")


def refuse_playlist(name: str, path: Path) -> None:
    """Look into a file for a list of others, which could be any: FFmpeg would follow it.

    Raises:
        UnusableFile: It is one, or there is nothing in it.
    """
    try:
        with path.open("rb") as file:
            head = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError as error:
        raise UnusableFile(f"'{name}' cannot be read: {error.strerror}") from error
    if not head:
        raise UnusableFile(f"'{name}' is empty")
    lower = head.lower()
    if head.startswith(_PLAYLISTS) or (lower.startswith(b"<") and any(tag.lower() in lower for tag in _PLAYLIST_TAGS)):
        raise UnusableFile(f"'{name}' is a playlist, which may point at any other file; give the clip itself")


def _pictures(folder: Path) -> tuple[Path, ...]:
    paths = [path for path in folder.iterdir() if path.suffix.lower() in PICTURES and path.is_file()]
    if not paths:
        raise MissingResource(f"there are no pictures in the folder '{folder}' ({', '.join(PICTURES)})")
    return tuple(sorted(paths, key=_natural))


def _natural(path: Path) -> tuple[list[tuple[bool, int, str]], str]:
    """As people sort: frame 2 comes before frame 10."""
    words = re.split(r"(\d+)", str(path))
    return [(word.isdigit(), int(word) if word.isdigit() else 0, word) for word in words], str(path)


def _hint(path: Path) -> str:
    from difflib import get_close_matches

    try:
        near = get_close_matches(path.name, os.listdir(path.parent), n=1)
    except OSError:
        return f": there is no folder '{path.parent}'"
    return f"; did you mean '{path.with_name(near[0])}'?" if near else ""
