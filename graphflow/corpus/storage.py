"""Object storage (``s3://bucket/clips``) through fsspec: what a corpus asks of it, and errors that say what to type.

fsspec, and the package that it needs for a storage, are imported when the first such address is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from graphflow.errors import MissingResource, NotPermitted, UnusableFile
from graphflow.urls import without_secrets

SCHEMES = ("s3", "gs", "gcs", "az", "abfs", "abfss", "oci", "oss", "memory")
"""What addresses of storage begin with, where an object is there when all of it is; ``memory`` is fsspec's, for tests.

Others (http, rtsp and so on) are streams, which sources read themselves.
"""

_PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs"}
_VERSIONS = ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "updated", "mtime", "created")
"""What storages tell of a version of an object, best first."""


class StorageUnusable(UnusableFile):
    """A storage cannot be reached, read or written. No input is to blame for it."""


class Stat(NamedTuple):
    """What an object is known by.

    Attributes:
        size: Bytes.
        version: Its etag, or when it was changed.
    """

    size: int
    version: str


def is_stored(text: str) -> bool:
    """Whether it is an address of storage."""
    scheme, colon, _ = text.partition("://")
    return bool(colon) and scheme in SCHEMES


class Storage:
    """One place in a storage: a folder, so to say, or an object.

    Args:
        address: With or without a slash at the end.

    Raises:
        MissingResource: A package is not installed.
        StorageUnusable: There can be no such storage.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        scheme = address.partition("://")[0]
        with _told(self.address, "used"):
            self._files, self._path = _files_of(scheme, self.address)

    def __truediv__(self, name: str) -> Storage:
        """A place below this one."""
        below = object.__new__(Storage)
        below.address, below._files, below._path = f"{self.address}/{name}", self._files, f"{self._path}/{name}"
        return below

    def stat(self) -> Stat | None:
        """What the object is known by; None if there is none, but objects below it.

        Raises:
            MissingResource: There is neither.
            NotPermitted: It may not be read.
            StorageUnusable: The storage cannot be reached.
        """
        with _told(self.address, "read"):
            found = self._files.info(self._path)
        return None if found.get("type") == "directory" else _stat_of(found)

    def listed(self) -> dict[str, Stat]:
        """All objects below it by their relative names, in order; one by itself has an empty name.

        Raises:
            NotPermitted: They may not be listed.
            StorageUnusable: The storage cannot be reached, or there is no such bucket.
        """
        with _told(self.address, "listed"):
            try:
                found = self._files.find(self._path, detail=True)
            except FileNotFoundError:
                self._files.ls(self._path.split("/")[0])  # says whether it is the bucket that is missing
                found = {}
        return dict(self._relative(found))

    def matching(self) -> dict[str, Stat]:
        """The objects that its address, a pattern, means, by names relative to the last fixed folder.

        Raises:
            NotPermitted: They may not be listed.
            StorageUnusable: The storage cannot be reached.
        """
        with _told(self.address, "listed"):
            found = self._files.glob(self._path, detail=True)
        return dict(self.fixed()._relative(found))

    def fixed(self) -> Storage:
        """Of a pattern, the last folder without one."""
        folders = self.address.split("/")
        number = next(place for place, one in enumerate(folders) if any(sign in one for sign in "*?["))
        return Storage("/".join(folders[:number]))

    def _relative(self, found: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Stat]]:
        for name in sorted(found):
            if found[name].get("type") == "file" and not name.endswith("/"):
                yield name.removeprefix(self._path).removeprefix("/"), _stat_of(found[name])

    def fetch(self, file: Path) -> None:
        """Write the object to a file.

        Raises:
            MissingResource: There is none.
            NotPermitted: It may not be read.
            StorageUnusable: The storage cannot be reached, or the disk is full.
        """
        with _told(self.address, "fetched"):
            self._files.get_file(self._path, str(file))

    def put(self, file: Path) -> None:
        """Make the object of a file: it appears when all of it is there.

        Raises:
            StorageUnusable: It cannot be written.
        """
        with _written(self.address):
            self._files.put_file(str(file), self._path)

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects below it.

        Raises:
            StorageUnusable: They cannot be removed.
        """
        with _written(self.address):
            for name in names:
                with suppress(FileNotFoundError):
                    self._files.rm_file(f"{self._path}/{name}")


def _stat_of(found: Mapping[str, Any]) -> Stat:
    version = next((found[key] for key in _VERSIONS if found.get(key) is not None), "")
    version = getattr(version, "timestamp", lambda: version)()  # a time, which listings may have as a number
    return Stat(int(found.get("size") or 0), str(version).strip('"'))


@lru_cache(maxsize=64)
def _kept_files(scheme: str, settings: tuple[tuple[str, Any], ...]) -> Any:
    import fsspec

    # Without its memory of listings: it takes a kilobyte for each object, and is never told of changes.
    return fsspec.filesystem(scheme, use_listings_cache=False, **dict(settings))


def _files_of(scheme: str, address: str) -> tuple[Any, str]:
    """The file system of fsspec's for an address, and the path in it. No chained addresses, which may lead anywhere."""
    try:
        import fsspec

        kind = fsspec.get_filesystem_class(scheme)
    except ImportError:
        package = _PACKAGES.get(scheme, f"fsspec, and what fsspec needs for {scheme}://")
        extra = " (the extra 's3')" if scheme == "s3" else ""
        text = f"'{without_secrets(address)}' takes {package}, which is not installed: pip install {package}{extra}"
        raise MissingResource(text) from None
    settings = kind._get_kwargs_from_urls(address)
    return _kept_files(scheme, tuple(sorted(settings.items()))), kind._strip_protocol(address).rstrip("/")


@contextmanager
def _told(address: str, done: str) -> Iterator[None]:
    """Errors of any storage as ours."""
    shown = without_secrets(address)
    try:
        yield
    except (MissingResource, UnusableFile):
        raise
    except FileNotFoundError as error:
        if "bucket does not exist" in str(error).lower():
            raise StorageUnusable(f"'{shown}' cannot be {done}: there is no such bucket; look at its name") from error
        raise MissingResource(f"there is no '{shown}'") from error
    except PermissionError as error:
        raise NotPermitted(f"'{shown}' may not be {done} ({_reason(error)})", _credentials(address)) from error
    except Exception as error:  # of many kinds, in as many libraries
        raise StorageUnusable(f"'{shown}' cannot be {done}: {_reason(error)}{_advice(address, error)}") from error


@contextmanager
def _written(address: str) -> Iterator[None]:
    """The same for what is written: no input is to blame if it may not be."""
    try:
        with _told(address, "written"):
            yield
    except StorageUnusable:
        raise
    except (MissingResource, NotPermitted) as error:
        raise StorageUnusable(str(error)) from error


def _reason(error: BaseException) -> str:
    text = without_secrets(" ".join(str(error).split()))
    return text.rstrip(".")[:300] or type(error).__name__


def _credentials(address: str) -> str:
    if address.startswith("s3://"):
        keys = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        return f"set AWS_PROFILE, or {keys}, to an account that may; for a public bucket FSSPEC_S3_ANON=1"
    return "give credentials as fsspec's package for this storage takes them"


def _advice(address: str, error: BaseException) -> str:
    if "credentials" in str(error).lower():
        return f"; {_credentials(address)}"
    if isinstance(error, OSError) and error.errno is not None:
        return ""
    own = " (AWS_ENDPOINT_URL names a server of your own)" if address.startswith("s3://") else ""
    return f"; look whether the network is there{own}"
