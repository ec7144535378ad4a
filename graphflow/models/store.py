"""The user's cache of model files. Files get their final name only when they are whole and right.

Beside a file that the manifest does not pin lies the digest that it had when it was fetched, and counts from then on.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import shlex
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

from graphflow.config.diagnostics import did_you_mean
from graphflow.errors import MissingResource, UnusableFile
from graphflow.models.kinds import LARGEST, SUFFIX, is_web_page, parts_of
from graphflow.models.manifest import Entry, manifest, manifest_name
from graphflow.ordinary_file import open_ordinary

_log = logging.getLogger(__name__)

CACHE = "GRAPHFLOW_CACHE"
"""Environment variable: the folder of the cache, instead of the platform's."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model file, hashed and in memory.

    Attributes:
        name: In the manifest, or the path of the user's own file; of a member of a bundle, ``FILE.task#MEMBER``.
        content: Its bytes: the ones that were hashed.
        outputs: Names of its outputs in the order that calculators rely on; empty for the file's own order.
        bundle: The SHA-256 of the bundle that it came out of; empty if it is a file of its own.
    """

    name: str
    content: bytes = field(repr=False)
    outputs: tuple[str, ...] = ()
    bundle: str = ""


def cache_folder() -> Path:
    """The folder that model files are kept in; it may not exist yet.

    Raises:
        MissingResource: The environment names the home of somebody who has none.
    """
    chosen = os.environ.get(CACHE)
    if chosen:
        folder = os.path.expanduser(chosen)
        if folder.startswith("~"):
            raise MissingResource(f"{CACHE} is '{chosen}', and nobody knows that home folder; give a whole path")
        return Path(folder) / "models"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local"))
        return base / "graphflow" / "Cache" / "models"
    if sys.platform == "darwin":
        folder = os.path.expanduser("~/Library/Caches/graphflow")
    else:
        folder = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "graphflow")
    return (_homeless_folder() if folder.startswith("~") else Path(folder)) / "models"


@functools.cache
def _homeless_folder() -> Path:
    """The folder for files of a user without a home, for example a container's unknown user.

    Raises:
        MissingResource: Somebody else has made a folder of that name.
    """
    import tempfile  # most runs do without

    folder = Path(tempfile.gettempdir(), f"graphflow-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise MissingResource(f"this user has no home folder; set {CACHE} to a folder for models ({error})") from error
    if found.st_uid != os.getuid() or found.st_mode & 0o022 or not stat.S_ISDIR(found.st_mode):
        raise MissingResource(f"this user has no home folder, and '{folder}' belongs to others; set {CACHE} to another")
    _log.warning("this user has no home folder: models are kept in %s; %s names another place", folder, CACHE)
    return folder


def path_of(entry: Entry) -> Path:
    """Where a file is kept. The digest is part of it: other releases may want other bytes under the same name."""
    return cache_folder() / (entry.sha256[:12] or "unpinned") / entry.name


def digest_of(entry: Entry) -> str:
    """The SHA-256 that a file must have: the manifest's, else the digest of the fetched file. Empty before a fetch."""
    if entry.pinned:
        return entry.sha256
    kept = _read(entry, digest_path(entry)) or b""
    return kept.decode("ascii", "replace").strip()


def digest_path(entry: Entry) -> Path:
    """The file that keeps the digest of a model that the manifest does not pin."""
    return path_of(entry).with_name(f"{entry.name}.sha256")


def is_right(entry: Entry, content: bytes) -> bool:
    """Whether bytes have a digest of the manifest or, if it has none, the digest of the fetched file."""
    return hashlib.sha256(content).hexdigest() in (entry.digests or {digest_of(entry)})


def read(entry: Entry) -> bytes | None:
    """The bytes of a file in the cache, as they are; None if it is not there.

    Raises:
        MissingResource: The file is there and cannot be read.
    """
    return _read(entry, path_of(entry))


def _read(entry: Entry, path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise MissingResource(
            f"model '{entry.name}' may not be read by this user ({path}): whoever owns it can run: "
            f"chmod -R a+rX {shlex.quote(str(cache_folder()))}; or set {CACHE} to a folder of your own"
        ) from error
    except OSError as error:
        raise MissingResource(
            f"model '{entry.name}' cannot be read from {path} ({error.strerror}): mend that, or delete the file and "
            f"run: graphflow models pull {entry.name}"
        ) from error


def write(entry: Entry, content: bytes) -> Path:
    """Put a file into the cache, whole or not at all.

    Raises:
        MissingResource: The bytes are not those of the manifest, or the cache cannot be written.
    """
    if not digest_of(entry) and not entry.pinned:
        _write(entry, digest_path(entry), hashlib.sha256(content).hexdigest().encode() + b"\n")
    if not is_right(entry, content):
        raise MissingResource(f"'{entry.name}' is not {expected(entry)}: {wrong(entry, content)}")
    return _write(entry, path_of(entry), content)


def _write(entry: Entry, path: Path, content: bytes) -> Path:
    import secrets  # most runs do without

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not mkstemp, whose files are for one user alone: who may read the cache is for the umask to say.
        temporary = path.with_name(f".{entry.name}.{secrets.token_hex(8)}")
        try:
            with temporary.open("xb") as file:
                file.write(content)
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MissingResource(
            f"'{entry.name}' cannot be kept in {path.parent} ({error.strerror or error}): make room or mend the "
            f"permissions, or set {CACHE} to a folder that you can write, and run: graphflow models pull {entry.name}"
        ) from error
    return path


def expected(entry: Entry) -> str:
    """What a file should be, in words."""
    if entry.pinned:
        return "the file that the manifest names"
    return f"the file that was fetched before (if it is to be replaced, delete {digest_path(entry)})"


def wrong(entry: Entry, content: bytes) -> str:
    """How bytes differ from what they should be."""
    if entry.size and len(content) != entry.size:
        return f"it has {len(content):,} bytes instead of {entry.size:,}"
    return f"its SHA-256 is {hashlib.sha256(content).hexdigest()}, not {digest_of(entry) or 'known'}"


def is_pinned(model: Model) -> bool:
    """Whether the manifest has the digest of a model or of its bundle: then somebody has looked at its bytes."""
    digest = model.bundle or hashlib.sha256(model.content).hexdigest()
    return any(digest in entry.digests for entry in manifest().values())


def load_model(name: str) -> Model:
    """A model by its name in the manifest, or by the path of a file of your own; ``FILE.task#MEMBER`` out of a bundle.

    Nothing is downloaded. A file of the manifest is hashed, and the hashed bytes are what comes back.

    Raises:
        MissingResource: The file is not here, or is not the one that the manifest names. The message has the command
            that mends it.
        UnusableFile: A file of your own is no ordinary one, is too large, or cannot be read; or a bundle does not have
            that member, or has it in a way that is not read.
    """
    file, member = parts_of(manifest_name(name))
    model = whole_file(file)
    if not file.endswith(SUFFIX):
        return model
    from graphflow.models.bundle import Bundle  # most runs do without

    bundle = Bundle(file, model.content)
    entry = manifest().get(file)
    return Model(name, bundle.read(member), entry.members.get(member, ()) if entry else (), bundle.digest)


def model_of(content: bytes) -> Model:
    """A model that is in memory already. One of the manifest's is known by its digest."""
    digest = hashlib.sha256(content).hexdigest()
    for entry in manifest().values():
        if digest in entry.digests:
            return Model(entry.name, content, entry.outputs)
    return Model("the model that was given", content)


def whole_file(name: str) -> Model:
    """A file as `load_model` takes it, a bundle too.

    Raises:
        MissingResource: As `load_model`.
        UnusableFile: Likewise.
    """
    name = manifest_name(name)
    entry = manifest().get(name)
    if entry is None:
        return _own_file(name)
    content = read(entry)
    if content is None:
        raise MissingResource(f"model '{name}' is not on this machine; to fetch it, run: graphflow models pull {name}")
    if not is_right(entry, content):
        raise MissingResource(
            f"model '{name}' is damaged ({path_of(entry)}: {wrong(entry, content)}); to fetch it again, run: "
            f"graphflow models pull {name}"
        )
    return Model(name, content, entry.outputs)


def own_files(name: str) -> tuple[Path, ...]:
    """The file that `load_model` reads for a name, unless the manifest has it."""
    file, _ = parts_of(manifest_name(name))
    return (Path(file),) if file and file not in manifest() else ()


def _own_file(name: str) -> Model:
    try:
        with open_ordinary(name) as file:
            if (size := os.fstat(file.fileno()).st_size) > LARGEST:
                raise UnusableFile(f"the model '{name}' has {size:,} bytes; more than {LARGEST:,} are not read")
            content = file.read(LARGEST)
    except (FileNotFoundError, ValueError) as error:  # ValueError: a name that no file can have
        near = did_you_mean(name, manifest())
        hint = f"did you mean '{near}' of the manifest?" if near else "'graphflow models list' shows those there are"
        raise MissingResource(f"there is no model '{name}': no such file; {hint}") from error
    except OSError as error:
        raise UnusableFile(f"the model '{name}' cannot be read: {error.strerror or error}") from error
    if not content or is_web_page(content):
        raise UnusableFile(f"the model '{name}' is {'a web page: fetch the file itself' if content else 'empty'}")
    return Model(name, content)
