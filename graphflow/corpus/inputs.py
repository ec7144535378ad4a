"""What to work on: files, folders, patterns, lists and tables, as one list of named inputs."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphflow.corpus.list_file import rows_of, words_of
from graphflow.corpus.storage import is_stored
from graphflow.errors import MissingResource, NotPermitted, UnusableFile
from graphflow.media import CLIPS, PICTURES, SAMPLE
from graphflow.urls import without_secrets

if TYPE_CHECKING:
    from graphflow.corpus.storage import Stat

INPUT = "input"
"""The side packet that a file is given as."""
NAME = "name"
"""The column of a table that names its rows."""

MOST_INPUTS = 2_000_000
"""Inputs of one run: they take about 3 GB."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to run the graph on.

    Attributes:
        name: The folder of its results, relative, with slashes; no two inputs have the same.
        side_packets: What the graph is started with; a file with its whole path. Of a CSV file they are texts.
        typed: Whether they are texts of which only the graph knows what they mean.
        stat: What an object in storage is known by, if it was listed.
    """

    name: str
    side_packets: Mapping[str, Any] = field(default_factory=dict)
    typed: bool = False
    stat: Stat | None = None

    @property
    def path(self) -> str:
        """The file, or the address; empty without one."""
        return str(self.side_packets.get(INPUT, ""))


Word = str | os.PathLike[str] | Mapping[str, Any] | Input


def inputs_of(words: Iterable[Word], output_dir: Path | str, *, allow_network: bool = False) -> list[Input]:
    """All inputs, in order.

    Args:
        words: Each a file, an address, a folder (of all clips and pictures below it), a pattern, a list of files
            (``.txt``), a table (``.csv``, ``.jsonl``, ``.parquet``), side packets by name, or an input.
        output_dir: What lies below it is left out of folders and patterns, and refused elsewhere. A path, or an address
            of storage.
        allow_network: Whether addresses may stand in lists and tables, too.

    Raises:
        MissingResource: There is nothing of a name.
        UnusableFile: A list or a table cannot be read, two inputs have one name, or one would lie in the other's
            folder; an input or a list lies where results are kept; there are too many.
        NotPermitted: An address stands in a list.
    """
    found: dict[str, Input] = {}
    out = os.fspath(output_dir) if is_stored(os.fspath(output_dir)) else os.path.realpath(output_dir)
    _real_folder.cache_clear()
    for word in words:
        name = os.fspath(word) if isinstance(word, str | os.PathLike) else ""
        listed = bool(name) and not is_address(name)
        for one in _meant(word, out):
            if is_address(one.path) and listed and not allow_network:
                text = f"'{name}' names the address '{without_secrets(one.path)}'"
                raise NotPermitted(text, "add --allow-network if you trust it (in Python: allow_network=True)")
            if is_stored(one.path) or os.path.isabs(one.path):  # not the sample
                refuse_inside(one.path, out)
            if len(found) >= MOST_INPUTS:
                raise UnusableFile(f"there are more than {MOST_INPUTS:,} inputs: give them in parts")
            other = found.setdefault(one.name, one)
            if other is not one and other.side_packets == one.side_packets:
                continue
            if other is not one:
                raise UnusableFile(
                    f"'{other.path}' and '{one.path}' would both have their results in '{one.name}': give the folder "
                    "that both lie in, or a table with a column 'name'"
                )
    refuse_nested(found)
    return list(found.values())


def refuse_inside(path: str, out: str) -> None:
    """A file that is read may not lie where results are kept, which are replaced.

    Args:
        path: Of the file, or the address of an object.
        out: Where results are, links followed.

    Raises:
        UnusableFile: It does, links followed.
    """
    if _inside(path, out):
        raise UnusableFile(f"'{path}' lies in '{out}', where results are kept and replaced: give them another folder")


def refuse_nested(names: Collection[str]) -> None:
    """The folder of an input's results is replaced as a whole, so that no other one may lie in it.

    Raises:
        UnusableFile: One would.
    """
    for name in names:
        end = name.rfind("/")
        while end > 0:
            if name[:end] in names:
                raise UnusableFile(
                    f"the results '{name}' would lie in the folder of those of '{name[:end]}': give other names in a "
                    "column 'name', or another output folder"
                )
            end = name.rfind("/", 0, end)


def _meant(word: Word, out: str) -> Iterable[Input]:
    if isinstance(word, Input):
        return [word]
    return [_row(dict(word), "", "inputs")] if isinstance(word, Mapping) else _named(os.fspath(word), out)


def is_address(text: str) -> bool:
    """Whether it names no file."""
    return _URL.match(text) is not None


def _named(word: str, out: str) -> Iterator[Input]:
    """The inputs that one word means."""
    if is_stored(word):
        from graphflow.corpus.stored_inputs import stored_inputs

        yield from stored_inputs(word, out)
    elif is_address(word):
        yield Input(_plain(without_secrets(word)), {INPUT: word})
    elif os.path.isdir(word):
        yield from _below(word, out)
    elif os.path.exists(word):
        suffix = Path(word).suffix.lower()
        if suffix in (".csv", ".jsonl", ".parquet"):
            refuse_inside(word, out)
            yield from _table(Path(word), suffix)
        elif suffix == ".txt":
            yield from _listed(Path(word), out)
        else:
            yield _file(word, os.path.basename(word))
    elif any(sign in word for sign in "*?["):
        fixed = next((folder for folder in Path(word).parents if not _is_pattern(folder)), Path())
        paths = sorted(path for path in glob.glob(word, recursive=True) if os.path.isfile(path))
        if not paths:
            raise MissingResource(f"no file matches '{word}'")
        for path in paths:
            if not _inside(path, out):
                yield _file(path, os.path.relpath(path, fixed))
    else:
        raise MissingResource(f"there is no file, folder or list '{word}'")


def _is_pattern(path: Path) -> bool:
    return any(sign in str(path) for sign in "*?[")


def _inside(path: str, folder: str) -> bool:
    if is_stored(path) or is_stored(folder):
        place, below = (text.partition("://")[2].rstrip("/") for text in (folder, path))
        return is_stored(path) and is_stored(folder) and f"{below}/".startswith(f"{place}/")
    place, name = os.path.split(os.path.abspath(path))
    # Few folders have most of the files, and following links takes longer than all else that is done with one.
    real = os.path.realpath(path) if os.path.islink(path) else os.path.join(_real_folder(place), name)
    return f"{real}{os.sep}".startswith(f"{folder.rstrip(os.sep)}{os.sep}")


@lru_cache(maxsize=256)
def _real_folder(place: str) -> str:
    return os.path.realpath(place)


def _file(path: str, name: str) -> Input:
    # Absolute: a file with the name 0 is no camera.
    return Input(_checked(name.replace(os.sep, "/"), path), {INPUT: os.path.abspath(path)})


def object_input(address: str, name: str = "", stat: Stat | None = None) -> Input:
    """An object in storage. Unless it has a name, it is called after bucket and key."""
    name = name or without_secrets(address).partition("://")[2]
    return Input(_checked(name, without_secrets(address)), {INPUT: address}, stat=stat)


def _checked(name: str, what: str) -> str:
    parts = name.split("/")
    if not all(parts) or any(part in (".", "..") or part.startswith(".graphflow") for part in parts):
        raise UnusableFile(f"'{what}': there can be no folder '{name}' for its results")
    if not _can_be(name):
        raise UnusableFile(f"'{what}': no file can have the name {name!r}")
    if parts[0] == "manifest.jsonl":
        raise UnusableFile(f"'{what}': '{name}' is the manifest's name; rename the file")
    return name


def _can_be(path: str) -> bool:
    """Whether the system can have a file of the name."""
    try:
        return b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:  # half of a character, as JSON can write it
        return False


def _below(folder: str, out: str) -> Iterator[Input]:
    some = False
    top = os.path.abspath(folder)
    for place, folders, names in os.walk(top):
        within = "" if place == top else f"{os.path.relpath(place, top)}{os.sep}"
        folders[:] = sorted(
            one for one in folders if not one.startswith(".") and not _inside(os.path.join(place, one), out)
        )
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in (*CLIPS, *PICTURES) and not name.startswith("."):
                some = True
                yield _file(os.path.join(place, name), within + name)
    if not some:
        raise MissingResource(f"there are no clips or pictures in the folder '{folder}'")


def _listed(file: Path, out: str) -> Iterator[Input]:
    """The names in a list, one on each line; those that are not absolute are meant from the list's folder."""
    refuse_inside(str(file), out)
    for word in words_of(file, MOST_INPUTS):
        yield from _relative(word, file, out)


def _relative(word: str, file: Path, out: str) -> Iterator[Input]:
    if is_stored(word):  # that it is there is seen when it is its turn
        yield object_input(word)
        return
    if is_address(word):
        yield from _named(word, out)
        return
    # A name that stands in a list belongs to one input, also if the file is not there: then it fails by its name.
    name = _plain(word) if os.path.isabs(word) or ".." in Path(word).parts else os.path.normpath(word)
    yield _file(str(file.parent / word), name)


def _table(file: Path, suffix: str) -> Iterator[Input]:
    for number, row in enumerate(rows_of(file, suffix, MOST_INPUTS), 1):
        yield _row(row, str(file.parent), f"'{file}', row {number}", typed=suffix == ".csv")


def _row(row: dict[str, Any], folder: str, where: str, typed: bool = False) -> Input:
    """One row of a table. A file that is not absolute is meant from the table's folder."""
    name = row.pop(NAME, None)
    path = row.get(INPUT)
    if isinstance(path, os.PathLike):
        row[INPUT] = path = os.fspath(path)
    if isinstance(path, str) and not is_address(path):
        if name is None:
            simple = not os.path.isabs(path) and ".." not in Path(path).parts
            name = os.path.normpath(path) if simple else os.path.basename(path)
        if path != SAMPLE:
            row[INPUT] = os.path.abspath(os.path.join(folder, path))
    elif name is None and isinstance(path, str):
        name = object_input(path).name if is_stored(path) else _plain(without_secrets(path))
    if isinstance(path, str) and not _can_be(path):
        raise UnusableFile(f"{where}: no file can have the name {path!r}")
    if name is None or not str(name):
        raise UnusableFile(f"{where}: give a column 'input' or 'name'; results are kept under it")
    return Input(_checked(str(name).replace(os.sep, "/"), where), row, typed)


def _plain(text: str) -> str:
    return re.sub(r"[^\w.-]+", "_", text).strip("_.") or "input"
