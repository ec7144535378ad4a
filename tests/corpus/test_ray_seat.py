"""What a seat on Ray makes of actors and nodes that go; the cluster here only pretends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from graphflow import MissingResource, UnusableFile
from graphflow.corpus.ray_seat import ActorGone, RayCluster, RaySeat
from graphflow.corpus.recipe import GraphRecipe
from graphflow.corpus.seat import CannotWork, Stopped, WorkerLost
from tests.corpus.conftest import HereSeat, mapped
from tools.corpus_faults.corpus import make_corpus


class Pretended:
    """A cluster whose actors do what it is told."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.nodes = {"n1"}
        self.ended = 0

    def start(self) -> Any:
        return SimpleNamespace(work=SimpleNamespace(remote=lambda *order: order))

    def node_of(self, actor: Any) -> str:
        return "n1"

    def result(self, order: Any) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer

    def has(self, node: str) -> bool:
        return node in self.nodes

    def end(self, actor: Any) -> None:
        self.ended += 1

    def seat(self) -> Any:
        return RaySeat(self)  # type: ignore[arg-type]


def test_a_worker_that_dies_is_its_inputs_fault_and_is_replaced() -> None:
    seat = Pretended(ActorGone(), {"report": {"frames": 1}}).seat()
    with pytest.raises(WorkerLost) as lost:
        seat.work({})
    assert not lost.value.blameless and lost.value.failure["kind"] == "Crash"
    assert seat.work({}) == {"frames": 1}


def test_a_node_that_goes_is_no_inputs_fault() -> None:
    cluster = Pretended(ActorGone())
    cluster.nodes = set()
    with pytest.raises(WorkerLost) as lost:
        cluster.seat().work({})
    assert lost.value.blameless


def test_what_the_process_below_an_actor_tells_comes_through() -> None:
    seat = Pretended({"lost": {"kind": "Overdue", "message": "slow"}}, {"cannot": "no graph"}).seat()
    with pytest.raises(WorkerLost, match="slow"):
        seat.work({})
    with pytest.raises(CannotWork, match="no graph"):
        seat.work({})


def test_stopping_ends_an_actor_that_is_at_work() -> None:
    def stopped_meanwhile() -> None:
        seat.stop()
        raise ActorGone

    cluster = Pretended(stopped_meanwhile)
    seat = cluster.seat()
    with pytest.raises(Stopped):
        seat.work({})
    assert cluster.ended == 1


def test_an_input_outlives_any_number_of_nodes(
    folder: Path, orders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work, lost = HereSeat.work, iter(range(3))

    def on_nodes_that_go(self: HereSeat, order: Any) -> dict[str, Any]:
        if next(lost, None) is not None:
            raise WorkerLost({"kind": "Crash", "message": "the node of the worker is gone"}, blameless=True)
        return work(self, order)

    monkeypatch.setattr(HereSeat, "work", on_nodes_that_go)
    (one,) = mapped("in/a.mp4")
    assert (one.status, one.attempts) == ("done", 4)


@pytest.mark.ray
@pytest.mark.slow
def test_results_and_manifest_are_those_without_ray(folder: Path) -> None:
    pytest.importorskip("ray.util")
    shutil.rmtree("in")
    make_corpus(Path("in"), 5, 4, Random(4))
    command = ["map", "numbers.yaml", "in", "--calculators", "reader.py", "--save", "doubled", "--workers", "2"]
    start = [sys.executable, "-c", "from graphflow.cli import main; main()", *command]
    for place in ([], ["--on", "ray"]):
        done = subprocess.run([*start, "--output-dir", f"out{len(place)}", *place], capture_output=True, text=True)
        assert done.returncode == 1, done.stderr
    assert dict(_results(folder / "out0")) == dict(_results(folder / "out2"))
    assert _told(folder / "out0") == _told(folder / "out2")


class Full:
    """Ray itself, as far as a cluster needs it that has no room for long; workers are placed all the same."""

    exceptions = SimpleNamespace(
        ActorUnschedulableError=KeyError, RuntimeEnvSetupError=KeyError, RayTaskError=KeyError, RayError=LookupError
    )

    def __init__(self, **node: float) -> None:
        self.node = node
        self.answer: Any = "n1"

    def is_initialized(self) -> bool:
        return True

    def remote(self, kind: Any) -> Any:
        return SimpleNamespace(options=lambda **declared: SimpleNamespace(remote=self.place))

    def place(self, *arguments: Any) -> Any:
        raise ModuleNotFoundError("No module named 'graphflow'")

    def cluster_resources(self) -> dict[str, float]:
        return self.node

    def available_resources(self) -> dict[str, float]:
        return dict.fromkeys(self.node, 1.0)

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "Resources": self.node}]

    def wait(self, references: list[Any], timeout: float) -> tuple[list[Any], list[Any]]:
        return [], references

    def get(self, reference: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


ACTOR: Any = SimpleNamespace(node=SimpleNamespace(remote=lambda: "reference"))


@pytest.mark.parametrize(
    ("node", "why"), [({"CPU": 4.0}, "Others use the rest"), ({"CPU": 1.0}, "No machine has that: ask for less")]
)
def test_a_full_cluster_is_waited_for_in_words_once(
    node: dict[str, float], why: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "ray", Full(**node))
    cluster = RayCluster("ray", GraphRecipe("x"), 3, 2, 0, 0, 1.0)
    assert [cluster.node_of(ACTOR), cluster.node_of(ACTOR)] == ["n1", "n1"]
    (text,) = caplog.messages
    assert text.startswith(
        f"1 of 3 workers wait for room on Ray. Each asks for 2 CPU; free are 1 of {node['CPU']:g} CPU. {why}"
    )


def test_what_is_shipped_needs_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", Full(CPU=1.0))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(UnusableFile, match="no temporary folder can be made .*; set TMPDIR to one"):
        RayCluster("ray", GraphRecipe("x"), 1, 1, 0, 0, 1.0)


def test_an_exit_while_it_connects_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: Any, **__: Any) -> None:
        raise SystemExit(15)  # as Ray's handler of SIGTERM does

    ray = Full(CPU=1.0)
    monkeypatch.setattr(ray, "is_initialized", lambda: False, raising=False)
    monkeypatch.setattr(ray, "init", ended, raising=False)
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SystemExit):
        RayCluster("ray", GraphRecipe("face_mesh_desktop"), 1, 1, 0, 0, 1.0)
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_is_lost_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = Full(CPU=1.0)
    monkeypatch.setitem(sys.modules, "ray", ray)
    cluster = RayCluster("ray", GraphRecipe("x"), 1, 1, 0, 0, 1.0)
    ray.answer = ConnectionError("gone")
    with pytest.raises(CannotWork, match="does not answer any more: gone; the same command goes on"):
        cluster.result("reference")
    ray.answer = LookupError()
    with pytest.raises(ActorGone):
        cluster.result("reference")


def test_a_handler_of_rays_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(RayCluster, "_connect", lambda *_: signal.signal(signal.SIGTERM, signal.SIG_IGN))
    ray = Full(CPU=1.0)
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "shutdown", lambda: None, raising=False)
    monkeypatch.setitem(sys.modules, "ray", ray)
    RayCluster("ray", GraphRecipe("face_mesh_desktop"), 1, 1, 0, 0, 1.0).close()
    assert signal.getsignal(signal.SIGTERM) == before


def test_machines_without_graphflow_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", Full(CPU=1.0))
    with pytest.raises(CannotWork, match="Ray's machines need graphflow, in this version"):
        RaySeat(RayCluster("ray", GraphRecipe("x"), 1, 1, 0, 0, 1.0)).work({})


def test_a_worker_that_cannot_be_ended_is_missed_by_nobody(
    folder: Path, orders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(self: HereSeat) -> None:
        raise ConnectionError

    monkeypatch.setattr(HereSeat, "close", close)
    monkeypatch.setattr("threading.excepthook", lambda arguments: None)
    assert len(list(mapped("in"))) == 3


@pytest.fixture
def client_server() -> Iterator[str]:
    """The address of a cluster of one processor, for clients."""
    pytest.importorskip("ray.util")
    pytest.importorskip("grpc")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Whether it wants a token is said for both sides, not by what lies on this machine.
    environment = {**os.environ, "RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"}
    command = [sys.executable, "-c", CLUSTER, str(port)]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cluster:
        assert cluster.stdout is not None and cluster.stdin is not None
        assert b"ready" in cluster.stdout.readline()
        yield f"ray://127.0.0.1:{port}"
        cluster.stdin.close()


CLUSTER = """
import sys
from ray.cluster_utils import Cluster
room = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}
cluster = Cluster(initialize_head=True, head_node_args={**room, "ray_client_server_port": int(sys.argv[1])})
print("ready", flush=True)
sys.stdin.read()
cluster.shutdown()
"""


@pytest.mark.ray
@pytest.mark.slow
def test_a_cluster_behind_an_address_gives_the_same(folder: Path, client_server: str) -> None:
    shutil.rmtree("in")
    make_corpus(Path("in"), 5, 4, Random(4))
    command = ["map", "numbers.yaml", "in", "--calculators", "reader.py", "--save", "doubled"]
    start = [sys.executable, "-c", "from graphflow.cli import main; main()", *command]
    for place in ([], ["--on", client_server]):
        environment = {**os.environ, "RAY_AUTH_MODE": "disabled"}
        words = [*start, "--output-dir", f"out{len(place)}", *place]
        done = subprocess.run(words, env=environment, capture_output=True, text=True)
        assert done.returncode == 1 and "5 of 9 inputs done" in done.stderr, done.stderr
    assert dict(_results(folder / "out0")) == dict(_results(folder / "out2"))
    assert _told(folder / "out0") == _told(folder / "out2")


def test_without_ray_the_message_says_how_to_install_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingResource, match="pip install ray"):
        mapped(on="ray")
    list(mapped("in/a.mp4", workers=1))  # nobody holds the manifest


def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", SimpleNamespace())
    with pytest.raises(UnusableFile, match="'rey' is no cluster"):
        RayCluster("rey", GraphRecipe("x"), 1, 1, 0, 0, 1.0)


def _results(out: Path) -> Iterator[tuple[str, bytes]]:
    for path in out.rglob("doubled.jsonl"):
        yield str(path.relative_to(out)), path.read_bytes()


def _told(out: Path) -> dict[str, Any]:
    """The manifest but for times, attempts and workers."""
    found = {}
    for line in (out / "manifest.jsonl").read_text().splitlines():
        record = json.loads(line)
        if "run" not in record:
            for key in ("attempts", "ended", "seconds"):
                record.pop(key, None)
            found[record.get("input", "")] = record
    return found
