"""``graphflow models``: fetch model files, list them, look whether they are whole; and what ``run`` does about them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphflow.cli.console import aligned, json_text, put, say
from graphflow.cli.errors import CommandError, ExitStatus, UsageError
from graphflow.cli.examples import examples
from graphflow.cli.interrupt import Interruptible

if TYPE_CHECKING:
    from graphflow.models import Entry
    from graphflow.models.download import Progress
    from graphflow.plan.plan import GraphPlan

models_app = typer.Typer(help="Fetch the model files that graphs need, list them, check them.", no_args_is_help=True)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Files of the list; all that are pinned and not optional unless given."),
]
Offline = Annotated[bool, typer.Option("--offline", help="Do not use the network.")]


class MissingModels(CommandError):
    """Files are not there and could not be had."""

    status = ExitStatus.MISSING


@models_app.command(epilog=examples("models pull"))
def pull(names: Names = None, offline: Offline = False) -> None:
    """Fetch files that are not here yet, each checked by its SHA-256.

    Those whose SHA-256 nobody has written down must be named; from then on the one that they have counts.
    """
    from graphflow.models.store import digest_of

    chosen = _entries(names)
    with Interruptible() as interrupt:
        fetched = _pull([entry.name for entry in chosen], offline, False, interrupt)
    for entry in chosen:
        put(f"{entry.name}: {'fetched' if entry.name in fetched else 'is here'}")
        if entry.name in fetched and not entry.pinned:
            put(
                f"   = note: the manifest does not pin it; its SHA-256, which counts from now on, is {digest_of(entry)}"
            )


@models_app.command("list", epilog=examples("models list"))
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the files there are: size, licence, whether they are on this machine."""
    from graphflow.models import manifest
    from graphflow.models.store import cache_folder, path_of

    cache_folder()  # raises if there can be none
    entries = list(manifest().values())
    if as_json:
        rows = [
            {
                "name": entry.name,
                "about": entry.about,
                "size": entry.size or None,
                "sha256": entry.sha256 or None,
                "license": entry.license,
                "state": state_of(entry),
                "path": str(path_of(entry)),
            }
            for entry in entries
        ]
        put(json_text({"models": rows}))
        return
    table = [
        (
            entry.name,
            _size(entry.size) if entry.size else "?",
            entry.license,
            state_of(entry),
            entry.about + _when_fetched(entry),
        )
        for entry in entries
    ]
    put("\n".join(aligned(table, right=(1,))))


@models_app.command(epilog=examples("models show"))
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A file of the list, or one of your own.")],
) -> None:
    """Show what is known about a file: size, SHA-256, licence, sources; of a bundle, the models in it.

    A model in a bundle is called FILE.task#MODEL wherever a model may be named.
    """
    from graphflow.models import manifest
    from graphflow.models.bundle import Bundle
    from graphflow.models.kinds import SUFFIX
    from graphflow.models.store import path_of, whole_file

    entry = manifest().get(name)
    if entry and state_of(entry) != "here":
        raise MissingModels(f"'{name}' is {state_of(entry)}", f"graphflow models pull {name}")
    content = whole_file(name).content
    rows = [("SHA-256", sha256(content).hexdigest()), ("size", f"{len(content):,} bytes")]
    if entry:
        rows += [("about", entry.about), ("licence", entry.license), ("path", str(path_of(entry)))]
        rows += [("source", str(source)) for source in entry.sources]
    put("\n".join(aligned(rows)))
    if name.endswith(SUFFIX):
        bundle = Bundle(name, content)
        put(
            "\n".join(
                aligned(
                    [(f"{name}#{one.name}".replace("\n", "\\n"), f"{one.size:,} bytes") for one in bundle.members],
                    right=(1,),
                )
            )
        )


@models_app.command(epilog=examples("models verify"))
def verify(names: Names = None) -> None:
    """Hash the files again, and tell which are missing, damaged, or not to be read by this user."""
    from graphflow.models import manifest

    known = manifest().values()
    entries = _entries(names or [entry.name for entry in known if not entry.by_name or state_of(entry) != "missing"])
    wrong = [entry.name for entry in entries if state_of(entry) != "here"]
    put("\n".join(f"{entry.name}: {'fine' if (state := state_of(entry)) == 'here' else state}" for entry in entries))
    if wrong:
        raise MissingModels(
            f"{len(wrong)} of {len(entries)} files are missing, damaged or unreadable",
            f"graphflow models pull {' '.join(wrong)}",
        )


def fetch_needed(
    plan: GraphPlan, side_packets: Mapping[str, Any], interrupt: Interruptible, *, offline: bool, quiet: bool
) -> None:
    """Fetch what a graph needs and what is not here yet, before it runs.

    Raises:
        KeyboardInterrupt: A signal came.
        MissingModels: Something could not be had, or is not pinned, so that it must be asked for.
    """
    from graphflow.models import manifest
    from graphflow.models.needed import needed
    from graphflow.models.pull import missing

    names = missing(needed(plan, side_packets))
    unpinned = [name for name in names if not manifest()[name].pinned]
    if unpinned:
        raise MissingModels(
            f"{', '.join(map(repr, unpinned))} {'is' if len(unpinned) == 1 else 'are'} not on this machine, and what "
            "the manifest does not pin is fetched only when it is asked for by name",
            f"graphflow models pull {' '.join(unpinned)}; or set the options that name the models to files of your own",
        )
    if names:
        _pull(names, offline, quiet, interrupt)


def _entries(names: Sequence[str] | None) -> list[Entry]:
    from graphflow.config.diagnostics import did_you_mean
    from graphflow.models import manifest

    known = manifest()
    for name in names or ():
        if name not in known:
            near = did_you_mean(name, known)
            help = f"did you mean '{near}'?" if near else "'graphflow models list' shows all"
            raise UsageError(f"there is no file '{name}'", help)
    return [known[name] for name in dict.fromkeys(names or [name for name in known if not known[name].by_name])]


def _when_fetched(entry: Entry) -> str:
    if not entry.pinned:
        return " (not pinned: fetched only by its name)"
    return " (optional: fetched only by its name, or for a graph that needs it)" if entry.optional else ""


def state_of(entry: Entry) -> str:
    """``here`` with the right digest, ``missing``, ``damaged`` or ``unreadable``."""
    from graphflow.errors import MissingResource
    from graphflow.models import store

    try:
        content = store.read(entry)
        if content is None:
            return "missing"
        return "here" if store.is_right(entry, content) else "damaged"
    except MissingResource:
        return "unreadable"


def _pull(names: Sequence[str], offline: bool, quiet: bool, interrupt: Interruptible) -> list[str]:
    from graphflow.errors import MissingResource
    from graphflow.models.download import leave_nothing
    from graphflow.models.pull import pull

    before, interrupt.leave = interrupt.leave, leave_nothing
    try:
        with _progress(quiet) as show:

            def progress(what: str, come: int, size: int) -> None:
                if interrupt.status is not None:  # what was begun is cleared away on the way out
                    raise KeyboardInterrupt
                show(what, come, size)

            return pull(names, offline=offline, progress=progress)
    except MissingResource as error:
        raise MissingModels(str(error)) from error
    finally:
        interrupt.leave = before


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, a line for each download elsewhere."""
    if quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _bars() as progress:
            yield progress
    else:
        told: set[str] = set()

        def tell(what: str, come: int, size: int) -> None:
            if what not in told:
                told.add(what)
                say(f"fetching {what} ({_size(size)})" if size else f"fetching {what}")

        yield tell


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def tell(what: str, come: int, size: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=size or None)
            bars.update(tasks[what], completed=come)

        yield tell


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{size / 1e3:.0f} kB"
