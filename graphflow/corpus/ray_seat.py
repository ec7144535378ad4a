"""Seats on a Ray cluster, which places, watches and bills the workers; one order at a time is under way for each."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from graphflow.corpus.ray_worker import RayWorker
from graphflow.corpus.recipe import GraphRecipe
from graphflow.corpus.seat import CannotWork, Stopped, WorkerLost
from graphflow.corpus.shipment import Shipment
from graphflow.errors import MissingResource, UnusableFile
from graphflow.models.store import CACHE
from graphflow.temporary_folder import temporary_folder

HERE = "ray"
"""A cluster that runs on this machine, or one that is started for this run."""

_OBJECTS = 200_000_000
"""Bytes of Ray's store for objects, if it is started here: only paths and reports travel."""
_ADVICE = (
    "; look whether a cluster runs there, and whether this machine may connect (ray start --head opens port 10001 "
    "for that). If it wants a token, set RAY_AUTH_MODE=token. Both sides need the same versions of Ray and Python"
)
_PATIENCE = 10.0
"""Seconds until somebody is told what is waited for."""

_log = logging.getLogger(__name__)
_folders: list[tempfile.TemporaryDirectory[str]] = []


def abandon() -> None:
    """Where the process ends at once: leave nothing in the folder for temporary files. Ray's own processes end too."""
    for folder in _folders:
        folder.cleanup()


class RayCluster:
    """A connection to Ray. A program that has one keeps it, and its files are taken where they are.

    Args:
        address: ``ray``, or ``ray://HOST:PORT``.
        recipe: The graph; its files are shipped.
        workers: How many to have; as many as there is room for unless given.
        cpus: That each of them declares.
        gpus: That each of them declares.
        memory: Bytes that each of them may take and declares; 0 for no limit.
        timeout: Seconds that an input may take.

    Attributes:
        workers: How many there are to be.

    Raises:
        MissingResource: Ray is not installed.
        UnusableFile: There is no cluster at the address, or no folder can be made for what is shipped.
    """

    def __init__(
        self,
        address: str,
        recipe: GraphRecipe,
        workers: int | None,
        cpus: float,
        gpus: float,
        memory: int,
        timeout: float,
    ) -> None:
        try:
            import ray
        except ImportError:
            raise MissingResource("Ray is not installed: pip install ray") from None
        if address != HERE and not address.startswith("ray://"):
            raise UnusableFile(f"'{address}' is no cluster: write ray, or ray://HOST:PORT")
        self._ray = ray
        self._own = not ray.is_initialized()
        self._folder = temporary_folder()
        _folders.append(self._folder)
        origins: dict[str, str] = {}
        if self._own:
            try:
                shipment = Shipment(recipe, Path(self._folder.name))
                recipe, origins = shipment.recipe, shipment.origins
                with _own_signals():
                    self._connect(address, workers, cpus)
            except BaseException:  # a handler of Ray's for SIGTERM raises, too
                self._folder.cleanup()
                raise
        declared = {"num_cpus": cpus, "num_gpus": gpus} | ({"memory": memory} if memory else {})
        self._declared = {"CPU": cpus, "GPU": gpus, "memory": memory}
        self._waiting = 0
        self._told = False
        self._lock = threading.Lock()
        self._class = ray.remote(RayWorker).options(max_restarts=0, max_task_retries=0, **declared)
        self._arguments = recipe, origins, timeout, memory
        self.workers = workers or max(1, int(ray.cluster_resources().get("CPU", 1) // (cpus or 1)))

    def _connect(self, address: str, workers: int | None, cpus: float) -> None:
        ray = self._ray
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a library reports nobody's doings
        cache = {CACHE: os.environ[CACHE]} if os.environ.get(CACHE) else {}
        common: dict[str, Any] = {
            "runtime_env": {"working_dir": self._folder.name, "env_vars": cache},
            "logging_level": "ERROR",
            "log_to_driver": False,
        }
        try:
            if address != HERE:
                with _told_if_slow(f"{address} has not answered yet"):
                    ray.init(address, **common)
                return
            try:
                with _told_if_slow("the Ray cluster of this machine does not answer; if it is gone, type: ray stop"):
                    ray.init("auto", **common)
            except ConnectionError:
                room = {"num_cpus": workers * cpus} if workers else {}
                with _told_if_slow("Ray still starts on this machine"):
                    ray.init(include_dashboard=False, object_store_memory=_OBJECTS, **room, **common)
        except Exception as error:  # of many kinds, in several layers of Ray
            advice = "" if address == HERE else _ADVICE
            raise UnusableFile(f"Ray cannot be had at '{address}': {error}{advice}") from error

    def seat(self) -> RaySeat:
        """A place for one worker."""
        return RaySeat(self)

    def start(self) -> Any:
        """A new actor, which may have to wait for room.

        Raises:
            CannotWork: Ray does not take it.
        """
        with _answering():
            return self._class.remote(*self._arguments)

    def node_of(self, actor: Any) -> str:
        """The node of an actor, once there is room for it. Somebody is told of a wait that is long.

        Raises:
            ActorGone: As `result`.
            CannotWork: As `result`.
        """
        with self._lock:
            self._waiting += 1
        try:
            with _answering():
                reference = actor.node.remote()
                if not self._ray.wait([reference], timeout=_PATIENCE)[0]:
                    self._tell_of_wait()
            return str(self.result(reference))
        finally:
            with self._lock:
                self._waiting -= 1

    def _tell_of_wait(self) -> None:
        """Say once how many workers wait, and for what."""
        with self._lock:
            waiting, told, self._told = self._waiting, self._told, True
        if told:
            return
        ray, wanted = self._ray, {kind: amount for kind, amount in self._declared.items() if amount}
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        if any(all(node.get(kind, 0) >= amount for kind, amount in wanted.items()) for node in nodes):
            why = "Others use the rest; this goes on when there is room"
        else:
            why = "No machine has that: ask for less with --cpus, --gpus or --memory, or add one"
        every, free = ray.cluster_resources(), ray.available_resources()
        asks = " and ".join(f"{amount:g} {kind}" for kind, amount in wanted.items())
        has = ", ".join(f"{free.get(kind, 0):g} of {every.get(kind, 0):g} {kind}" for kind in wanted)
        text = "%d of %d workers wait for room on Ray. Each asks for %s; free are %s. %s"
        _log.warning(text, waiting, self.workers, asks, has, why)

    def result(self, reference: Any) -> Any:
        """Wait for what an actor reports.

        Raises:
            ActorGone: It, or its node, is not there any more.
            CannotWork: Ray can have no such actor.
        """
        errors = self._ray.exceptions
        try:
            with _answering(errors.RayError):
                return self._ray.get(reference)
        except (errors.ActorUnschedulableError, errors.RuntimeEnvSetupError) as error:
            raise CannotWork(f"Ray cannot place a worker: {error}") from error
        except errors.RayTaskError as error:
            raise CannotWork(f"a worker on Ray failed: {error.cause}") from error
        except errors.RayError as error:
            if getattr(error, "actor_init_failed", False):
                raise CannotWork(f"a worker on Ray cannot start: {error}") from error
            raise ActorGone(str(error)) from error

    def has(self, node: str) -> bool:
        """Whether a node is still there."""
        with _answering():
            return any(one["NodeID"] == node and one["Alive"] for one in self._ray.nodes())

    def end(self, actor: Any) -> None:
        """End an actor at once, whatever it does. Where Ray does not answer, it ends by itself."""
        if self._ray.is_initialized():  # else Ray would connect anew, to anything
            with suppress(Exception):
                self._ray.kill(actor)

    def close(self) -> None:
        """Leave the cluster; end it if it was started here."""
        if self._own:
            with suppress(Exception):  # the connection may be gone
                self._ray.shutdown()
        self._folder.cleanup()


@contextmanager
def _answering(expected: type[Exception] = CannotWork) -> Iterator[None]:
    """Errors of many kinds, where the connection of ``ray://`` is gone, as one that ends the run."""
    try:
        yield
    except expected:
        raise
    except ImportError as error:
        raise CannotWork(f"Ray's machines need graphflow, in this version: {error}") from None
    except Exception as error:
        raise CannotWork(f"Ray does not answer any more: {error}; the same command goes on") from error


@contextmanager
def _told_if_slow(text: str) -> Iterator[None]:
    """Say something if it takes long."""
    timer = threading.Timer(_PATIENCE, _log.warning, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep the handler of SIGTERM, in whose place Ray puts its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)


class ActorGone(Exception):
    """An actor is not there any more."""


class RaySeat:
    """A seat for actors, one after another.

    Args:
        cluster: Where they are.
    """

    def __init__(self, cluster: RayCluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._stopped = False
        self._actor: Any = None
        self._node = ""

    def work(self, order: Mapping[str, Any]) -> dict[str, Any]:
        cluster = self._cluster
        actor = self._actor or self._started()
        try:
            if not self._node:
                self._node = cluster.node_of(actor)
            found = cluster.result(actor.work.remote(dict(order)))
        except ActorGone as gone:
            # What was under way on a node that is gone is no fault of the input's.
            blameless = not self._node or not cluster.has(self._node)
            self._drop()
            what = "the node of the worker is gone" if blameless else "the worker died"
            raise WorkerLost({"kind": "Crash", "message": what}, blameless=blameless) from gone
        if "cannot" in found:
            raise CannotWork(found["cannot"])
        if "lost" in found:
            raise WorkerLost(found["lost"])
        report: dict[str, Any] = found["report"]
        return report

    def _started(self) -> Any:
        with self._lock:
            if self._stopped:
                raise Stopped
            self._actor, self._node = self._cluster.start(), ""
            return self._actor

    def _drop(self) -> None:
        with self._lock:
            self._actor = None
            if self._stopped:
                raise Stopped

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._actor is not None:
                self._cluster.end(self._actor)

    def close(self) -> None:
        with self._lock:
            actor, self._actor = self._actor, None
        if actor is not None and not self._stopped:
            self._cluster.end(actor)
